"""Sets up the records database, now or as soon as it can be used.

A server starts without its records: callers are greeted, messages are taken and operators are rung;
what must reach the records waits in Redis (see `ivr.services.intake`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from ivr.errors import RecordsError, RecordsUnavailable, TangoError

FIRST_SECONDS = 10.0
"""How long a start waits for the first try; a long migration goes on beside the calls."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0

log = structlog.get_logger()


class RecordsSetup:
    """Runs `migrate` in its own thread until it succeeds.

    It waits `pause` seconds after the first failure, and longer after each later one.
    """

    def __init__(self, migrate: Callable[[], None], pause: float = FIRST_PAUSE) -> None:
        self._migrate = migrate
        self._pause = pause
        self._first_try = threading.Event()
        self._stop = threading.Event()
        self._refusal: TangoError | None = None
        self.ready = False
        """Whether the database is up to date."""

    def start(self, seconds: float = FIRST_SECONDS) -> bool:
        """Start, wait at most `seconds` for the first attempt, and return whether it succeeded.

        Raises `SettingsError`, and `RecordsError` if the database belongs to a newer version.
        """
        threading.Thread(target=self._run, name="records-setup", daemon=True).start()
        self._first_try.wait(seconds)
        if self._refusal is not None:
            raise self._refusal
        return self.ready

    def stop(self) -> None:
        """Stop trying."""
        self._stop.set()

    def _run(self) -> None:
        pause = self._pause
        while not self._stop.is_set():
            if self._try():
                return
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _try(self) -> bool:
        try:
            self._migrate()
        except RecordsUnavailable as error:
            log.error("records.not_ready", error=str(error))
        except TangoError as error:
            log.error("records.refused", error=str(error))
            self._refusal = error
        except Exception as error:
            log.exception("records.not_ready")
            self._refusal = RecordsError(f"The records cannot be set up ({error!r}).")
        else:
            self.ready = True
            if self._first_try.is_set():  # it has failed before
                log.info("records.ready")
        self._first_try.set()
        return self.ready
