"""What every storage of recordings promises: a folder, and a bucket of a real object store."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.recordings import open_storage
from ivr.core.bucket import Bucket
from ivr.errors import RecordingMissing, StorageError
from ivr.services.recording_storage import RecordingStorage
from tests.s3_server import ObjectStore

NAME = "acme/2026/03/RE1.wav"
AUDIO = b"RIFF" + bytes(range(256)) * 40


@pytest.fixture(params=["folder", "bucket", "bucket with a prefix"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> RecordingStorage:
    if request.param == "folder":
        return open_storage(tmp_path / "recordings")
    store: ObjectStore = request.getfixturevalue("object_store")
    return open_storage(store.bucket("agency/one" if "prefix" in request.param else ""))


def keep(storage: RecordingStorage, name: str = NAME, audio: bytes = AUDIO) -> None:
    with storage.store(name) as file:
        file.write(audio)


def content(storage: RecordingStorage, name: str = NAME) -> bytes:
    with storage.open(name) as file:
        return file.read()


def test_what_is_stored_is_found_and_read(storage: RecordingStorage) -> None:
    assert storage.find(NAME) is None
    keep(storage)
    found = storage.find(NAME)
    assert found is not None
    assert (found.size, found.written_at.tzinfo is not None) == (len(AUDIO), True)
    assert content(storage) == AUDIO
    with storage.local(NAME) as path:
        assert path.read_bytes() == AUDIO


def test_it_can_be_read_where_it_is_written_before_it_is_there(storage: RecordingStorage) -> None:
    with storage.store(NAME) as file:
        file.write(AUDIO)
        file.flush()
        assert Path(file.name).read_bytes() == AUDIO
        assert storage.find(NAME) is None
    assert storage.find(NAME)


def test_a_part_of_it_is_read_from_anywhere(storage: RecordingStorage) -> None:
    keep(storage)
    with storage.open(NAME) as file:
        file.seek(1000)
        assert file.read(10) == AUDIO[1000:1010]
        file.seek(-3, io.SEEK_END)
        assert (file.read(), file.tell()) == (AUDIO[-3:], len(AUDIO))
        assert file.read() == b""


def test_what_fails_while_it_is_written_leaves_what_was_there(storage: RecordingStorage) -> None:
    keep(storage)
    with pytest.raises(RuntimeError), storage.store(NAME) as file:
        file.write(b"half")
        raise RuntimeError("the carrier hung up")
    with pytest.raises(RuntimeError), storage.store("acme/2.wav"):
        raise RuntimeError("the carrier hung up")
    assert content(storage) == AUDIO
    assert list(storage.names()) == [NAME]


def test_one_that_is_replaced_has_another_tag(storage: RecordingStorage) -> None:
    keep(storage)
    before = storage.find(NAME)
    keep(storage, audio=AUDIO[::-1])
    after = storage.find(NAME)
    assert before and after
    assert before.tag != after.tag
    assert content(storage) == AUDIO[::-1]


def test_reader_of_a_replaced_one_never_gets_parts_of_both(storage: RecordingStorage) -> None:
    keep(storage, audio=b"a" * (3 << 20))
    with storage.open(NAME) as file:
        begin = file.read(1000)
        keep(storage, audio=b"b" * (3 << 20))
        try:
            rest = file.read()
        except StorageError as error:
            assert "was replaced" in str(error)
        else:
            assert set(begin + rest) == {ord("a")}


def test_what_is_deleted_is_gone_and_what_is_not_there_is_passed_over(
    storage: RecordingStorage,
) -> None:
    for name in (NAME, "acme/2.wav", "other/3.wav"):
        keep(storage, name)
    storage.delete([NAME, "acme/none.wav", "other/3.wav"])
    storage.delete([])
    assert list(storage.names()) == ["acme/2.wav"]


def test_what_is_not_there_is_said(storage: RecordingStorage) -> None:
    with pytest.raises(RecordingMissing), storage.open(NAME):
        pass
    with pytest.raises(RecordingMissing), storage.local(NAME):
        pass


@pytest.mark.parametrize(
    "name",
    [
        "../up.wav",
        "a/../../up.wav",
        "/etc/passwd",
        "a//b.wav",
        "",
        ".hidden",
        "a/.b",
        "a\\b",
        "a\0",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(storage: RecordingStorage, name: str) -> None:
    for act in (storage.find, storage.open, lambda one: storage.delete([one])):
        with pytest.raises(StorageError, match="not the name"):
            act(name)
    with pytest.raises(StorageError, match="not the name"), storage.local(name):
        pass
    with pytest.raises(StorageError, match="not the name"), storage.store(name):
        pass


@given(name=st.text("ab./\\\0~\n-", max_size=12))
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    folder = Path("/srv/recordings")
    try:
        FolderStorage(folder).find(name)
    except StorageError:
        return
    assert (folder / name).resolve().is_relative_to(folder)


def test_it_says_whether_it_can_be_written_to(storage: RecordingStorage) -> None:
    storage.probe()
    assert list(storage.names()) == []


def test_an_address_holds_no_secret(object_store: ObjectStore) -> None:
    bucket = object_store.bucket("agency")
    assert open_storage(bucket).address == f"s3://{bucket.name}/agency"
    assert str(bucket.secret_access_key) not in repr(bucket)
    assert isinstance(bucket, Bucket)
