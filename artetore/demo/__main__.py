"""`python -m artetore.demo` makes `.demo/.env`, the demonstration's configuration."""

import shutil
from pathlib import Path

from artetore.keys import add_missing_keys

FOLDER = Path(".demo")


def prepare(folder: Path = FOLDER) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / ".env"
    if not path.exists():
        shutil.copyfile(Path(__file__).with_name("demo.env"), path)
    add_missing_keys(path)
    return path


if __name__ == "__main__":
    prepare()
