"""Items and drives as Graph shows them.

Microsoft's pages "driveItem resource type" and "drive resource type".
"""

from urllib.parse import quote

from .calls import Call, Service
from .clock import iso
from .facets import mime_type
from .items import Item

DOWNLOAD = "@microsoft.graph.downloadUrl"
DOWNLOAD_NAMES = {DOWNLOAD, "content.downloadUrl"}
NEVER = "0001-01-01T00:00:00Z"
EMPTY_HASH = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
# Services add fields whenever they like; a client must not mind.
UNKNOWN_FIELDS = {"futureFacet": {"since": "tomorrow"}, "reactions": {"likeCount": 0}}


def drive_json(service: Service) -> dict:
    store, quota = service.store, service.store.quota()
    drive_id = service.shown_id(store.drive_id)
    return {
        "id": drive_id,
        "driveType": service.kind.name,
        "name": "OneDrive",
        "webUrl": f"https://onedrive.live.com?cid={quote(drive_id)}",
        "createdDateTime": iso(store.root.created),
        "lastModifiedDateTime": iso(store.root.modified),
        "owner": {"user": service.owner},
        "quota": {
            "total": quota.total,
            "used": quota.used,
            "remaining": quota.remaining,
            "deleted": quota.deleted,
            "state": quota.state,
            "storagePlanInformation": {"upgradeAvailable": True},
        },
    } | UNKNOWN_FIELDS


def item_json(call: Call, item: Item, parents: dict[str, dict] | None = None) -> dict:
    """One item, cut to `$select`. `parents` spares paths already worked out."""
    parents = {} if parents is None else parents
    body = _plain(call, item)
    body["parentReference"] = _parent_reference(call, item, parents)
    if not item.is_folder and _wants_download(call):
        body = {DOWNLOAD: download_url(call.service, item)} | body
    return select(body, call.selected)


def select(body: dict, names: set[str]) -> dict:
    """`$select` keeps the id and the annotations whatever it names."""
    if not names:
        return body
    return {
        key: value
        for key, value in body.items()
        if key in names or key == "id" or key.startswith("@")
    }


def _wants_download(call: Call) -> bool:
    return not call.selected or bool(call.selected & DOWNLOAD_NAMES)


def _plain(call: Call, item: Item) -> dict:
    service = call.service
    person = {"user": {key: service.owner[key] for key in ("id", "displayName")}}
    body = {
        "id": service.shown_id(item.id),
        "name": item.name,
        "size": item.size,
        "createdDateTime": iso(item.created),
        "lastModifiedDateTime": iso(item.modified),
        "eTag": item.etag,
        "webUrl": f"https://onedrive.live.com/?id={quote(item.id)}",
        "createdBy": person,
        "lastModifiedBy": person,
        "fileSystemInfo": {
            "createdDateTime": item.fs_created,
            "lastModifiedDateTime": item.fs_modified,
        },
    } | UNKNOWN_FIELDS
    if not item.is_folder or service.kind.folder_ctags:
        body["cTag"] = item.ctag
    if item.parent is None:
        body["root"] = {}
    return body | (_folder(item) if item.is_folder else _file(call, item))


def _folder(item: Item) -> dict:
    return {"folder": {"childCount": item.children}}


def _file(call: Call, item: Item) -> dict:
    hashes = {"quickXorHash": item.quick_xor} if item.size else {}
    if item.size and call.kind.all_hashes:
        hashes |= {"sha1Hash": item.sha1, "sha256Hash": item.sha256}
    file = {"mimeType": mime_type(item.name), "hashes": hashes}
    if item.facets_due and item.facets:
        file["processingMetadata"] = True
    facets = dict(item.visible_facets)
    if "photo" in facets and not call.kind.full_photo:
        facets["photo"] = {
            key: value
            for key, value in facets["photo"].items()
            if key == "takenDateTime"
        }
    return {"file": file} | facets


def _parent_reference(call: Call, item: Item, parents: dict[str, dict]) -> dict:
    if item.parent is None:
        return drive_reference(call)
    if item.parent not in parents:
        parent = call.store.find(item.parent) or call.store.root
        path = quote(call.store.path(parent), safe="/")
        parents[item.parent] = {"name": parent.name, "path": f"/drive/root:{path}"}
    return parent_id_reference(call, item) | parents[item.parent]


def drive_reference(call: Call) -> dict:
    drive_id = call.service.shown_id(call.store.drive_id)
    return {"driveId": drive_id, "driveType": call.kind.name}


def parent_id_reference(call: Call, item: Item) -> dict:
    return drive_reference(call) | {"id": call.service.shown_id(item.parent or "")}


def delta_json(call: Call, item: Item) -> dict:
    """As delta shows a live item: no path, and on business drives no cTag."""
    body = {"@odata.type": "#microsoft.graph.driveItem"} | _plain(call, item)
    reference = (
        parent_id_reference(call, item) if item.parent else drive_reference(call)
    )
    body["parentReference"] = reference
    if not call.kind.delta_ctags:
        body.pop("cTag", None)
    if not item.is_folder and _wants_download(call):
        body[DOWNLOAD] = download_url(call.service, item)
    return select(body, call.selected)


def deleted_json(call: Call, item: Item) -> dict:
    """What is left of a deleted item in delta; only its id is to be relied on."""
    body = {
        "@odata.type": "#microsoft.graph.driveItem",
        "id": call.service.shown_id(item.id),
        "parentReference": parent_id_reference(call, item),
        "deleted": {"state": "deleted"},
        "folder" if item.is_folder else "file": {},
    }
    if call.kind.delta_names_the_deleted:
        return body | {"name": item.name, "eTag": item.etag}
    if not item.is_folder:
        body["file"] = {"hashes": {"quickXorHash": EMPTY_HASH}}
    return body | {
        "size": 0,
        "fileSystemInfo": {"createdDateTime": NEVER, "lastModifiedDateTime": NEVER},
    }


def download_url(service: Service, item: Item) -> str:
    """Good for anyone who has it, for a while."""
    expires = service.clock.now() + service.behaviour.link_life
    sealed = service.seal.close(download=item.id, expires=expires)
    return f"{service.content_url}/d/{quote(item.id)}?tempauth={sealed}&ApiVersion=2.0"
