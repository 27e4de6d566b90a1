"""What a test may turn on a running stand-in that is neither a fault nor a kind."""

from dataclasses import dataclass

DAY = 86400
MIB = 1024**2


@dataclass
class Behaviour:
    """Seconds, bytes and switches; each may be changed at any time."""

    page_size: int = 200
    empty_pages: bool = False  # each further page is preceded by an empty one
    mixed_case_ids: bool = False  # personal ids come back in another case
    facet_delay: float = 0.0  # until `image` and `photo` appear after an upload
    delta_delay: float = 0.0  # until a change is seen by delta
    delta_life: float = 30 * DAY  # of a deltaLink
    link_life: float = 3600.0  # of a download link
    simple_upload_limit: int = 250 * MIB
    quota: int = 0  # bytes; 0: what is usual for the kind of drive
