"""The whole stand-in: three ports over one folder."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

from .account import Account
from .application import Application, routed
from .behaviour import Behaviour
from .calls import Service
from .clock import Clock
from .control import Control
from .downloads import Downloads
from .faults import Faults
from .graph import Graph
from .identity import Identity
from .items import Item
from .journal import Journal
from .kinds import KINDS
from .links import Seal
from .seeding import seed
from .sessions import Sessions
from .store import Store
from .throttle import Throttle
from .uploads import Uploads
from .wire import Listener

REDIRECT_URIS = ("http://localhost:3000/connect/onedrive/auth",)
ACCOUNTS = {
    "personal": Account(),
    "business": Account(
        email="ines@school.example.org", tenant="5c1d8f5e-3b52-4c8f-9a51-0d6f3a1e7b42"
    ),
}


class StandIn:
    """A OneDrive that runs in threads of this process; `with` starts and stops it.

    `ports` are those of identity and Graph, of downloads, and of uploads; 0 takes any
    free one. What is kept lies in `folder`: started there again it is the same drive.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        ports: tuple[int, int, int] = (0, 0, 0),
        kind: Literal["personal", "business"] = "personal",
        client_id: str = "demo",
        client_secret: str = "demo",  # noqa: S107
        root_folder_id: str | None = None,
        root_folder_name: str = "Artetore",
        redirect_uris: Sequence[str] = REDIRECT_URIS,
        page_size: int = 200,
    ):
        self.clock = Clock()
        self.behaviour = Behaviour(page_size=page_size)
        self.store = Store(folder, KINDS[kind], self.clock, self.behaviour)
        self.faults = Faults()
        self.journal = Journal(self.clock)
        self.throttle = Throttle(self.clock, self.store.kind)
        self.identity = Identity(
            folder,
            self.clock,
            client_id=client_id,
            client_secret=client_secret,
            redirect_uris=redirect_uris,
            account=ACCOUNTS[kind],
        )
        self.home = self._home(root_folder_id, root_folder_name)
        self._service = Service(self.store, Seal(self._secret()), ACCOUNTS[kind])
        self._listeners = self._listen(folder, host, ports)
        main, content, upload = self._listeners
        self.url = main.url
        self.content_url = self._service.content_url = content.url
        self.upload_url = self._service.upload_url = upload.url

    def _home(self, folder_id: str | None, name: str) -> Item:
        """The folder that is seeded: the root, or one with the id that was wished."""
        if folder_id is None:
            return self.store.root
        found = self.store.find(folder_id)
        if found is not None:
            return found
        return self.store.create_folder(
            self.store.root.id, name, "rename", item_id=folder_id
        )[0]

    def _secret(self) -> str:
        """Kept, so that links outlive a restart."""
        db = self.store.db
        with db.transaction():
            if not db.meta("secret"):
                db.set_meta("secret", secrets.token_hex(32))
            return db.meta("secret") or ""

    def _listen(
        self, folder: Path, host: str, ports: tuple[int, int, int]
    ) -> list[Listener]:
        uploads = Uploads(self._service, Sessions(self.store, folder / "uploads"))
        graph = Graph(self._service, self.identity, uploads)
        application = Application(graph, self.faults, self.throttle, self.journal)
        control = Control(self.store, self.faults, self.journal, self.throttle)
        downloads = Downloads(self._service, folder)
        ready = [
            application.port(
                "identity",
                self.identity.routes(),
                routed(control.routes() + self.identity.control_routes()),
            ),
            application.port("content", downloads.routes()),
            application.port("upload", uploads.routes()),
        ]
        listeners: list[Listener] = []
        try:
            for port, work in zip(ports, ready, strict=True):
                listeners.append(Listener(host, port, work, application.ended))
        except OSError:
            for listener in listeners:
                listener.server_close()
            self.store.db.close()
            raise
        return listeners

    def seed(self, tree: Path) -> int:
        """Copy a folder of this machine in, when the drive's is empty; files copied.

        Nothing is, once the drive's folder was deleted.
        """
        if (self.store.find(self.home.id) or self.home).deleted_at is not None:
            return 0
        return seed(self.store, tree, self.home)

    def start(self) -> Self:
        for listener in self._listeners:
            listener.start()
        return self

    def stop(self) -> None:
        for listener in self._listeners:
            listener.stop()
        self.store.db.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
