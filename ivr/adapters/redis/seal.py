"""Encrypts values in Redis so that only this installation can read them."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import cast

from cryptography.fernet import Fernet, InvalidToken

from ivr.core.flow.types import Value

_PURPOSE = b"what callers give in confidence"


class Seal:
    """Encrypts and decrypts values with a key derived from IVR_SECRET_KEY for this purpose alone.

    Fernet: https://cryptography.io/en/latest/fernet/
    """

    def __init__(self, secret_key: str) -> None:
        key = hmac.digest(secret_key.encode(), _PURPOSE, sha256)
        self._fernet = Fernet(urlsafe_b64encode(key))

    def sealed(self, value: Value) -> str:
        """Return `value` encrypted, as text."""
        return self._fernet.encrypt(json.dumps(value).encode()).decode()

    def opened(self, text: str) -> Value | None:
        """Return the decrypted value, or None if it has another key or is damaged."""
        try:
            return cast(Value, json.loads(self._fernet.decrypt(text.encode())))
        except InvalidToken:
            return None
