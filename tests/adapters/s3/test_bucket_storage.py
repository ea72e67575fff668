"""Recordings in a real object store: what is special of it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.adapters.s3.bucket_storage import BucketStorage
from ivr.core.bucket import Bucket
from ivr.errors import PartDown, RecordingMissing, StorageError
from tests.s3_server import KEY, SECRET, ObjectStore

NAME = "acme/2026/03/RE1.wav"


def test_objects_are_below_the_prefix_and_no_other_s_are_seen(object_store: ObjectStore) -> None:
    bucket = object_store.bucket("agency/one")
    object_store.client.put_object(Bucket=bucket.name, Key="agency/two/acme/1.wav", Body=b"x")
    storage = BucketStorage(bucket)
    with storage.store(NAME) as file:
        file.write(b"RIFF")
    assert object_store.keys(bucket) == ["agency/one/" + NAME, "agency/two/acme/1.wav"]
    assert list(storage.names()) == [NAME]


def test_an_hour_is_sent_in_parts_and_whole_or_not_at_all(object_store: ObjectStore) -> None:
    bucket = object_store.bucket()
    storage = BucketStorage(bucket)
    audio = os.urandom(20 << 20)
    with storage.store(NAME) as file:
        file.write(audio)
    with storage.local(NAME) as path:
        assert path.read_bytes() == audio
    assert object_store.unfinished(bucket) == []


def test_a_copy_of_this_machine_is_gone_with_its_block(object_store: ObjectStore) -> None:
    storage = BucketStorage(object_store.bucket())
    with storage.store(NAME) as file:
        file.write(b"RIFF")
        written = Path(file.name)
        assert written.stat().st_mode & 0o777 == 0o600
    with storage.local(NAME) as path:
        copy = path
    assert not written.exists()
    assert not copy.exists()


def test_a_bucket_that_is_not_there_is_named(object_store: ObjectStore) -> None:
    storage = BucketStorage(replace(object_store.bucket(), name="nobody-has-it"))
    with pytest.raises(PartDown, match="nobody-has-it"):
        storage.probe()
    with pytest.raises(RecordingMissing), storage.store(NAME) as file:
        file.write(b"RIFF")


def test_a_store_out_of_reach_is_an_error_that_says_where_to_look() -> None:
    away = Bucket("recordings", "", "http://127.0.0.1:1", "us-east-1", "key", "hunter2-secret")
    for act in (BucketStorage(away).find, BucketStorage(away).open):
        with pytest.raises(StorageError, match="AWS_ settings") as told:
            act(NAME)
        assert not isinstance(told.value, RecordingMissing)
        assert "hunter2" not in str(told.value)


FORKS = """
import os, sys
from ivr.adapters.s3.bucket_storage import BucketStorage
from ivr.core.bucket import Bucket
storage = BucketStorage(Bucket(*sys.argv[1:]))
for number in "12":
    if os.fork() == 0:
        with storage.store(f"acme/{number}.wav") as file:
            file.write(b"RIFF")
        os._exit(0)
assert [os.wait()[1] for _ in "12"] == [0, 0]
"""


def test_each_job_s_process_has_a_client_of_its_own(object_store: ObjectStore) -> None:
    """A speech worker opens its storage and forks for every job; no fork survives a client."""
    bucket = object_store.bucket()
    known = (bucket.name, "", bucket.endpoint, bucket.region, KEY, SECRET)
    subprocess.run([sys.executable, "-c", FORKS, *map(str, known)], check=True, timeout=120)
    assert object_store.keys(bucket) == ["acme/1.wav", "acme/2.wav"]
