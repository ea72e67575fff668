"""What a process knew last of the live versions and the numbers' holders, in a file.

With it a start without the records database answers every number as it was answered before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from ivr.atomic_files import stored_atomically
from ivr.core.flow.holders import NumberHold

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class KnownVersions:
    """The live version of each client, who has each number, and the files of live versions by
    client, as far as they are known."""

    live: Mapping[str, str] = field(default_factory=dict)
    holds: Mapping[str, NumberHold] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


_adapter: TypeAdapter[KnownVersions] = TypeAdapter(KnownVersions)


class KnownVersionsFile:
    """The file at `path`, which only our own user may read. No method raises: it is a second
    best, and what goes wrong with it is logged."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> KnownVersions:
        """What was saved last; nothing where there is no file, or none that can be read."""
        try:
            return _adapter.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return KnownVersions()
        except (OSError, ValidationError) as error:
            log.warning("versions.file_unreadable", path=str(self._path), error=str(error))
            return KnownVersions()

    def save(self, known: KnownVersions) -> None:
        """Replace the file. Other processes write the same."""
        try:
            with stored_atomically(self._path) as file:
                file.write(_adapter.dump_json(known))
        except FileNotFoundError:
            return  # another process has just written it
        except OSError as error:
            log.warning("versions.file_not_written", path=str(self._path), error=str(error))
