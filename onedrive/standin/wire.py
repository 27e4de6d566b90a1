"""Sockets: one thread for each connection, kept alive, broken on demand."""

import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock, Thread
from typing import Any

from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from .faults import Fault
from .journal import Entry

PIECE = 256 * 1024
MOST_DRAINED = 64 * 1024**2


class Reset(Exception):
    """The connection is to be reset, without an answer."""


@dataclass
class Exchange:
    """What to send, how to send it, and where to note it."""

    answer: Response
    fault: Fault = field(default_factory=Fault)
    entry: Entry | None = None


class Body:
    """The part of a connection that is the body of one request."""

    def __init__(self, file: Any, length: int):
        self._file = file
        self.left = length

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        data = self._file.read(wanted) if wanted else b""
        self.left -= len(data)
        return data

    def drain(self) -> None:
        """A client that still sends cannot hear an answer; so let it finish."""
        while 0 < self.left <= MOST_DRAINED and self.read(PIECE):
            pass


class Handler(WSGIRequestHandler):
    """One connection. werkzeug's own handler would close it after each answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Listener"

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        body = None
        if not environ.get("wsgi.input_terminated"):
            length = environ.get("CONTENT_LENGTH", "0")
            body = Body(self.rfile, int(length) if length.isdigit() else 0)
            environ["wsgi.input"] = body
        try:
            self._exchange(Request(environ), body)
        except (Reset, ClientDisconnected):
            self._reset()
        except OSError:  # the client has gone
            self.close_connection = True

    def _exchange(self, request: Request, body: Body | None) -> None:
        exchange = self.server.application(request)
        try:
            if body:
                body.drain()
            if body is None or body.left:
                self.close_connection = True
            self._send(request, exchange)
        finally:
            exchange.answer.close()
            self.server.ended(exchange.entry)

    def _send(self, request: Request, exchange: Exchange) -> None:
        answer, fault = exchange.answer, exchange.fault
        if not answer.is_streamed and not answer.direct_passthrough:
            answer.content_length = len(answer.get_data())
        length = answer.content_length or 0
        if fault.length:
            answer.content_length = length + fault.length
        if fault.length or fault.cut is not None:
            self.close_connection = True
        answer.headers.pop("Date", None)  # `send_response` writes it
        self.send_response(answer.status_code)
        for name, value in answer.get_wsgi_headers(request.environ):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if request.method != "HEAD" and answer.status_code not in (204, 304):
            most = length if fault.cut is None else int(length * fault.cut)
            for piece in _pieces(answer, most, fault.rate):
                if exchange.entry:
                    exchange.entry.sent += len(piece)
                self.wfile.write(piece)

    def _reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.rfile.close()
        self.connection.close()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Addresses carry secrets; the journal is the only record."""


def _pieces(answer: Response, most: int, rate: int) -> Iterator[bytes]:
    """The body, no more than `most` bytes, no faster than `rate` a second."""
    for piece in answer.iter_encoded():
        piece = piece[:most]
        most -= len(piece)
        step = max(rate // 10, 1) if rate else PIECE
        for start in range(0, len(piece), step):
            if rate:
                time.sleep(step / rate)
            yield piece[start : start + step]


class Listener(ThreadingHTTPServer):
    """One port. `stop` also ends the connections that clients keep open."""

    daemon_threads = True
    request_queue_size = 128
    ssl_context = None
    multithread = True
    multiprocess = False
    _server_version = "StandIn"

    def __init__(
        self,
        host: str,
        port: int,
        application: Callable[[Request], Exchange],
        ended: Callable[[Entry | None], None],
    ):
        super().__init__((host, port), Handler)
        self.application = application
        self.ended = ended
        self._open: set[socket.socket] = set()
        self._open_lock = Lock()
        self._thread = Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def server_bind(self) -> None:
        """Without the look-up of the host's name that `HTTPServer` makes."""
        TCPServer.server_bind(self)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            with suppress(OSError):  # not all systems can
                self.socket.shutdown(socket.SHUT_RDWR)  # wakes the loop
            self.shutdown()
            self._thread.join()
        self.server_close()
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it was closed from the other side

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of ours; all else is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)
