"""What keeps the versions of flows and the holders of numbers, as the library of flows sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from ivr.core.flow.holders import Claims, NumberHold, settle


class VersionStore(Protocol):
    """Keeps versions and numbers for all processes and machines. No method raises: what cannot be
    had is not there, and what cannot be kept is tried again."""

    def publish_files(self, found: Iterable[tuple[str, str, Mapping[str, str], Path]]) -> bool:
        """Publish what is new in client files: client, version, texts, the client's file. Whether
        the store could be used."""

    def live(self) -> Mapping[str, str]:
        """The live version of each client; the same object while nothing has changed."""

    def texts(self, client: str, version: str) -> Mapping[str, str] | None:
        """The files of a version, by path."""

    def holds(self) -> Mapping[str, NumberHold]:
        """Who has each number; the same object while nothing has changed."""

    def settle(self, claims: Claims, arrived: Collection[str]) -> bool:
        """Settle who has each number; whether that could be kept. Until it is, no number moves."""


class FilesAlone:
    """A `VersionStore` that knows of nothing but the files."""

    def __init__(self) -> None:
        self._live: Mapping[str, str] = {}
        self._holds: Mapping[str, NumberHold] = {}

    def publish_files(self, found: Iterable[tuple[str, str, Mapping[str, str], Path]]) -> bool:
        return True

    def live(self) -> Mapping[str, str]:
        return self._live

    def texts(self, client: str, version: str) -> Mapping[str, str] | None:
        return None

    def holds(self) -> Mapping[str, NumberHold]:
        return self._holds

    def settle(self, claims: Claims, arrived: Collection[str]) -> bool:
        holds = settle(self._holds, claims, "")
        self._holds = self._holds if holds == self._holds else holds
        return True
