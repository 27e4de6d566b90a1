"""How old files have to be, as commands are told."""

from argparse import ArgumentParser, ArgumentTypeError

DEFAULT = 24
MOST = 1_000_000


def add_hours(parser: ArgumentParser, text: str) -> None:
    parser.add_argument(
        "--hours",
        metavar="N",
        type=_hours,
        default=DEFAULT,
        help=f"{text} (default: %(default)s)",
    )


def _hours(text: str) -> int:
    if text.isdecimal() and int(text) <= MOST:
        return int(text)
    raise ArgumentTypeError(f"give whole hours from 0 to {MOST:,}")
