"""QuickXorHash, the one hash that every OneDrive reports.

Follows Microsoft's page "Code Snippets: QuickXorHash Algorithm". It finds broken
transfers and changed files; it is no cryptographic hash.
"""

import base64
import binascii

WIDTH = 160  # bits of the hash
SHIFT = 11  # bits by which each byte is turned further than the one before
BLOCK = 160  # bytes after which the turns begin again, since 160 * 11 % 160 == 0
# Bytes that are taken as one integer: few enough to stay in the processor's cache.
STRIDE = 400 * BLOCK


class QuickXorHash:
    """Streaming, with the methods of `hashlib`'s objects.

    Bytes that are a block apart meet at the same bits of the hash. So all strides are
    xored into one first, as large integers, then its blocks into one, and only that
    one is spread out bit by bit in `digest`.
    """

    def __init__(self, data: bytes = b""):
        self._stride = 0
        self._length = 0
        self.update(data)

    def update(self, data: bytes | bytearray | memoryview) -> None:
        place = self._length % STRIDE
        rest = memoryview(data)
        self._length += len(rest)
        while rest:
            piece, rest = rest[: STRIDE - place], rest[STRIDE - place :]
            number = int.from_bytes(piece, "little")
            self._stride ^= number << 8 * place if place else number
            place = 0

    def digest(self) -> bytes:
        state = 0
        for index, byte in enumerate(self._block()):
            state ^= byte << index * SHIFT % WIDTH
        state = (state & (1 << WIDTH) - 1) ^ (state >> WIDTH)
        state ^= (self._length & (1 << 64) - 1) << WIDTH - 64
        return state.to_bytes(WIDTH // 8, "little")

    def _block(self) -> bytes:
        blocks, block = self._stride.to_bytes(STRIDE, "little"), 0
        for start in range(0, STRIDE, BLOCK):
            block ^= int.from_bytes(blocks[start : start + BLOCK], "little")
        return block.to_bytes(BLOCK, "little")

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
