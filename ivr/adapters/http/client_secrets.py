"""What clients' systems want to be shown and nobody else may read: `secrets.yaml` in IVR_DATA.

::

    acme:
      orders_key: "Bearer 4f1c…"

A client's flow names its own secrets only. The file is read anew for each request, so that a
changed key counts at once.
"""

from __future__ import annotations

import stat
from pathlib import Path

import yaml

from ivr.errors import OutsideRefused

FILE_NAME = "secrets.yaml"


class ClientSecrets:
    """The secrets of all clients, in the folder `data`."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE_NAME

    def get(self, client: str, name: str) -> str:
        """The client's secret of that name.

        Raises `OutsideRefused` where there is none, or others may read the file.
        """
        try:
            mode = self._path.stat().st_mode
            text = self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise OutsideRefused(f"{self._path} cannot be read ({error}).") from error
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise OutsideRefused(f"Others may read {self._path}; run chmod 600 on it.")
        try:
            # BaseLoader makes text of everything, and nothing else of anything.
            secrets = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
            secret = secrets[client][name]
        except yaml.YAMLError:  # its message would quote the secrets
            raise OutsideRefused(f"{self._path} is not YAML; mend it.") from None
        except (KeyError, TypeError):
            secret = None
        if not isinstance(secret, str) or not secret:
            raise OutsideRefused(f"{self._path} has no '{name}' below '{client}'; add it.")
        return secret
