"""The stage: a server of its own, a simulated carrier and a mail server, all on loopback."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.adapters.sql import SqlRecords, open_records
from ivr.adapters.system.running import Running
from ivr.cli._demo.mail import Mailbox, mail_server
from ivr.errors import TangoError
from ivr.processes.children import PYTHON, with_our_modules
from ivr.processes.private import free_port, private_server
from ivr.project import PROJECT
from ivr.settings import Settings, load_settings
from ivr.simulator import Carrier, Misbehaviour

REPLACED = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "IVR_PUBLIC_URL", "IVR_REDIS_URL")


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene plays on."""

    environ: dict[str, str]
    settings: Settings
    server: Running
    carrier: Carrier
    mailbox: Mailbox
    records: SqlRecords

    def command(self, *arguments: str) -> str:
        """Run `python -m ivr …` as an operator would; returns what it prints."""
        done = subprocess.run(  # noqa: S603  # our own command
            [*PYTHON, "-m", "ivr", *arguments],
            env=with_our_modules({**os.environ, **self.environ}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 2:
            raise TangoError(done.stderr.strip())
        return done.stdout


@contextmanager
def stage(
    folder: Path,
    waiting: Callable[[float], None] = lambda seconds: None,
    more: dict[str, str] | None = None,
    misbehaviour: Misbehaviour | None = None,
    carrier: Mapping[str, Any] | None = None,
) -> Iterator[Stage]:
    """Set the stage in an empty `folder`. Its records and recordings stay there.

    `waiting` is told how long the start takes; `more` are further settings, `misbehaviour` is what
    the carrier does wrong on purpose, and `carrier` are its further options.
    """
    rest_port, mail_port = free_port(), free_port()
    environ = dict.fromkeys(REPLACED, "") | {
        "IVR_FLOWS": str(PROJECT / "flows"),
        "IVR_DATA": str(folder / "var"),
        "IVR_RECORDINGS": str(folder / "recordings"),
        "IVR_DATABASE_URL": "",
        "IVR_TWILIO_API_URL": f"http://127.0.0.1:{rest_port}",
        "IVR_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "IVR_SPEECH_MODELS": "",
        **(more or {}),
    }
    settings = load_settings({**os.environ, **environ})
    with mail_server(mail_port) as mailbox, private_server(environ, waiting) as server:
        simulated = Carrier(
            server.url,
            server.url,
            settings.account_sid,
            settings.auth_token,
            port=rest_port,
            misbehaviour=misbehaviour,
            **(carrier or {}),
        )
        records = open_records(settings.database_url)
        with simulated:
            yield Stage(environ, settings, server, simulated, mailbox, records)
        records.close()
