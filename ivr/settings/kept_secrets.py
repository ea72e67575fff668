"""Secrets that Tango makes itself, on first use, and keeps in its data folder."""

from __future__ import annotations

import secrets
from pathlib import Path

from ivr.atomic_files import write_once
from ivr.errors import SettingsError


def kept_secret(data: Path, name: str) -> str:
    """A random secret, made on first use and readable by our user only."""
    path = data / "secrets" / name
    try:
        if not path.exists():
            _keep_secret(data, path)
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise SettingsError(
            f"Tango cannot keep its data in {data} ({error}); mend the folder's permissions, or "
            "set IVR_DATA to another one."
        ) from error


def _keep_secret(data: Path, path: Path) -> None:
    """Make the secret; of several processes that do so at once, the first one's is kept."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    write_once(path, secrets.token_hex(32))
