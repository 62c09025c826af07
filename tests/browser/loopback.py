"""Run inside a fresh network namespace: brings its loopback up, then becomes the given command."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1
REQUEST = "16sh14x"  # struct ifreq: name, flags


def bring_up() -> None:
    """What ``ip link set lo up`` does, where iproute2 is not installed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        found = fcntl.ioctl(probe, SIOCGIFFLAGS, struct.pack(REQUEST, b"lo", 0))
        _, flags = struct.unpack(REQUEST, found)
        fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack(REQUEST, b"lo", flags | IFF_UP))


if __name__ == "__main__":
    bring_up()
    os.execvp(sys.argv[1], sys.argv[1:])
