"""Taking the port of the service before anything else is started."""

import errno
import socket
from typing import Final

from graph.errors import BadUsage

PORTS_TRIED: Final = 50


def listen(host: str, port: int, *, further: bool = False) -> socket.socket:
    """Take a port. Port 0 is any that is free.

    BadUsage when it is taken; with `further` the next free one is taken in its place.
    """
    last = port if port == 0 or not further else min(65_535, port + PORTS_TRIED)
    for number in range(port, last + 1):
        try:
            return _bound(host, number)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and number < last:
                continue
            reason = "is in use" if error.errno == errno.EADDRINUSE else error.strerror
            msg = f"port {number} of {host} {reason}"
            raise BadUsage(msg, "name another one with --port, or 0 for any") from error
    raise AssertionError


def shared(taken: socket.socket) -> socket.socket:
    """Give a port that was taken to whoever of this user joins it; the socket is given anew.

    The kernel hands each connection to one of those that listen.
    """
    host, port = taken.getsockname()[:2]
    taken.close()
    return join(host, port)


def join(host: str, port: int) -> socket.socket:
    """Listen on a port that another process shares. BadUsage where it does not."""
    try:
        return _bound(host, port, alone=False)
    except OSError as error:
        msg = f"port {port} of {host} cannot be shared: {error.strerror}"
        raise BadUsage(msg, "name another one with --port, or 0 for any") from error


def _bound(host: str, port: int, *, alone: bool = True) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # Named as TCP: else asyncio leaves Nagle's algorithm on, and each answer on a kept connection
    # waits 40 ms for the caller's delayed acknowledgement.
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if not alone:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(address)
        taken.listen(1)  # binding alone does not find every other listener
    except BaseException:
        taken.close()
        raise
    return taken


def address_of(taken: socket.socket) -> str:
    """Give the address that a browser opens."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
