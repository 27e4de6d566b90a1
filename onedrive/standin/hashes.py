"""The hashes that OneDrive reports of a file.

QuickXorHash follows Microsoft's page "Code Snippets: QuickXorHash Algorithm". It
is written apart from the client's on purpose, so that each can prove the other.
"""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

WIDTH = 160
SHIFT = 11
BLOCK = 160  # bytes: after 160 turns of 11 bits the first position comes again
PIECE = BLOCK * 4096


@dataclass(frozen=True)
class Hashes:
    quick_xor: str
    sha1: str
    sha256: str


def hashes_of(path: Path) -> Hashes:
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256()
    columns, length = 0, 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            sha1.update(piece)
            sha256.update(piece)
            columns ^= _columns(piece)
            length += len(piece)
    return Hashes(
        quick_xor=base64.b64encode(_spread(columns, length)).decode(),
        sha1=sha1.hexdigest().upper(),
        sha256=sha256.hexdigest().upper(),
    )


def _columns(piece: bytes) -> int:
    """Bytes that stand a block apart, xored with one another."""
    total = 0
    for start in range(0, len(piece), BLOCK):
        total ^= int.from_bytes(piece[start : start + BLOCK], "little")
    return total


def _spread(columns: int, length: int) -> bytes:
    """Each column turned to its place in the ring of bits; the length on top."""
    ring = 0
    for place in range(BLOCK):
        turned = (columns >> 8 * place & 0xFF) << (SHIFT * place % WIDTH)
        ring ^= turned >> WIDTH | turned & (1 << WIDTH) - 1
    return (ring ^ length << WIDTH - 64).to_bytes(WIDTH // 8, "little")
