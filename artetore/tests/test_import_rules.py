"""`onedrive` imports `gallery`, never back; `accounts` and `gallery` stand alone."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "artetore", "gallery", "onedrive")
MAY_IMPORT = {
    "accounts": {"accounts"},
    "gallery": {"gallery"},
    "onedrive": {"onedrive", "gallery"},
}


def sources(folder: str) -> list[Path]:
    """The production code of a folder: no tests, no migrations."""
    paths = (ROOT / folder).rglob("*.py")
    skipped = {"tests", "migrations"}
    return sorted(p for p in paths if not skipped & set(p.relative_to(ROOT).parts))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def importing(module: str, *folders: str) -> set[str]:
    """The files in which it is imported, whole or a part of it."""
    return {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in sources(folder)
        if any(f"{name}.".startswith(f"{module}.") for name in imports(path))
    }


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_an_app_imports_only_what_it_may(app):
    for path in sources(app):
        apps = {name.partition(".")[0] for name in imports(path)} & set(APPS)
        assert apps <= MAY_IMPORT[app], path


def test_the_stand_in_imports_nothing_of_ours():
    for path in sources("onedrive/standin"):
        tops = {name.partition(".")[0] for name in imports(path)}
        assert not tops & {*APPS, "django"}, path


def test_only_its_command_names_the_stand_in():
    named = importing("onedrive.standin", *APPS)
    assert named == {"onedrive/management/commands/run_standin.py"}


def test_only_the_session_opens_sockets():
    """Others are handed a session: they name its type and the errors of requests."""
    opening = re.compile(
        r"requests\.(get|head|options|post|put|patch|delete|request|session)\("
        r"|\b(Session|urlopen|HTTPS?Connection|PoolManager|create_connection)\("
        r"|socket\.socket"
    )
    apps = (path for app in MAY_IMPORT for path in sources(app))
    ours = [p for p in apps if "standin" not in p.relative_to(ROOT).parts]
    found = {p.name for p in ours if opening.search(p.read_text())}
    assert found == {"session.py"}


def test_msal_is_used_where_sign_in_is_done():
    names = ("auth", "sign_in", "tokens")
    assert importing("msal", *APPS) == {f"onedrive/{name}.py" for name in names}


def test_variants_know_neither_database_nor_storage():
    for name in ("variants", "pixels"):
        found = imports(ROOT / f"gallery/{name}.py")
        assert not any(each.startswith("django") for each in found)
