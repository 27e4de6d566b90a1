"""Long lists come in pages: one listing, gathered from them.

Follows Microsoft's page "Paging Microsoft Graph data in your app". Pages may be
empty and still not be the last, may repeat what stood on the one before, and have
been seen to lead in a circle.
"""

from collections.abc import Callable, Sequence
from typing import Any

from onedrive.batches import Result
from onedrive.exceptions import BadAnswer, OneDriveError
from onedrive.items import id_key

GRAPH = "https://graph.microsoft.com/v1.0"
MAX_PAGES = 5000


class Listing:
    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._links: set[str] = set()

    def new_items(self, page: dict[str, Any]) -> list[dict[str, Any]]:
        """What no earlier page had. Raises BadAnswer for what is no page."""
        items = page.get("value")
        if not isinstance(items, list):
            raise BadAnswer("OneDrive's list could not be read.")
        return [item for item in items if self._is_new(item)]

    def next_path(self, page: dict[str, Any]) -> str | None:
        """The path of the page that follows, below GRAPH, or None for the last.

        Raises BadAnswer for a link that leads elsewhere (our token goes with it)
        or in a circle.
        """
        link = page.get("@odata.nextLink")
        if link is None:
            return None
        if not isinstance(link, str) or not link.startswith(f"{GRAPH}/"):
            raise BadAnswer("OneDrive's list leads to another place.")
        if link in self._links or len(self._links) >= MAX_PAGES:
            raise BadAnswer("OneDrive's list does not end.")
        self._links.add(link)
        return link.removeprefix(GRAPH)

    def _is_new(self, item: Any) -> bool:
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            raise BadAnswer("OneDrive's list could not be read.")
        key = id_key(item["id"])
        if key in self._ids:
            return False
        self._ids.add(key)
        return True


def read_listings(
    batch: Callable[[Sequence[str]], list[Result]], paths: Sequence[str]
) -> list[list[dict[str, Any]] | OneDriveError]:
    """Many lists at once; one that fails does not lose the others."""
    listings = [Listing() for _ in paths]
    results: list[list[dict[str, Any]] | OneDriveError] = [[] for _ in paths]
    waiting = dict(enumerate(paths))
    while waiting:
        pages = dict(zip(waiting, batch(list(waiting.values())), strict=True))
        waiting = {}
        for number, page in pages.items():
            try:
                if isinstance(page, OneDriveError):
                    raise page
                results[number] += listings[number].new_items(page)
                if next_path := listings[number].next_path(page):
                    waiting[number] = next_path
            except OneDriveError as error:
                results[number] = error
    return results
