"""Is a port free? `python -m artetore.ports ADDRESS PORT` asks for `make serve`.

Granian shares a port with whoever has it, and requests would reach either of the two.
"""

import errno
import socket
import sys


def is_free(address: str, port: int) -> bool:
    """Raises OSError where nobody could listen."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        # As a server would bind it: a port that was just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True


def fault(address: str, port: str) -> str:
    """Why a server could not listen there, in one line, or nothing."""
    if not (port.isdecimal() and 0 < int(port) < 2**16):
        return f"PORT is {port!r}, which is not between 1 and 65535."
    try:
        if is_free(address, int(port)):
            return ""
    except OSError as error:
        return f"ADDRESS is {address!r}: {error.strerror}."
    return f"Port {port} is taken, by the demonstration perhaps. PORT=… changes it."


if __name__ == "__main__":
    sys.exit(fault(*sys.argv[1:]) or 0)
