"""Which addresses of buckets are taken."""

from __future__ import annotations

import pytest

from ivr.core.bucket import bucket_of
from ivr.errors import SettingsError


@pytest.mark.parametrize(
    ("url", "name", "prefix"),
    [
        ("s3://recordings", "recordings", ""),
        ("s3://recordings/", "recordings", ""),
        ("s3://my.bucket-7/agency/one/", "my.bucket-7", "agency/one"),
    ],
)
def test_a_bucket_and_its_prefix(url: str, name: str, prefix: str) -> None:
    bucket = bucket_of(url)
    assert (bucket.name, bucket.prefix) == (name, prefix)
    assert bucket.url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3:///x",
        "s3://UPPER",
        "s3://b",
        "s3://good/../x",
        "s3://good/a//b",
        "s3://good?x=1",
    ],
)
def test_what_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="s3://BUCKET/PREFIX"):
        bucket_of(url)


@pytest.mark.parametrize("url", ["s3://key:hunter2@good/x", "s3://good:9000/x"])
def test_credentials_and_ports_have_other_settings_and_are_not_quoted(url: str) -> None:
    with pytest.raises(SettingsError, match="AWS_ACCESS_KEY_ID") as told:
        bucket_of(url)
    assert "hunter2" not in str(told.value)
