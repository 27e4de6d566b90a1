"""Which folders lie below the root folder, proven by walking up their parents."""

from collections.abc import Callable, Iterable, Sequence

from onedrive.exceptions import ItemNotFound, OneDriveError, OutsideRoot
from onedrive.items import DriveItem, id_key

LEVELS = 30

Read = Callable[[Sequence[str]], dict[str, DriveItem | OneDriveError]]


class Confines:
    """Remembers the folders found inside, for the short life of one Drive."""

    def __init__(self, root_id: str, read: Read):
        self._root_id = root_id
        self._read = read
        self._roots = {id_key(root_id)}
        self._root_known = False
        self._inside: set[str] = set()
        self._folders: dict[str, DriveItem] = {}

    def is_root(self, item_id: str) -> bool:
        return id_key(item_id) in self._roots

    def found_root(self, root: DriveItem) -> None:
        """Graph may answer for an old id of the root folder with its new one."""
        self._roots.add(id_key(root.id))
        self._root_known = True

    def found_inside(self, folder_id: str) -> None:
        self._inside.add(id_key(folder_id))

    def way(self, item: DriveItem) -> list[DriveItem]:
        """The folders between the root and an item that was found inside."""
        way: list[DriveItem] = []
        above = self._folders.get(id_key(item.parent_id))
        while above and not self.is_root(above.id):
            way.insert(0, above)
            above = self._folders.get(id_key(above.parent_id))
        return way

    def refusals(self, folder_ids: Iterable[str]) -> dict[str, OneDriveError]:
        """Of these folders, those not proven to be the root or below it, and why."""
        folder_ids = list(folder_ids)
        above: dict[str, str] = {}
        failed: dict[str, OneDriveError] = {}
        asked = self._unknown(folder_ids, above)
        for _ in range(LEVELS):
            if not asked:
                break
            self._read_level(asked, above, failed)
            asked = self._unknown(above.values(), above.keys() | failed.keys())
        refused = {each: self._climb(each, above, failed) for each in folder_ids}
        return {each: error for each, error in refused.items() if error}

    def _unknown(self, folder_ids: Iterable[str], seen: Iterable[str]) -> list[str]:
        known = self._roots | self._inside | set(seen)
        by_key = {id_key(each): each for each in folder_ids if each}
        return [each for key, each in by_key.items() if key not in known]

    def _read_level(
        self, ids: list[str], above: dict[str, str], failed: dict[str, OneDriveError]
    ) -> None:
        wanted = ids if self._root_known else [*ids, self._root_id]
        for item_id, item in self._read(wanted).items():
            if isinstance(item, OneDriveError):
                failed[id_key(item_id)] = item
            elif id_key(item_id) == id_key(self._root_id):
                self.found_root(item)
            else:
                above[id_key(item_id)] = item.parent_id
                self._folders[id_key(item_id)] = item

    def _climb(
        self, folder_id: str, above: dict[str, str], failed: dict[str, OneDriveError]
    ) -> OneDriveError | None:
        key, trail = id_key(folder_id), []
        while key not in self._roots and key not in self._inside:
            error = failed.get(key)
            if error and not isinstance(error, ItemNotFound):
                return error
            if error or key in trail or not above.get(key):
                return OutsideRoot()
            trail.append(key)
            key = id_key(above[key])
        self._inside.update(trail)
        return None
