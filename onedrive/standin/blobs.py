"""The bytes of the drive's files, each in a file of its own."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .facets import facets_of
from .hashes import Hashes, hashes_of

PIECE = 1024**2


@dataclass(frozen=True)
class Content:
    """What is known of some bytes: where they lie and what they are."""

    blob: str
    size: int
    hashes: Hashes
    facets: dict


class Blobs:
    """Files named by random ids, in folders of at most 256."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._arriving = folder / "arriving"
        self._arriving.mkdir(parents=True, exist_ok=True)

    def path(self, blob: str) -> Path:
        return self._folder / blob[:2] / blob

    @contextmanager
    def arrival(self) -> Iterator[Path]:
        """A place to write bytes to before they are adopted; empty afterwards."""
        path = self._arriving / uuid.uuid4().hex
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def adopting(self, source: Path, name: str) -> Iterator[Content]:
        """Take a file in; when the block fails it is put back where it was."""
        content = Content(
            blob=uuid.uuid4().hex,
            size=source.stat().st_size,
            hashes=hashes_of(source),
            facets=facets_of(source, name),
        )
        target = self.path(content.blob)
        target.parent.mkdir(exist_ok=True)
        source.replace(target)
        try:
            yield content
        except BaseException:
            target.replace(source)
            raise

    @staticmethod
    def write(path: Path, stream: BinaryIO) -> None:
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file, PIECE)

    def drop(self, blob: str | None) -> None:
        if blob:
            self.path(blob).unlink(missing_ok=True)
