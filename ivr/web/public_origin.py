"""Where we are is said by IVR_PUBLIC_URL alone, never by what a request claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit


class PublicOrigin:
    """WSGI middleware: every request was sent to `public_url`, whatever its `Host` header says.

    So a forged one leads into no redirect and no link.
    """

    def __init__(self, app: Callable[[Any, Any], Iterable[bytes]], public_url: str) -> None:
        self._app = app
        parts = urlsplit(public_url)
        self._said = {
            "HTTP_HOST": parts.netloc,
            "wsgi.url_scheme": parts.scheme,
            "SCRIPT_NAME": "",
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Called by the server with the request's environment."""
        environ.update(self._said)
        return self._app(environ, start_response)
