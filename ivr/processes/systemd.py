"""Notifies systemd that the supervisor is ready, alive or stopping.

https://www.freedesktop.org/software/systemd/man/sd_notify.html
"""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"
OURS_ALONE = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")


class Systemd:
    """The service manager that started us, if any.

    Its variables are removed from `environ`, because they are not meant for our children.
    """

    def __init__(self, environ: MutableMapping[str, str] = os.environ) -> None:
        told = {name: environ.pop(name, "") for name in OURS_ALONE}
        self._address = told["NOTIFY_SOCKET"]

    def tell(self, state: str) -> None:
        """Send a notification. If nobody listens, nothing happens."""
        if not self._address.startswith(("/", "@")):
            return
        # A name that begins with @ is outside the file system.
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as teller:
            teller.sendto(state.encode(), address)
