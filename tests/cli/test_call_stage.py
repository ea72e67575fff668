"""Where `call` plays: which number is dialled, of a broken file, a draft, and a taken number."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql import open_records
from ivr.adapters.sql.database import migrate
from ivr.adapters.sql.flows.recorded_versions import RecordedVersions
from ivr.cli._call_stage import _alone, _copy_versions, _lay_out, number_of
from ivr.cli._drafts import draft, is_draft
from ivr.core.nodes import KINDS
from ivr.errors import FlowError, UnknownClient
from ivr.settings import Settings, load_settings
from tests.flow_files import HEAD

GOOD = HEAD + "start: bye\nnodes: {bye: {hangup: Bye.}}\n"
AFTER = "schema: 1\ntemplate: after\nstart: a\nnodes: {a: {say: Closed., next: return}}\n"
USES = HEAD + (
    "use: templates/after.yaml\nstart: a\nnodes: {a: {call: after, next: b}, b: {hangup: Bye.}}\n"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with one good client, served once."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "acme.yaml").write_text(GOOD)
    environ = {"IVR_DATA": str(tmp_path / "var"), "IVR_FLOWS": str(tmp_path / "flows")}
    settings = load_settings(environ, dotenv=None)
    migrate(settings.database_url)
    serve(settings)
    return settings


def serve(settings: Settings) -> None:
    records = open_records(settings.database_url)
    FolderLibrary(settings.flows, KINDS, RecordedVersions(records, lambda: datetime.now(UTC)))
    records.close()


def test_of_a_broken_file_the_last_good_version_is_played_and_it_is_said(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (settings.flows / "acme.yaml").write_text("client: [")
    assert number_of(settings, "acme") == "+441632960001"
    assert "this is the last good version" in capsys.readouterr().err


def test_a_file_that_was_never_good_gives_its_faults(settings: Settings) -> None:
    (settings.flows / "bell.yaml").write_text("client: [")
    with pytest.raises(FlowError, match=r"bell\.yaml:.*not YAML"):
        number_of(settings, "bell")
    with pytest.raises(UnknownClient, match="did you mean 'acme'"):
        number_of(settings, "amce")


def test_a_client_whose_numbers_are_another_s_cannot_be_called(settings: Settings) -> None:
    (settings.flows / "aaron.yaml").write_text(GOOD)
    with pytest.raises(FlowError, match="already belongs to 'acme'"):
        number_of(settings, "aaron")


def test_a_draft_takes_templates_from_beside_it_or_from_the_client_files(
    settings: Settings, tmp_path: Path
) -> None:
    path = settings.flows / "drafts" / "acme.yaml"
    (settings.flows / "templates").mkdir()
    (settings.flows / "templates" / "after.yaml").write_text(AFTER)
    path.parent.mkdir()
    path.write_text(USES)
    assert is_draft(str(path))
    assert not is_draft("acme")
    flow, folder = draft(settings, str(path))
    assert folder == settings.flows
    (path.parent / "templates").mkdir()
    (path.parent / "templates" / "after.yaml").write_text(AFTER.replace("Closed", "Shut"))
    flow, folder = draft(settings, str(path))
    assert folder == path.parent
    _lay_out(flow, folder, settings, tmp_path / "stage")
    (laid_out,) = FolderLibrary(tmp_path / "stage", KINDS)
    assert laid_out.version == flow.version
    path.write_text("client: [")
    with pytest.raises(FlowError, match="not YAML"):
        draft(settings, str(path))


def test_a_second_call_is_not_alone_and_has_the_same_versions(
    settings: Settings, tmp_path: Path
) -> None:
    with _alone(settings) as first, _alone(settings) as second:
        assert (first, second) == (True, False)
    with _alone(settings) as again:
        assert again
    (tmp_path / "own").mkdir()
    _copy_versions(settings, tmp_path / "own")
    own = open_records(f"sqlite:///{tmp_path / 'own' / 'var' / 'records.sqlite3'}")
    theirs = open_records(settings.database_url)
    now = datetime.now(UTC)
    assert own.versions.live(now) == theirs.versions.live(now) != {}
    assert own.versions.holds() == theirs.versions.holds() != {}
