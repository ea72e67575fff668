"""OpenID Connect, as the side that relies on a provider: the authorization code flow with PKCE.

Section numbers are those of OpenID Connect Core 1.0
(https://openid.net/specs/openid-connect-core-1_0.html).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from ivr.errors import SignOnError
from ivr.settings import SingleSignOn

SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Algorithms in which an ID token may be signed: such that only the provider can."""

KEPT = timedelta(hours=1)
"""How long the provider's own description is used before it is read again."""

LEEWAY_SECONDS = 60
TIMEOUT = (5, 10)  # seconds to connect, and without a byte
SCOPE = "openid email profile"
HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Pending:
    """What a browser must bring back to end the sign-on that it began."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of single sign-on. Every method raises `SignOnError` with the reason."""

    def __init__(self, settings: SingleSignOn, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._described: tuple[datetime, dict[str, Any]] | None = None
        self._keys: KeySet | None = None

    def begin(self, back: str) -> tuple[str, Pending]:
        """Where to send a browser, and what to remember of it. `back` is where it returns."""
        pending = Pending(*(secrets.token_urlsafe(32) for _ in range(3)))
        session = self._session(self._description(), back)
        url, _ = session.create_authorization_url(
            self._endpoint("authorization_endpoint"),
            state=pending.state,
            nonce=pending.nonce,
            code_verifier=pending.verifier,
        )
        return str(url), pending

    def finish(self, back: str, pending: Pending, answer: Mapping[str, str]) -> dict[str, Any]:
        """What the provider says of the person, from the query with which a browser returns."""
        if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise SignOnError("The answer belongs to another sign-on.")
        if answer.get("iss", self._settings.issuer) != self._settings.issuer:  # RFC 9207
            raise SignOnError("The answer comes from another provider.")
        if "error" in answer:
            raise SignOnError(f"The provider refused: {answer['error'][:100]!r}.")
        try:
            return self._claims(back, pending, answer.get("code", ""))
        except (OAuthError, JoseError, requests.RequestException) as error:
            raise SignOnError(f"The provider's answer cannot be used: {error}.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SignOnError(f"The provider's answer has another form: {error!r}.") from error

    def _claims(self, back: str, pending: Pending, code: str) -> dict[str, Any]:
        described = self._description()
        session = self._session(described, back)
        token = session.fetch_token(
            self._endpoint("token_endpoint"), code=code, code_verifier=pending.verifier
        )
        claims = self._checked(token, pending.nonce)
        if self._settings.claim in claims or "userinfo_endpoint" not in described:
            return claims
        more = session.get(self._endpoint("userinfo_endpoint"))
        more.raise_for_status()
        told = dict(more.json())
        if told.get("sub") != claims["sub"]:  # 5.3.2
            raise SignOnError("The provider told of another person than the one who signed in.")
        return told | claims

    def _checked(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of an ID token, once it is known to be ours and of this sign-on (3.1.3.7)."""
        read = self._read(str(token["id_token"]))
        wanted = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
        }
        about = {
            "nonce": nonce,
            "client_id": self._settings.client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(read.claims, read.header, wanted, about)
        claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY_SECONDS)
        return dict(claims)

    def _read(self, id_token: str) -> jwt.Token:
        """Check the signature; a key that is not known may be a new one."""
        if self._keys is not None:
            try:
                return jwt.decode(id_token, self._keys, algorithms=SIGNED_BY)
            except InvalidKeyIdError:
                pass
        self._keys = KeySet.import_key_set(self._fetch(self._endpoint("jwks_uri")))  # type: ignore[arg-type]
        return jwt.decode(id_token, self._keys, algorithms=SIGNED_BY)

    def _session(self, described: Mapping[str, Any], back: str) -> Any:
        """A client of the provider that shows our secret in a way that the provider takes (9)."""
        ways = described.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = "client_secret_basic" in ways
        return OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=TIMEOUT,
        )

    def _description(self) -> dict[str, Any]:
        """The provider's description of itself (OpenID Connect Discovery 1.0, 4)."""
        now = self._clock()
        if self._described is None or now - self._described[0] > KEPT:
            issuer = self._settings.issuer
            found = self._fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                raise SignOnError(
                    f"The provider calls itself {found.get('issuer')!r}, not {issuer!r}; "
                    "set IVR_OIDC_ISSUER to exactly what it calls itself."
                )
            self._described = now, found
        return self._described[1]

    def _endpoint(self, name: str) -> str:
        """An address of the provider's. Raises `SignOnError` for one without TLS elsewhere."""
        url = str(self._description().get(name, ""))
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in HERE:
            raise SignOnError(f"The provider's {name} is {url!r}, which is no https address.")
        return url

    def _fetch(self, url: str) -> dict[str, Any]:
        try:
            answer = requests.get(url, timeout=TIMEOUT)
            answer.raise_for_status()
            return dict(answer.json())
        except (requests.RequestException, ValueError, TypeError) as error:
            raise SignOnError(f"The provider does not answer at {url}: {error}.") from error
