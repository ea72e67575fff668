"""Where recordings are kept in an object store that speaks S3. Values only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ivr.core.recording_names import is_recording
from ivr.errors import SettingsError

SCHEME = "s3://"

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

_FORM = "write s3://BUCKET or s3://BUCKET/PREFIX"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket and the `prefix` of our objects in it (without slashes around it, or empty).

    What is None is found as S3 clients find it: in the environment, or at the cloud's own service
    for the machine's role. Without an `endpoint` it is Amazon's.
    """

    name: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """As in the setting, without anything secret."""
        return f"{SCHEME}{self.name}/{self.prefix}".rstrip("/")


def bucket_of(url: str) -> Bucket:
    """The bucket of an `s3://…` address. Raises `SettingsError`, which never quotes a secret."""
    parts = urlsplit(url)
    if "@" in parts.netloc or ":" in parts.netloc:
        raise SettingsError(
            f"IVR_RECORDINGS holds credentials or a port; {_FORM}, and put credentials in "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the server's address in AWS_ENDPOINT_URL."
        )
    prefix = parts.path.strip("/")
    good = _BUCKET.fullmatch(parts.netloc) and (not prefix or is_recording(prefix))
    if not good or parts.query or parts.fragment:
        raise SettingsError(f"IVR_RECORDINGS cannot be {url!r}; {_FORM}.")
    return Bucket(parts.netloc, prefix)
