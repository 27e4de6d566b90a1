"""QuickXorHash, the one hash that every OneDrive reports.

Follows Microsoft's page "Code Snippets: QuickXorHash Algorithm". It finds broken
transfers and changed files; it is no cryptographic hash.
"""

import base64
import binascii

WIDTH = 160  # bits of the hash
SHIFT = 11  # bits by which each byte is turned further than the one before
BLOCK = 160  # bytes after which the turns begin again, since 160 * 11 % 160 == 0
BLOCK_BITS = BLOCK * 8


class QuickXorHash:
    """Streaming, with the methods of `hashlib`'s objects.

    Bytes that are a block apart meet at the same bits of the hash. So all blocks are
    xored into one first, as large integers, and only that one is spread out bit by
    bit in `digest`.
    """

    def __init__(self, data: bytes = b""):
        self._block = 0
        self._length = 0
        self.update(data)

    def update(self, data: bytes | bytearray | memoryview) -> None:
        turn = self._length % BLOCK * 8
        folded = _fold(data) << turn
        self._block ^= (folded & (1 << BLOCK_BITS) - 1) ^ (folded >> BLOCK_BITS)
        self._length += len(data)

    def digest(self) -> bytes:
        state = 0
        for index, byte in enumerate(self._block.to_bytes(BLOCK, "little")):
            state ^= byte << index * SHIFT % WIDTH
        state = (state & (1 << WIDTH) - 1) ^ (state >> WIDTH)
        state ^= (self._length & (1 << 64) - 1) << WIDTH - 64
        return state.to_bytes(WIDTH // 8, "little")

    def base64(self) -> str:
        """As Graph writes it in `file.hashes.quickXorHash`: 28 characters."""
        return base64.b64encode(self.digest()).decode()

    def matches(self, reported: str) -> bool:
        """Personal drives reported it in hexadecimal for a time."""
        try:
            if len(reported) == WIDTH // 4:
                return bytes.fromhex(reported) == self.digest()
            return base64.b64decode(reported, validate=True) == self.digest()
        except (ValueError, binascii.Error):
            return False


def _fold(data: bytes | bytearray | memoryview) -> int:
    """All blocks of the data xored into one, by halving what is left until one is."""
    number = int.from_bytes(data, "little")
    blocks = -(-len(data) // BLOCK)
    while blocks > 1:
        blocks = -(-blocks // 2)
        cut = blocks * BLOCK_BITS
        number = (number & (1 << cut) - 1) ^ (number >> cut)
    return number
