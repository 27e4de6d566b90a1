"""What would be told if every logger spoke of all it does."""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def listening(names: Sequence[str], kept: logging.Filter) -> Iterator[io.StringIO]:
    """What these log at DEBUG, before others' filters take anything out of it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(kept)
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    # First, as the console's own handler would leave it nothing to hide.
    logging.getLogger().handlers.insert(0, handler)
    yield text
    logging.getLogger().removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
