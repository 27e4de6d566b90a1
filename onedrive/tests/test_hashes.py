import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedrive.hashes import STRIDE, QuickXorHash


def spelled_out(data: bytes) -> bytes:
    """The definition, one byte after the other: slow, and easy to check by eye."""
    bits = 0
    for index, byte in enumerate(data):
        for bit in range(8):
            if byte >> bit & 1:
                bits ^= 1 << (index * 11 + bit) % 160
    digest = bytearray(bits.to_bytes(20, "little"))
    for index, byte in enumerate(len(data).to_bytes(8, "little")):
        digest[12 + index] ^= byte
    return bytes(digest)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (b"\x4a", "SgAAAAAAAAAAAAAAAQAAAAAAAAA="),
        (b"\xb5\xb4", "taAFAAAAAAAAAAAAAgAAAAAAAAA="),
        (b"\xd2\x96\x4f", "0rDEEwAAAAAAAAAAAwAAAAAAAAA="),
        (
            bytes.fromhex("8106b26c4a92ff85250dcf1ee08266"),
            "gDCALNigBEn8oxAlZ8AzPAAOQZg=",
        ),
        (
            bytes.fromhex("4fa2d82487c387cd49ac02b7d3d1f624c2535e2b"),
            "zBTHrspn3mEcohlJdIUAbjGNaNg=",
        ),
    ],
)
def test_it_gives_the_published_values(data, expected):
    assert QuickXorHash(data).base64() == expected


@given(st.binary(max_size=2000))
def test_it_agrees_with_the_definition(data):
    assert QuickXorHash(data).digest() == spelled_out(data)


@given(st.lists(st.binary(max_size=400), max_size=8))
def test_pieces_of_any_length_give_the_hash_of_the_whole(pieces):
    hashed = QuickXorHash()
    for piece in pieces:
        hashed.update(memoryview(piece))

    assert hashed.digest() == spelled_out(b"".join(pieces))


def test_it_agrees_with_the_definition_across_strides():
    data = random.Random(2).randbytes(3 * STRIDE + 77)
    hashed = QuickXorHash()
    for start, end in ((0, 1), (1, STRIDE + 1), (STRIDE + 1, len(data))):
        hashed.update(data[start:end])

    assert hashed.digest() == spelled_out(data)


def test_a_swapped_pair_of_bytes_is_noticed():
    assert QuickXorHash(b"ab" * 500).digest() != QuickXorHash(b"ba" * 500).digest()


def test_it_knows_both_spellings_of_itself():
    hashed = QuickXorHash(b"picture")

    assert hashed.matches(hashed.base64())
    assert hashed.matches(hashed.digest().hex().upper())


@pytest.mark.parametrize("other", ["", "=", "A" * 27 + "=", "g" * 40, "zz", "é"])
def test_it_matches_nothing_else(other):
    assert not QuickXorHash(b"picture").matches(other)


def test_five_megabytes_take_less_than_a_tenth_of_a_second():
    data = random.Random(1).randbytes(5_000_000)
    pieces = [data[at : at + 262_144] for at in range(0, len(data), 262_144)]

    started = time.process_time()
    hashed = QuickXorHash()
    for piece in pieces:
        hashed.update(piece)
    spent = time.process_time() - started

    assert spent < 0.1
