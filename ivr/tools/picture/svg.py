"""Graph → SVG: a drawing with real text, for light and dark, without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from importlib.resources import files

from ivr.tools.picture.graph import Graph, GraphEdge, GraphNode
from ivr.tools.picture.layout import Layout, lay_out
from ivr.tools.picture.look import GROUPS, Counts, counted, group, label
from ivr.tools.picture.shapes import Box, Path, Point, Size, Way
from ivr.tools.picture.type import BODY, SMALL, height_of, width_of, wrapped

NODE_WIDTH, PADDING, MARGIN, KEY_HEIGHT = 236.0, 12.0, 24.0, 34.0
MAX_LINES = 4
CORNER = 7.0
THIN, THICK = 1.5, 7.0
"""Stroke of a way that no caller takes, and of one that all take, in pixels."""

Link = Callable[[GraphNode], str | None]
"""Where a node's link leads, or None where it is no link."""


def stylesheet() -> str:
    """The style of the picture, for a page that holds it."""
    return files(__package__).joinpath("picture.css").read_text(encoding="utf-8")


def svg(graph: Graph, link: Link, counts: Counts | None = None, *, standalone: bool = True) -> str:
    """The drawing of a graph; with `counts`, lines are as wide as their share of callers.

    Where it is not `standalone`, the page that it stands in brings the `stylesheet`.
    """
    return "".join(_Drawing(graph, link, counts).parts(standalone))


class _Drawing:
    def __init__(self, graph: Graph, link: Link, counts: Counts | None) -> None:
        self._graph, self._link, self._counts = graph, link, counts
        self._words = {node.name: tuple(_text(node)) for node in graph.nodes}
        self._labels = {
            (edge.source, edge.target): (*label(edge), *counted(edge, counts))
            for edge in graph.edges
        }
        self._most = max((counts or {}).values(), default=0)
        self._layout: Layout = lay_out(
            graph,
            {name: _node_size(lines) for name, lines in self._words.items()},
            {way: _label_size(lines) for way, lines in self._labels.items() if lines},
        )

    def parts(self, standalone: bool) -> Iterator[str]:
        width = max(self._layout.width, _key_width()) + 2 * MARGIN
        height = self._layout.height + KEY_HEIGHT + 2 * MARGIN
        title = f"{self._graph.name}: the way of a call"
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="group" '
            f'aria-labelledby="flow-title flow-desc" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}">\n'
            f'<title id="flow-title">{_escaped(title)}</title>\n'
            f'<desc id="flow-desc">{_escaped(self._described())}</desc>\n'
        )
        if standalone:
            yield f"<style>\n{stylesheet()}</style>\n"
        yield from _arrow_heads()
        yield from _key()
        left = MARGIN + max(0.0, _key_width() - self._layout.width) / 2
        yield f'<g transform="translate({left:.1f} {MARGIN + KEY_HEIGHT:.1f})">\n'
        for box in self._layout.clusters.values():
            yield f'<rect class="cluster" {_place(box)} rx="12"/>\n'
        for edge in self._graph.edges:
            yield self._edge(edge)
        for prefix, box in self._layout.clusters.items():
            yield self._cluster_title(prefix, box)
        for edge in self._graph.edges:
            yield self._edge_label((edge.source, edge.target))
        for node in self._graph.nodes:
            yield self._node(node)
        yield "</g>\n</svg>\n"

    def _described(self) -> str:
        graph = self._graph
        nodes, ways = len(graph.nodes), len(graph.edges)
        return (
            f"Version {graph.version}. {nodes} nodes and {ways} ways between them; "
            f"a call begins at {graph.start}."
        )

    def _cluster_title(self, prefix: str, box: Box) -> str:
        title = f"{prefix.rstrip('/')} · template {self._graph.clusters[prefix]}"
        return (
            f'<text class="small inside" x="{box.left + PADDING:.1f}" y="{box.top + 19:.1f}">'
            f"{_escaped(title)}</text>\n"
        )

    def _node(self, node: GraphNode) -> str:
        box = self._layout.boxes[node.name]
        x, y = box.left + PADDING + 4, box.top + 20
        lines = [
            f'<text class="name" x="{x:.1f}" y="{y:.1f}">{_escaped(_name(node))}</text>',
            f'<text class="kind" x="{box.left + box.width - PADDING:.1f}" y="{y:.1f}">'
            f"{_escaped(node.kind)}</text>",
        ]
        for index, line in enumerate(self._words[node.name], 1):
            lines.append(
                f'<text x="{x:.1f}" y="{y + 3 + height_of(BODY) * index:.1f}">'
                f"{_escaped(line)}</text>"
            )
        start = " start" if node.name == self._graph.start else ""
        drawn = (
            f'<g class="node {group(node.kind)}{start}"><title>{_escaped(_hint(node))}</title>'
            f'<rect {_place(box)} rx="8"/>'
            f'<path class="bar" d="M{box.left + 4:.1f} {box.top + 9:.1f}v{box.height - 18:.1f}"/>'
            f"{''.join(lines)}</g>"
        )
        target = self._link(node)
        return f'<a href="{_escaped(target)}">{drawn}</a>\n' if target else f"{drawn}\n"

    def _edge(self, edge: GraphEdge) -> str:
        line = self._layout.lines[edge.source, edge.target]
        count = (self._counts or {}).get((edge.source, edge.target), 0)
        share = count / self._most if self._most else 0.0
        wide = f"{THIN + (THICK - THIN) * share:.1f}"
        kind = " usual" if edge.usual else ""
        never = " never" if self._most and not count else ""
        return (
            f'<path class="way{kind}{never}" stroke-width="{wide}" d="{_rounded(line.points)}" '
            'marker-end="url(#flow-arrow)"/>\n'
        )

    def _edge_label(self, way: Way) -> str:
        lines, middle = self._labels[way], self._layout.lines[way].label
        if middle is None:
            return ""
        x, y = middle
        box = Box.around(middle, _label_size(lines))
        first = y - height_of(SMALL) * (len(lines) - 1) / 2 + 4
        counts_from = len(lines) - (self._counts is not None)
        words = "".join(
            f'<text class="{"small" if index < counts_from else "small count"}" x="{x:.1f}" '
            f'y="{first + height_of(SMALL) * index:.1f}">{_escaped(text)}</text>'
            for index, text in enumerate(lines)
        )
        return f'<g class="label"><rect {_place(box)} rx="4"/>{words}</g>\n'


