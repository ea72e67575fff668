"""A small OpenID provider that answers over HTTP, with Authlib's own server in it.

It signs everybody in as `person` without asking. `spoil` changes the claims of its ID tokens and
`sign` says how they are signed, so that tests can have it behave as no provider should.
"""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "tango", "a secret of the provider's"
PERSON = {"sub": "7", "email": "Maya@Agency.example", "email_verified": True, "name": "Maya"}


class Client(ClientMixin):  # type: ignore[misc]  # the package has no types
    """Tango, as the provider knows it."""

    def __init__(self, back: str) -> None:
        self.back = back

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]  # the package has no types
    """An authorization code."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    client_id: str = CLIENT

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class SmallProvider:
    """The provider; `back` is the one address to which it sends people."""

    back: str
    person: dict[str, Any] = field(default_factory=lambda: dict(PERSON))
    spoil: Callable[[dict[str, Any]], object] = lambda claims: None
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: list[RSAKey] = field(default_factory=list)
    algorithm: str = "RS256"
    told_by_id_token: bool = True
    described: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.published = self.published or [self.key]
        self.codes: dict[str, Code] = {}
        self._http = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.issuer = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,)).start()

    def stop(self) -> None:
        """Answer no more."""
        self._http.shutdown()
        self._http.server_close()

    def id_token(self, claims: dict[str, Any]) -> str:
        """Signed claims, after they were spoilt."""
        self.spoil(claims)
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm == "none":  # which the library refuses to write
            parts = (json.dumps(part).encode() for part in (header, claims))
            return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        key = OctKey.import_key(SECRET) if self.algorithm == "HS256" else self.key
        return jwt.encode(header, claims, key, [self.algorithm])

    def _app(self) -> Flask:
        app = Flask("provider")
        server = _server(app, self)

        @app.get("/.well-known/openid-configuration")
        def description() -> Response:
            return jsonify(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "jwks_uri": f"{self.issuer}/keys",
                    **self.described,
                }
            )

        @app.get("/authorize")
        def authorize() -> Any:
            grant = server.get_consent_grant(end_user=self)
            return server.create_authorization_response(grant_user=self, grant=grant)

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        @app.get("/userinfo")
        def userinfo() -> Response:
            return jsonify(self.person)

        @app.get("/keys")
        def keys() -> Response:
            return jsonify(keys=[key.as_dict(private=False) for key in self.published])

        return app


def _server(app: Flask, provider: SmallProvider) -> AuthorizationServer:
    """Authlib's server, which keeps all in memory and asks for PKCE."""

    class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]  # the package has no types
        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            provider.codes[code] = Code(
                code,
                request.payload.redirect_uri,
                request.payload.scope,
                data.get("nonce"),
                data.get("code_challenge"),
                data.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> SmallProvider:
            return provider

    class Identity(OpenIDCode):  # type: ignore[misc]  # the package has no types
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(code.nonce == nonce for code in provider.codes.values())

        def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
            now = int(time.time())
            claims = {"iss": provider.issuer, "aud": CLIENT, "iat": now, "exp": now + 300}
            claims |= self.get_authorization_code_claims(request.authorization_code)
            claims |= provider.person if provider.told_by_id_token else {"sub": "7"}
            return provider.id_token(claims)

    server = AuthorizationServer(
        app,
        query_client=lambda client_id: Client(provider.back) if client_id == CLIENT else None,
        save_token=lambda token, request: None,
    )
    server.register_grant(CodeGrant, [Identity(require_nonce=True), CodeChallenge(required=True)])
    return server
