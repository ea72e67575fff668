"""A child's tie to its supervisor: it ends when the supervisor does, even by `kill -9`."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

SUPERVISOR_VARIABLE = "TANGO_SUPERVISOR"
"""Environment variable in which the supervisor gives its process id to its children."""

PR_SET_PDEATHSIG = 1  # prctl(2)
CHECK_SECONDS = 0.5


def supervised() -> dict[str, str]:
    """The environment for a child of this process that calls `end_with_supervisor`."""
    return os.environ | {SUPERVISOR_VARIABLE: str(os.getpid())}


def end_with_supervisor() -> bool:
    """Have this process sent SIGTERM when its supervisor ends; False where it has none."""
    supervisor = os.environ.pop(SUPERVISOR_VARIABLE, None)
    if supervisor is None:
        return False
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(supervisor):  # it ended before we asked
            os.kill(os.getpid(), signal.SIGTERM)
    else:
        threading.Thread(target=_watch, args=(int(supervisor),), daemon=True).start()
    return True


def _watch(supervisor: int) -> None:
    while os.getppid() == supervisor:
        time.sleep(CHECK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