def _text(node: GraphNode) -> Iterator[str]:
    return iter(wrapped(node.text, NODE_WIDTH - 2 * PADDING - 4, MAX_LINES))


def _name(node: GraphNode) -> str:
    room = NODE_WIDTH - 3 * PADDING - width_of(node.kind, SMALL)
    return wrapped(node.title, room / 1.08, 1)[0]  # bold letters are wider


def _hint(node: GraphNode) -> str:
    place = "built in" if node.built_in else f"{node.file}, line {node.line}"
    return f"{node.name}: {node.text} ({place})"


def _node_size(lines: tuple[str, ...]) -> Size:
    return NODE_WIDTH, 34 + height_of(BODY) * len(lines)


def _label_size(lines: tuple[str, ...]) -> Size:
    return max(width_of(line, SMALL) for line in lines) + 10, height_of(SMALL) * len(lines) + 4


def _rounded(points: Path) -> str:
    """The path along `points`, its corners rounded."""
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (ax, ay), (bx, by) = _towards(corner, before), _towards(corner, after)
        path.append(f"L{ax:.1f} {ay:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {bx:.1f} {by:.1f}")
    path.append(f"L{points[-1][0]:.1f} {points[-1][1]:.1f}")
    return "".join(path)


def _towards(corner: Point, other: Point) -> Point:
    """A point a little way from `corner` to `other`, at most half of it."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = max(abs(dx), abs(dy)) or 1.0
    part = min(CORNER, length / 2) / length
    return corner[0] + dx * part, corner[1] + dy * part


def _arrow_heads() -> Iterator[str]:
    yield (
        '<defs><marker id="flow-arrow" viewBox="0 0 10 10" refX="9" refY="5" '
        'markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" orient="auto">'
        '<path class="head" d="M0 1L10 5L0 9z"/></marker></defs>\n'
    )


def _key() -> Iterator[str]:
    """The key of colours, along the top."""
    x = MARGIN
    for name, words in GROUPS.items():
        yield (
            f'<g class="key {name}"><path class="bar" d="M{x:.1f} {MARGIN - 5:.1f}h14"/>'
            f'<text class="small" x="{x + 20:.1f}" y="{MARGIN:.1f}">{words}</text></g>\n'
        )
        x += _key_item(words)


def _key_item(words: str) -> float:
    return 20 + width_of(words, SMALL) + 18


def _key_width() -> float:
    return sum(map(_key_item, GROUPS.values()))


def _place(box: Box) -> str:
    return f'x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'


def _escaped(text: str) -> str:
    """`text` as XML may hold it: escaped, and without characters that XML forbids."""
    return escape("".join(c if c.isprintable() else " " for c in text))
