import bcrypt
import pytest
from django.contrib.auth.hashers import check_password

from accounts.hashers import LegacyBcrypt
from accounts.models import User
from artetore import settings as production

FEW_ROUNDS = 4


def former_hash(password: bytes, prefix: bytes = b"2b") -> str:
    """As the former service wrote it: bare."""
    return bcrypt.hashpw(password, bcrypt.gensalt(FEW_ROUNDS, b"2b")).decode()


@pytest.fixture(autouse=True)
def _hashers_of_production(settings, monkeypatch):
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    # A test of ours proves nothing by 1,000,000 iterations.
    monkeypatch.setattr(
        "django.contrib.auth.hashers.PBKDF2PasswordHasher.iterations", 10
    )


@pytest.mark.parametrize("password", ["secret", "pässwörd 😀", " spaces ", "a" * 72])
def test_a_former_password_fits(password):
    stored = f"bcrypt${former_hash(password.encode())}"
    assert check_password(password, stored)
    assert not check_password(password[:-1], stored)


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
def test_all_spellings_of_bcrypt_fit(prefix):
    stored = former_hash(b"secret").replace("$2b$", prefix)
    assert check_password("secret", f"bcrypt${stored}")


def test_a_long_password_counts_to_its_72nd_byte_as_it_did():
    long = "ü" * 40
    stored = f"bcrypt${former_hash(long.encode()[:72])}"
    assert check_password(long, stored)
    assert check_password("ü" * 36, stored)
    assert not check_password("ü" * 35, stored)


def test_a_password_with_a_nul_byte_is_no_fault():
    assert not check_password("sec\x00ret", f"bcrypt${former_hash(b'secret')}")


def test_what_the_hasher_writes_it_reads():
    hasher = LegacyBcrypt()
    stored = hasher.encode("a" * 100, bcrypt.gensalt(FEW_ROUNDS))
    assert stored.startswith("bcrypt$$2b$")
    assert hasher.verify("a" * 72, stored)


@pytest.mark.django_db
def test_the_first_sign_in_replaces_the_hash(client):
    User.objects.create(
        username="former", is_staff=True, password=f"bcrypt${former_hash(b'secret')}"
    )
    right = {"username": "former", "password": "secret"}

    assert client.get("/login/", {**right, "password": "no"}).json()["code"] == 1
    assert User.objects.get().password.startswith("bcrypt$")

    assert client.get("/login/", right).json()["code"] == 2
    assert User.objects.get().password.startswith("pbkdf2_sha256$")
    assert client.get("/login/", right).json()["code"] == 2
