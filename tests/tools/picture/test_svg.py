"""The drawing: everything in it, nothing on top of anything else, and safe to show."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ivr.adapters.files.flows.load import load
from ivr.core.nodes import KINDS
from ivr.tools.picture.graph import Graph, GraphEdge, GraphNode, graph
from ivr.tools.picture.layout import lay_out
from ivr.tools.picture.look import GROUPS, group
from ivr.tools.picture.shapes import Box
from ivr.tools.picture.svg import stylesheet, svg
from ivr.tools.picture.type import BODY, width_of, wrapped
from tests.flow_files import EXAMPLES

SVG = "{http://www.w3.org/2000/svg}"


def example(client: str) -> Graph:
    flow = load(EXAMPLES / f"{client}.yaml", KINDS).flow
    assert flow is not None
    return graph(flow)


def drawing(drawn: Graph, **counts: int) -> ElementTree.Element:
    ways = {tuple(way.split("__")): number for way, number in counts.items()}
    text = svg(drawn, lambda node: f"#L{node.line}", {(a, b): n for (a, b), n in ways.items()})
    return ElementTree.fromstring(text)  # noqa: S314 - it is our own


def chain(count: int, text: str = "word") -> Graph:
    """A graph with branches, loops and a long way round."""
    nodes = tuple(GraphNode(f"n{i}", "say", text, "acme.yaml", i + 1) for i in range(count))
    edges = [GraphEdge(f"n{i}", f"n{i + 1}", ("then",)) for i in range(count - 1)]
    edges += [GraphEdge(f"n{i}", f"n{i * 2}", ()) for i in range(2, count // 2)]
    edges += [GraphEdge(f"n{count - 1}", "n0", ("again",)), GraphEdge("n1", "n1", ("again",))]
    return Graph("acme", "Acme", "v1", "n0", nodes, tuple(edges), {})


@pytest.mark.parametrize("client", ["rainbow-frost", "harbour-dental", "ashby-quill", "chain"])
def test_no_two_boxes_overlap_and_every_edge_is_drawn(client: str) -> None:
    drawn = chain(40) if client == "chain" else example(client)
    sizes = {node.name: (200.0, 60.0) for node in drawn.nodes}
    labels = {(edge.source, edge.target): (80.0, 30.0) for edge in drawn.edges}
    placed = lay_out(drawn, sizes, labels)
    for one, other in combinations(placed.boxes.values(), 2):
        assert one.overlap(other) == 0
    assert set(placed.lines) == {(edge.source, edge.target) for edge in drawn.edges}
    for line in placed.lines.values():
        assert len(line.points) >= 2
        assert all(0 <= x <= placed.width and 0 <= y <= placed.height for x, y in line.points)


def test_the_same_graph_is_drawn_the_same_way() -> None:
    assert svg(chain(30), lambda _: None) == svg(chain(30), lambda _: None)


def test_labels_lie_on_their_edge_and_on_no_box() -> None:
    drawn = example("rainbow-frost")
    size = (70.0, 30.0)
    labels = {(edge.source, edge.target): size for edge in drawn.edges}
    placed = lay_out(drawn, {node.name: (236.0, 60.0) for node in drawn.nodes}, labels)
    for line in placed.lines.values():
        assert line.label is not None
        label = Box.around(line.label, size)
        assert not any(label.overlap(box) for box in placed.boxes.values())
        assert any(
            min(a[0], b[0]) - 0.01 <= line.label[0] <= max(a[0], b[0]) + 0.01
            and min(a[1], b[1]) - 0.01 <= line.label[1] <= max(a[1], b[1]) + 0.01
            for a, b in pairwise(line.points)
        )


def test_what_belongs_to_a_template_stands_inside_its_frame() -> None:
    drawn = example("rainbow-frost")
    placed = lay_out(drawn, {n.name: (200.0, 60.0) for n in drawn.nodes}, {})
    frame = placed.clusters["after_hours/"]
    for node in drawn.nodes:
        box = placed.boxes[node.name]
        inside = frame.overlap(box) == box.width * box.height
        assert inside == (node.cluster == "after_hours/")
        assert inside or frame.overlap(box) == 0


def test_the_drawing_has_a_title_and_real_text_and_each_node_is_a_link() -> None:
    drawn = example("rainbow-frost")
    root = drawing(drawn)
    assert root.findtext(f"{SVG}title") == "Rainbow Frost: the way of a call"
    assert "13 nodes" in (root.findtext(f"{SVG}desc") or "")
    links = [link.get("href") for link in root.iter(f"{SVG}a")]
    assert links == [f"#L{node.line}" for node in drawn.nodes]
    assert "opening hours “office”" in [text.text for text in root.iter(f"{SVG}text")]


def test_a_line_is_as_wide_as_its_share_of_callers() -> None:
    ways = list(
        drawing(example("rainbow-frost"), greet__open=100, open__main=25).iter(f"{SVG}path")
    )
    widths = [float(w.get("stroke-width") or 0) for w in ways if "way" in (w.get("class") or "")]
    assert widths[:2] == [7.0, 2.9]
    assert set(widths[2:]) == {1.5}


def test_nothing_in_a_file_is_taken_for_markup() -> None:
    nasty = "<script>alert(1)<b>\"'&]]>\x00\x1b"
    node = GraphNode(nasty, "say", nasty, nasty, 1)
    drawn = Graph(nasty, nasty, nasty, nasty, (node,), (), {})
    text = svg(drawn, lambda each: f'" onload="{each.text}')
    root = ElementTree.fromstring(text)  # noqa: S314 - it is our own
    assert not list(root.iter(f"{SVG}script"))
    assert all(set(link.keys()) == {"href"} for link in root.iter(f"{SVG}a"))


def test_a_page_may_bring_the_style() -> None:
    text = svg(chain(3), lambda _: None, standalone=False)
    assert "<style>" not in text
    assert "style=" not in text


def test_every_group_of_kinds_has_a_colour() -> None:
    assert {group(kind) for kind in KINDS} <= set(GROUPS)
    assert all(f".flow .{name} {{ --group: var(--{name}); }}" in stylesheet() for name in GROUPS)


def test_type_sizes_are_those_of_the_style() -> None:
    assert re.search(r"font: (\S+)px", stylesheet())[1] == f"{BODY:.0f}"  # type: ignore[index]


def test_text_is_wrapped_and_cut_to_the_room_there_is() -> None:
    for text in ("a " * 200, "x" * 300, "", "数" * 90):
        lines = wrapped(text, 120, 3)
        assert len(lines) <= 3
        assert all(width_of(line, BODY) <= 120 for line in lines)
    assert wrapped("a " * 200, 120, 3)[-1].endswith("…")


def test_a_stylesheet_is_part_of_a_drawing_that_stands_alone(tmp_path: Path) -> None:
    assert stylesheet() in svg(chain(3), lambda _: None)
