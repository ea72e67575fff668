"""Where everything in a picture goes. The only place that knows the layout library, `graphlay`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import graphlay

from ivr.tools.picture.graph import Graph
from ivr.tools.picture.labels import place_labels
from ivr.tools.picture.shapes import Box, Path, Point, Size, Way

CLUSTER_HEADER = 26.0
MANY_NODES = 100
"""Above this, a quick layout is better than a tidy one."""

_OPTIONS: Mapping[str, Any] = {
    "direction": "topbottom",
    "spacing": {
        "layer_gap": 46.0,
        "node_gap": 34.0,
        "dummy_gap": 22.0,
        "edge_label_margin": 10.0,
        "compound_padding": 18.0,
        "compound_header": CLUSTER_HEADER,
    },
    "labels": {"reservation": "always"},
}


@dataclass(frozen=True, slots=True)
class RoutedEdge:
    """An edge: its corners from source to target, and the middle of its label."""

    points: Path
    label: Point | None


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture laid out: boxes of nodes by name, of clusters by prefix, and edges."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    clusters: Mapping[str, Box]
    lines: Mapping[Way, RoutedEdge]


def lay_out(graph: Graph, sizes: Mapping[str, Size], labels: Mapping[Way, Size]) -> Layout:
    """Lay `graph` out from top to bottom: the same graph always the same way.

    `sizes` are those of the nodes by name, `labels` those of the edges that have one.
    """
    drawn = graphlay.Graph()
    for prefix in sorted(graph.clusters):  # an outer one comes before those inside it
        drawn.node(prefix, width=1, height=1, **_inside(drawn, graph.outer(prefix)))
    for node in graph.nodes:
        width, height = sizes[node.name]
        drawn.node(node.name, width=width, height=height, **_inside(drawn, node.cluster))
    ways = [(edge.source, edge.target) for edge in graph.edges]
    for way in ways:
        drawn.edge(*way, **_reserved(labels.get(way)))
    effort = "balanced" if len(graph.nodes) <= MANY_NODES else "fast"
    raw = graphlay.layout(drawn, options={**_OPTIONS, "effort": effort}).to_dict()
    boxes = dict(zip(drawn.ids, map(_box, raw["nodes"]), strict=True))
    paths = {way: _path(edge) for way, edge in zip(ways, raw["edges"], strict=True)}
    taken = [boxes[node.name] for node in graph.nodes]
    taken += [_header(boxes[prefix]) for prefix in graph.clusters]
    middles = place_labels(paths, labels, taken)
    lines = {way: RoutedEdge(path, middles.get(way)) for way, path in paths.items()}
    return _placed(graph, boxes, lines, labels)


def _header(cluster: Box) -> Box:
    return Box(cluster.left, cluster.top, cluster.width, CLUSTER_HEADER)


def _inside(drawn: graphlay.Graph, cluster: str) -> dict[str, Any]:
    return {"parent": drawn.ids.index(cluster)} if cluster else {}


def _reserved(label: Size | None) -> dict[str, Any]:
    return {"label_size": {"width": label[0], "height": label[1]}} if label else {}


def _placed(
    graph: Graph,
    boxes: Mapping[str, Box],
    lines: Mapping[Way, RoutedEdge],
    labels: Mapping[Way, Size],
) -> Layout:
    """All of it, moved so that the top left corner of what is drawn is 0, 0."""
    corners = [*_corners(boxes.values()), *(p for line in lines.values() for p in line.points)]
    middles = ((line.label, labels[way]) for way, line in lines.items() if line.label)
    corners.extend(_corners(Box.around(middle, size) for middle, size in middles))
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
    moved = {
        name: Box(box.left - left, box.top - top, box.width, box.height)
        for name, box in boxes.items()
    }
    return Layout(
        right - left,
        bottom - top,
        {node.name: moved[node.name] for node in graph.nodes},
        {prefix: moved[prefix] for prefix in graph.clusters},
        {way: _moved(line, left, top) for way, line in lines.items()},
    )


def _corners(boxes: Iterable[Box]) -> Iterator[Point]:
    for box in boxes:
        yield box.left, box.top
        yield box.left + box.width, box.top + box.height


def _box(raw: Mapping[str, Any]) -> Box:
    width, height = raw["size"]["width"], raw["size"]["height"]
    return Box(raw["center"]["x"] - width / 2, raw["center"]["y"] - height / 2, width, height)


def _path(raw: Mapping[str, Any]) -> Path:
    return tuple((point["x"], point["y"]) for point in raw["points"])


def _moved(line: RoutedEdge, left: float, top: float) -> RoutedEdge:
    points = tuple((x - left, y - top) for x, y in line.points)
    return RoutedEdge(points, (line.label[0] - left, line.label[1] - top) if line.label else None)
