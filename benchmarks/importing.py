"""Importing 40 pictures of 5 MB, 150 ms for each call to OneDrive.

The import against the processor's floor (rendering alone, on the same cores) and
against the way of the former service (one after another; decoded twice, encoded
twice), all in one run. OneDrive's stand-in is a process of its own, so that time and
memory are the import's. `python -m benchmarks.importing`
"""

import contextlib
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import requests
from PIL import Image

from benchmarks.stage import set_up

if TYPE_CHECKING:
    from onedrive.drive import Drive

PICTURES, BYTES = 40, 5_000_000
SIZE = (4000, 3000)
LATENCY = 0.15
PORT = 8101
STANDIN = f"http://127.0.0.1:{PORT}"


def main() -> None:
    set_up()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        files = draw(tree / "Benchmark")
        with standin(Path(folder) / "drive", tree):
            drive = connected_drive()
            ours, peak = timed(lambda: import_all(drive)), peak_megabytes()
            floor = timed(lambda: render_all(files))
            former = timed(lambda: one_after_another(drive))
    print(f"import                {ours:6.2f} s, {peak:.0f} MB at most")
    print(f"rendering alone       {floor:6.2f} s, ratio {ours / floor:.2f}")
    print(f"one after another     {former:6.2f} s, ratio {former / ours:.1f}")


def draw(folder: Path) -> list[Path]:
    """In a process of its own, as drawing takes more memory than importing."""
    script = "from benchmarks.importing import write; import sys; write(sys.argv[1])"
    subprocess.run([sys.executable, "-c", script, folder], check=True)
    return sorted(folder.iterdir())


def write(folder: str) -> None:
    """One drawing, told apart by some bytes behind its end."""
    smooth = Image.radial_gradient("L").resize(SIZE)
    noise = Image.effect_noise(SIZE, 60)
    picture = Image.merge("RGB", (smooth, Image.blend(smooth, noise, 0.45), noise))
    buffer = io.BytesIO()
    for quality in range(95, 20, -5):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= BYTES:
            break
    Path(folder).mkdir(parents=True)
    for number in range(PICTURES):
        content = buffer.getvalue() + f"{number:08}".encode()
        (Path(folder) / f"{number:02}.jpg").write_bytes(content)


@contextlib.contextmanager
def standin(folder: Path, tree: Path) -> Iterator[None]:
    command = ["manage.py", "run_standin", "--port", str(PORT)]
    options = ["--folder", str(folder), "--seed", str(tree)]
    process = subprocess.Popen(
        [sys.executable, *command, *options], stdout=subprocess.DEVNULL
    )
    os.environ["ONEDRIVE_STANDIN_URL"] = STANDIN
    try:
        while not answers():
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def answers() -> bool:
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"{STANDIN}/_standin/health", timeout=5).ok
    return False


def connected_drive() -> "Drive":
    from benchmarks.stage import connected_user
    from onedrive.drive import drive_of

    drive = drive_of(connected_user())
    for role in ("graph", "content"):
        fault = {"role": role, "delay": LATENCY}
        requests.post(f"{STANDIN}/_standin/faults", json=fault, timeout=5)
    return drive


def import_all(drive: "Drive") -> None:
    from onedrive.imports import import_folders, orders_for_new

    report = import_folders(drive=drive, orders=orders_for_new(drive.folders()))
    assert len(report.images) == PICTURES, report.failed


def render_all(files: list[Path]) -> None:
    from gallery.variants import render

    def one(path: Path) -> None:
        render(path, max_bytes=10**9, max_pixels=10**9)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, files))


def one_after_another(drive: "Drive") -> None:
    [folder] = drive.folders()
    for file in folder.files:
        buffer = io.BytesIO()
        drive.download(drive.item(file.id), buffer, limit=10**9)
        for box in ((180, 115), (700, 525)):
            buffer.seek(0)
            Image.open(buffer).resize(box).save(io.BytesIO(), "PNG")


def timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_megabytes() -> float:
    """Of this process so far, in millions of bytes."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes * (1 if sys.platform == "darwin" else 1024) / 1e6


if __name__ == "__main__":
    main()
