"""A flow's graph: its nodes and ways in words, and the picture that Mermaid draws of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.adapters.files.flows.load import load
from ivr.core.nodes import KINDS
from ivr.tools.picture.graph import Graph, graph
from ivr.tools.picture.mermaid import mermaid
from ivr.tools.picture.words import doing
from tests.flow_files import EXAMPLES, good

MENU = """\
start: greet
nodes:
  greet: {say: "Good {daypart}.", next: main}
  main:
    menu: "Press 1 for Ann."
    choices:
      - {key: "1", words: [ann], next: ann}
      - {words: [goodbye], next: done}
  ann: {dial: {to: "+44 7700 900123", ring: 90s}, answered: done, nobody: done}
  done: {hangup: "Bye."}
"""

TEMPLATE = """\
schema: 1
template: nights
start: ask
nodes:
  ask: {menu: "Press 1.", choices: [{key: "1", next: return}]}
"""


def edges(drawn: Graph) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(edge.source, edge.target): edge.words for edge in drawn.edges}


def test_each_node_says_what_callers_hear_or_what_it_does(tmp_path: Path) -> None:
    nodes = {node.name: node for node in graph(good(tmp_path, MENU)).nodes}
    assert nodes["greet"].text == "“Good {daypart}.”"
    assert nodes["ann"].text == "rings +44 7700 900123 for 1 min 30 s"
    assert nodes["ann"].kind == "dial"


@pytest.mark.parametrize(
    ("verb", "settings", "words"),
    [
        ("escalate", {"rota": "oncall", "ring": "25s"}, "rings rota “oncall”, 25 s each"),
        ("appointment", {"calendar": "office"}, "offers times of “office”"),
        ("rsvp", {"event": "Spring fair"}, "takes replies for Spring fair"),
        ("text", {"say": "Hello."}, "texts the caller: “Hello.”"),
        ("http", {"get": "https://user.example/a?key=secret"}, "asks user.example"),
    ],
)
def test_a_kind_says_what_it_does(verb: str, settings: dict[str, str], words: str) -> None:
    kind = KINDS[verb]
    ways = {
        field.alias or name: "done"
        for name, field in kind.model_fields.items()
        if field.is_required() and name != verb
    }
    assert doing(kind.model_validate({verb: settings, **ways})) == words


def test_each_node_knows_its_line(tmp_path: Path) -> None:
    flow = good(tmp_path, MENU)
    lines = (tmp_path / "acme.yaml").read_text(encoding="utf-8").splitlines()
    for node in graph(flow).nodes:
        if not node.built_in:
            assert lines[node.line - 1].strip().startswith(f"{node.name}:")


def test_ways_are_put_in_words_and_those_to_one_node_are_one_edge(tmp_path: Path) -> None:
    drawn = edges(graph(good(tmp_path, MENU)))
    assert drawn["greet", "main"] == ()
    assert drawn["main", "ann"] == ("1 or “ann”",)
    assert drawn["main", "done"] == ("“goodbye”",)
    assert drawn["ann", "done"] == ("answered", "nobody there")


def test_the_last_resort_is_shown_only_where_a_default_leads_there(tmp_path: Path) -> None:
    drawn = graph(good(tmp_path, MENU))
    assert drawn.nodes[-2].built_in
    assert edges(drawn)["main", "tango.message"] == ("gives up",)
    given = MENU.replace("start: greet", "defaults: {give_up: ann}\nstart: greet")
    assert not any(node.built_in for node in graph(good(tmp_path, given)).nodes)


def test_a_way_that_only_the_defaults_name_is_marked(tmp_path: Path) -> None:
    drawn = {(edge.source, edge.target): edge for edge in graph(good(tmp_path, MENU)).edges}
    assert drawn["main", "tango.message"].usual
    assert not drawn["main", "ann"].usual


def test_a_template_is_a_cluster_with_the_node_that_uses_it(tmp_path: Path) -> None:
    text = """\
use: nights.yaml
start: night
nodes:
  night: {call: nights, next: done}
  done: {hangup: ""}
"""
    drawn = graph(good(tmp_path, text.replace('""', '"Bye."'), {"nights.yaml": TEMPLATE}))
    assert drawn.clusters == {"night/": "nights"}
    assert {n.name: n.cluster for n in drawn.nodes if n.cluster} == {
        "night": "night/",
        "night/ask": "night/",
    }


def test_mermaid_shows_all_of_the_graph(tmp_path: Path) -> None:
    text = mermaid(graph(good(tmp_path, MENU)), {("main", "ann"): 1234})
    assert text.startswith("flowchart TD\n")
    assert 'n1 -->|"1 or “ann”<br>1,234 ×"| n2' in text
    assert 'n1 -.->|"gives up<br>0 ×"|' in text


@pytest.mark.parametrize("nasty", ['"]; click n0 x', "<b>&amp;", "`x` %% #quot;", "]]--> n1"])
def test_nothing_in_a_file_is_taken_for_mermaid(nasty: str, tmp_path: Path) -> None:
    quoted = nasty.replace("'", "''")
    flow = good(tmp_path, f"start: a\nnodes:\n  a: {{hangup: '{quoted}'}}\n")
    lines = mermaid(graph(flow)).splitlines()
    (node,) = [line for line in lines if line.startswith("  n0[")]
    words = node.split('"')[1]
    assert node.count('"') == 2
    assert not set("<>`{}[]|") & set(words.replace("<b>a</b><br>", ""))


@pytest.mark.parametrize("client", ["rainbow-frost", "harbour-dental", "ashby-quill"])
def test_every_way_of_an_example_is_an_edge_between_nodes_that_are_shown(client: str) -> None:
    flow = load(EXAMPLES / f"{client}.yaml", KINDS).flow
    assert flow is not None
    drawn = graph(flow)
    names = {node.name for node in drawn.nodes}
    for place in flow.places.values():
        if place.name in names:
            assert {e.target for e in drawn.edges if e.source == place.name} == set(
                place.exits.values()
            )
    assert all(edge.source in names and edge.target in names for edge in drawn.edges)
