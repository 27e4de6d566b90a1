"""`.env.example` and the settings name the same variables."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
README = (ROOT / "README.md").read_text()
SOURCES = [ROOT / f"artetore/{name}.py" for name in ("settings", "databases", "stores")]
READ = re.compile(r'(?:env(?:\.\w+)?|secret|value)\(\s*"(\w+)"|former="(\w+)"')
SECRETS = (
    "SECRET_KEY",
    "ONEDRIVE_TOKEN_KEYS",
    "ONEDRIVE_CLIENT_SECRET",
    "S3_SECRET_KEY",
)


def read_by_settings() -> set[str]:
    found = (READ.findall(path.read_text()) for path in SOURCES)
    return {name or former for matches in found for name, former in matches}


def in_example() -> set[str]:
    return set(re.findall(r"^#?(\w+)=", EXAMPLE, re.MULTILINE))


def test_the_settings_are_understood_by_this_test():
    assert {"SECRET_KEY", "DATABASE_URL", "db_username", "client_id"} <= (
        read_by_settings()
    )


def test_every_variable_is_in_the_example_and_none_besides():
    assert in_example() == read_by_settings()


@pytest.mark.parametrize("name", SECRETS)
def test_the_example_has_no_secret(name):
    assert re.search(rf"^{name}=$", EXAMPLE, re.MULTILINE)


def test_the_readme_names_every_variable_in_the_same_order():
    named = re.findall(r"^\| `(\w+)`", README, re.MULTILINE)
    listed = re.findall(r"^#?(\w+)=", EXAMPLE, re.MULTILINE)
    assert [name for name in named if name in listed] == listed
