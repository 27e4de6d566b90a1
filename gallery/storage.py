"""Where pictures lie: Django's default storage, here a folder of this machine."""

import os
import tempfile
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage


class AtomicFileSystemStorage(FileSystemStorage):
    """Files appear whole under their names or not at all, even after a kill.

    A name that exists is replaced: names follow from contents, so what is there
    is the same, or the remains of a disaster.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).chmod(self.file_permissions_mode or 0o644)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        return name


def write_once(name: str, content: File) -> None:
    """Store `content` under the name that follows from it, unless it is there whole."""
    if default_storage.exists(name) and default_storage.size(name) == content.size:
        return
    default_storage.save(name, content)
