from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from ivr.adapters.files.agency import LatestAgency, load_agency
from ivr.errors import FlowError

EXAMPLE = Path(__file__).parents[3] / "flows"


def write(folder: Path, text: str) -> Path:
    (folder / "agency.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_example_agency_can_be_read() -> None:
    agency = load_agency(EXAMPLE)
    assert agency.name == "Larkfield Answering"
    assert agency.operators["sam"].name == "Sam Okafor"
    assert agency.operators["sam"].phone == "+447700900301"
    assert agency.operators["joy"].phone is None


def test_without_a_file_no_operators_are_known(tmp_path: Path) -> None:
    agency = load_agency(tmp_path)
    assert (agency.name, agency.email, agency.operators) == ("the agency", None, {})


def test_telephone_numbers_are_text_and_kept_as_e164(tmp_path: Path) -> None:
    agency = load_agency(write(tmp_path, "agency: {name: A, phone: +44 (0)20 7946 0100}"))
    assert agency.phone == "+442079460100"


def test_what_was_read_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_agency(EXAMPLE).name = "Another"  # type: ignore[misc]  # that is what is tested


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ("agency: {\n", "agency.yaml:2:1", "this is not YAML"),
        ("agency:\n  name: A\n  fone: x\n", "agency.yaml:3:3", "did you mean 'phone'?"),
        ("agenci: {}\n", "agency.yaml:1:1", "did you mean 'agency'?"),
        ("agency:\n  operators:\n    sam: {name: S, phone: '12'}\n", ":3:27", "telephone number"),
        ("agency:\n  operators:\n    sam: {phne: x, name: S}\n", ":3:11", "did you mean 'phone'?"),
        (
            "agency:\n  operators:\n    sam: {phone: '+441632960001'}\n",
            ":3:10",
            "'name' is missing",
        ),
        ("agency: {email: nobody}\n", "agency.yaml:1:17", "'email' is not right"),
        ("agency: {operators: [sam]}\n", "agency.yaml:1:21", "'operators' is not right"),
        ("agency:\n", "agency.yaml:1:8", "'agency' is not right"),
        ("- agency\n", "agency.yaml:1:1", "must hold names and values"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, place: str, cause: str) -> None:
    with pytest.raises(FlowError) as caught:
        load_agency(write(tmp_path, text))
    assert place in str(caught.value)
    assert cause in str(caught.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FlowError) as caught:
        load_agency(write(tmp_path, "agency:\n  name: ''\n  phone: x\n  fax: x\n"))
    assert len(str(caught.value).splitlines()) == 3


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "agency.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FlowError, match="cannot be read"):
        load_agency(tmp_path)


def test_the_latest_agency_is_the_file_s_or_as_it_was_last_good(tmp_path: Path) -> None:
    at_first = load_agency(write(tmp_path, "agency: {name: Larkfield}"))
    latest = LatestAgency(tmp_path, at_first)
    assert latest().name == "Larkfield"
    write(tmp_path, "agency: {name: Larkfield Answering}")
    assert latest().name == "Larkfield Answering"
    write(tmp_path, "agency: {nme: Another}")
    with capture_logs() as logs:
        assert [latest().name, latest().name] == ["Larkfield Answering"] * 2
    assert [entry["event"] for entry in logs] == ["agency.file_refused"], "said once"
    (tmp_path / "agency.yaml").unlink()
    assert latest() == load_agency(tmp_path), "an agency without a file"
