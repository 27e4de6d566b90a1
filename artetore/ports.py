"""Is a port free? `python -m artetore.ports ADDRESS PORT` asks for `make serve`.

Granian shares a port with whoever has it, and requests would reach either of the two.
"""

import errno
import socket
import sys


def is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        # As a server would bind it: a port that was just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE  # others are the server's to tell
    return True


if __name__ == "__main__":
    address, port = sys.argv[1:]
    if port.isdecimal() and not is_free(address, int(port)):
        sys.exit(
            f"Port {port} is taken, by the demonstration perhaps. PORT=… changes it."
        )
