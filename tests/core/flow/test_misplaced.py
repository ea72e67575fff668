"""Nodes and settings at the wrong depth: one finding, where they stand, and nothing else."""

from __future__ import annotations

from pathlib import Path

from ivr.adapters.files.flows.load import load
from ivr.core.nodes import KINDS
from tests.flow_files import HEAD


def found(folder: Path, text: str) -> list[str]:
    """What is found in a client file, without its name."""
    path = folder / "acme.yaml"
    path.write_text(HEAD + text)
    return [f"{each.line}:{each.column} {each.message}" for each in load(path, KINDS).findings]


def test_a_node_outside_of_nodes_is_told_and_taken_for_one(tmp_path: Path) -> None:
    text = "start: a\nnodes:\n  a: {say: Hi., next: b}\nb: {hangup: Bye.}\n"
    assert found(tmp_path, text) == [
        "6:1 the node 'b' stands outside of 'nodes'; indent it like the nodes above"
    ]


def test_a_setting_beside_its_node_is_told_and_taken_for_the_node_s(tmp_path: Path) -> None:
    text = "start: a\nnodes:\n  a:\n    say: Hi.\n  next: b\n  b: {hangup: Bye.}\n"
    assert found(tmp_path, text) == [
        "7:3 'next' stands beside the node 'a' as if it were one; indent it as far as 'say'"
    ]


def test_a_node_may_have_the_name_of_a_setting(tmp_path: Path) -> None:
    text = "start: a\nnodes:\n  a: {say: Hi., next: next}\n  next: {hangup: Bye.}\n"
    assert found(tmp_path, text) == []


def test_a_node_of_another_kind_of_name_is_told_its_name(tmp_path: Path) -> None:
    text = "start: a\nnodes:\n  a: {say: Hi., next: Tschüß ab}\n  Tschüß ab: {hangup: Bye.}\n"
    assert found(tmp_path, text) == [
        "6:3 'Tschüß ab' cannot name a node; use small letters, digits, _ and -: tschuss_ab"
    ]


def test_another_word_for_a_setting_is_told_as_the_setting(tmp_path: Path) -> None:
    text = "start: a\nnodes:\n  a: {say: Hi., goto: b}\n  b: {hangup: Bye.}\n"
    assert "5:17 'goto' is not a setting; write 'next'" in found(tmp_path, text)
    text = text.replace("Hi., goto: b", '"Hi.", next -> b')
    assert "5:19 'next -> b' is not a setting; write next: b" in found(tmp_path, text)


def test_people_by_their_written_names_are_told_as_the_file_names_them(tmp_path: Path) -> None:
    text = (
        "people: {ann: {name: Ann Acme, phone: +44 7700 900501, email: ann@acme.example}}\n"
        "agreement: {message: {owner: Ann Acme, due: 4h}}\n"
        "start: a\nnodes:\n"
        "  a: {dial: {to: Ann}, answered: b, nobody: b}\n  b: {hangup: Bye.}\n"
    )
    assert found(tmp_path, text) == [
        "4:30 'Ann Acme' is neither a person nor a rota; write 'ann', which stands for Ann Acme",
        "7:18 'Ann' is not a person; write 'ann', which stands for Ann Acme",
    ]


def test_a_section_with_a_slip_in_its_name_is_no_node(tmp_path: Path) -> None:
    text = (
        "agreements: {message: {owner: agency, due: 4h}}\nstart: a\nnodes:\n  a: {hangup: Bye.}\n"
    )
    assert found(tmp_path, text) == ["3:1 'agreements' is not a setting; did you mean 'agreement'?"]
