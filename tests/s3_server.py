"""An object store that speaks S3 over HTTP, in this process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from ivr.core.bucket import Bucket

KEY, SECRET = "tango", "a-secret-of-the-tests"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """A server that runs; `client` is Amazon's own, which looks at what Tango has left there."""

    endpoint: str
    client: Any

    def bucket(self, prefix: str = "") -> Bucket:
        """A new bucket, empty."""
        name = f"recordings-{next(_numbers)}"
        self.client.create_bucket(Bucket=name)
        return Bucket(name, prefix, self.endpoint, "us-east-1", KEY, SECRET)

    def keys(self, bucket: Bucket) -> list[str]:
        """What is in it."""
        found = self.client.list_objects_v2(Bucket=bucket.name)
        return [each["Key"] for each in found.get("Contents", [])]

    def unfinished(self, bucket: Bucket) -> list[str]:
        """What has been begun to be sent, and not been finished."""
        found = self.client.list_multipart_uploads(Bucket=bucket.name)
        return [each["Key"] for each in found.get("Uploads", [])]


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Run one on a free port of the loopback."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    try:
        yield ObjectStore(endpoint, client)
    finally:
        client.close()
        server.stop()
