"""The variants of a photograph of twelve megapixels and five megabytes, against the
naive way: decoded twice, reduced, encoded twice. In the processor's time, as neither
waits for anything. `python -m benchmarks.pictures`
"""

import io
import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from PIL import Image

from benchmarks.results import Result, run
from benchmarks.rounds import medians, seconds
from gallery.variants import render

BOXES = ((180, 115), (700, 525))
SIZE, BYTES = (4000, 3000), 5_000_000


def measure(quick: bool) -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photograph.jpg"
        path.write_bytes(photograph())
        works = {
            work: lambda work=work: (
                1000 * seconds(lambda: work(path), time.process_time)
            )
            for work in (ours, naive, decoded)
        }
        ms = medians(works, quick=quick)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
            growth = process.submit(growth_of, path).result()
    told = f"{ms[ours]:.0f} ms, the naive way {ms[naive]:.0f} ms"
    decoding = f"decoding it as small as will do takes {ms[decoded]:.0f} ms"
    return [
        Result("variants of 12 megapixels", told, ms[naive] / ms[ours], least=4),
        Result("part of which is decoding", decoding, ms[decoded] / ms[ours]),
        Result("memory they take", "growth of the process", growth, " MB", most=15),
    ]


def photograph() -> bytes:
    """Drawn: smooth in parts, with the grain that makes files large."""
    smooth = Image.radial_gradient("L").resize(SIZE)
    noise = Image.effect_noise(SIZE, 60)
    picture = Image.merge("RGB", (smooth, Image.blend(smooth, noise, 0.45), noise))
    buffer = io.BytesIO()
    for quality in range(95, 20, -5):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= BYTES:
            break
    return buffer.getvalue()


def ours(path: Path) -> None:
    render(path, max_bytes=10**9, max_pixels=10**9)


def naive(path: Path | io.BytesIO) -> None:
    for box in BOXES:
        with Image.open(path) as picture:
            reduced = picture.resize(box, Image.Resampling.LANCZOS)
            reduced.save(io.BytesIO(), "WEBP")


def decoded(path: Path) -> None:
    """As small as both variants can be made from."""
    with Image.open(path) as picture:
        picture.draft(None, BOXES[1])
        picture.load()


def growth_of(path: Path) -> float:
    """Megabytes by which rendering raises the most that this process ever used. A
    small picture first, so that what is loaded once does not count."""
    small = path.with_suffix(".png")
    Image.new("RGB", (800, 600)).save(small)
    ours(small)
    before = peak()
    ours(path)
    return peak() - before


def peak() -> float:
    """Megabytes, the most so far. Linux tells it of this program alone; `getrusage`
    would count what its parent was when it started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    run(measure)
