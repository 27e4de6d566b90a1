"""The kit for production, as far as its own tools can tell without an engine."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet
from django.core.management import get_commands

from artetore.serve import COMMAND
from artetore.tests.test_env_example import read_by_settings

ROOT = Path(__file__).resolve().parents[2]
FILES = ("compose.yaml", "compose.sqlite.yaml")
OURS = ("migrate", "web", "worker", "sync")
UNITS = ("web", "worker", "sync")

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Path:
    """The kit in a folder in which somebody followed its first steps."""
    folder = tmp_path_factory.mktemp("kit")
    for path in [ROOT / "deploy", *map(ROOT.joinpath, FILES)]:
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, folder / path.name)
    (folder / ".env").write_text((ROOT / ".env.example").read_text())
    subprocess.run([folder / "deploy/new-secrets"], check=True)
    return folder


@pytest.fixture(scope="module", params=FILES)
def services(request, kit) -> dict:
    """As Compose itself understands the file."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True)
    compose = ["docker-compose"] if plugin.returncode else ["docker", "compose"]
    done = subprocess.run(
        [*compose, "-f", request.param, "config"],
        cwd=kit,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(kit)},
    )
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)["services"]


# --- Compose ----------------------------------------------------------------------


def test_our_services_write_their_volumes_alone(services):
    for name in OURS:
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_they_are_told_only_what_the_settings_read(services):
    of_the_example = read_by_settings()
    for name in OURS:
        told = {key.removesuffix("_FILE") for key in services[name]["environment"]}
        assert told <= of_the_example


def test_secrets_come_as_files_that_are_handed_over(services):
    for name in OURS:
        environment = services[name]["environment"]
        files = {
            value.removeprefix("/run/secrets/")
            for key, value in environment.items()
            if key.endswith("_FILE")
        }
        handed = {secret["source"] for secret in services[name]["secrets"]}
        assert files == handed
        assert {"secret_key", "token_keys", "client_secret"} <= files


def test_the_database_is_the_one_that_is_meant(services):
    environment = services["web"]["environment"]
    if "database" not in services:
        assert environment["DATABASE_URL"].startswith("sqlite:////var/lib/artetore/")
        return
    assert environment["DATABASE_URL"] == ""
    assert environment["host"] == "database"
    made = services["database"]["environment"]
    assert environment["db_name"] == made["MARIADB_DATABASE"]
    assert environment["db_username"] == made["MARIADB_USER"]
    assert environment["db_password_FILE"] == made["MARIADB_PASSWORD_FILE"]


def test_nothing_starts_before_the_database_is_migrated(services):
    for name in ("web", "worker", "sync"):
        waits = services[name]["depends_on"]["migrate"]
        assert waits["condition"] == "service_completed_successfully"


def test_they_run_commands_that_there_are(services):
    for name in ("migrate", "worker", "sync"):
        command = services[name]["command"]
        words = command.split() if isinstance(command, str) else command
        assert words[:2] == ["python", "manage.py"]
        assert words[2] in get_commands()


def test_nginx_alone_is_reached_from_outside_and_from_this_machine_only(services):
    assert [name for name, service in services.items() if "ports" in service] == [
        "nginx"
    ]
    [port] = services["nginx"]["ports"]
    assert "127.0.0.1" in (port if isinstance(port, str) else port["host_ip"])


# --- Secrets ----------------------------------------------------------------------


def test_the_secrets_are_good_and_stay_as_they_are(kit):
    folder = kit / "secrets"
    made = {path.name: path.read_text() for path in folder.iterdir()}
    subprocess.run([kit / "deploy/new-secrets"], check=True)

    assert {path.name: path.read_text() for path in folder.iterdir()} == made
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(made["secret_key"]) > 50
    assert made["client_secret"] == ""
    Fernet(made["token_keys"].strip())
    assert len(set(made.values())) == 4


# --- The image --------------------------------------------------------------------


@on_linux
def test_the_dockerfile_is_found_sound():
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("tally"), "lint", "--no-color"),
            *("--slow-checks", "off", "--fail-level", "warning", "Dockerfile"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_the_image_serves_as_make_serve_does():
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    command = json.loads(text.rpartition("\nCMD ")[2])
    unit = (ROOT / "deploy/systemd/artetore-web.service").read_text()
    start = unit.replace("\\\n", "").partition("\nExecStart=")[2].splitlines()[0]

    assert arguments(command) == arguments(start.split()) == arguments(COMMAND[1:])


def test_systemd_tells_granian_alone_to_end():
    """As `make serve` does."""
    unit = (ROOT / "deploy/systemd/artetore-web.service").read_text()
    assert "\nKillMode=mixed\n" in unit


def arguments(command: list[str]) -> list[str]:
    """Of granian, but for where it listens."""
    places = [i for i, word in enumerate(command) if word in ("--host", "--port")]
    left_out = {0, *places, *(place + 1 for place in places)}
    return [word for i, word in enumerate(command) if i not in left_out]


# --- systemd ----------------------------------------------------------------------


@pytest.fixture
def units(tmp_path) -> list[Path]:
    """On this checkout, as programs that are not there are found wrong."""
    shutil.copytree(ROOT / "deploy/systemd", tmp_path / "units")
    for path in (tmp_path / "units").rglob("*.*"):
        if path.is_file():
            text = path.read_text().replace("/opt/artetore/.venv", sys.prefix)
            path.write_text(text.replace("/opt/artetore", str(ROOT)))
    return [tmp_path / f"units/artetore-{name}.service" for name in UNITS]


@on_linux
def test_systemd_understands_the_units(units):
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@on_linux
def test_systemd_finds_them_well_confined(units):
    for unit in units:
        done = subprocess.run(
            [
                *("systemd-analyze", "security", "--no-pager", "--offline=true"),
                *("--threshold=20", unit),
            ],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout
