"""Values that stand in Redis and its files so that only this installation reads them."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import cast

from cryptography.fernet import Fernet, InvalidToken

from ivr.flow.types import Value

_PURPOSE = b"what callers give in confidence"


class Seal:
    """Seals and opens values, by a key that is made of IVR_SECRET_KEY for this purpose alone.

    Fernet: https://cryptography.io/en/latest/fernet/
    """

    def __init__(self, secret_key: str) -> None:
        key = hmac.digest(secret_key.encode(), _PURPOSE, sha256)
        self._fernet = Fernet(urlsafe_b64encode(key))

    def sealed(self, value: Value) -> str:
        """`value` as text that says nothing without the key."""
        return self._fernet.encrypt(json.dumps(value).encode()).decode()

    def opened(self, text: str) -> Value | None:
        """What was sealed; None where it was by another key, or spoilt."""
        try:
            return cast(Value, json.loads(self._fernet.decrypt(text.encode())))
        except InvalidToken:
            return None
