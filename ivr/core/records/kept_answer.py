"""Answers to programs that may ask the same again, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered; `request` is a hash of what was asked."""

    token: str
    key: str
    request: str
    status: int
    body: str
