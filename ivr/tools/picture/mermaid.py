"""Graph → Mermaid text, for pages and editors that draw it (https://mermaid.js.org)."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.tools.picture.graph import Graph, GraphEdge, GraphNode
from ivr.tools.picture.look import GROUPS, Counts, counted, group, label

_COLOURS = {
    "says": "#3b82c4",
    "asks": "#7a5bd0",
    "decides": "#c08a12",
    "person": "#2f9461",
    "keeps": "#c2543d",
    "acts": "#6b7280",
    "ends": "#475569",
}


def mermaid(graph: Graph, counts: Counts | None = None) -> str:
    """The graph as a Mermaid flowchart, with how often callers took each way where known."""
    return "\n".join(_lines(graph, counts)) + "\n"


def _lines(graph: Graph, counts: Counts | None) -> Iterator[str]:
    ids = {node.name: f"n{index}" for index, node in enumerate(graph.nodes)}
    yield "flowchart TD"
    yield f"  %% {_plain(graph.client_id)}, version {_plain(graph.version)}"
    yield f'  start(["{_escaped(graph.name)} is called"]) --> {ids[graph.start]}'
    yield from _nodes(graph, "", ids, "  ")
    for edge in graph.edges:
        yield _edge(edge, ids, counts)
    for name in GROUPS:
        yield f"  classDef {name} stroke:{_COLOURS[name]},stroke-width:2px"


def _nodes(graph: Graph, cluster: str, ids: dict[str, str], indent: str) -> Iterator[str]:
    """The nodes of a cluster, then the clusters inside it."""
    for node in graph.nodes:
        if node.cluster == cluster:
            yield f"{indent}{ids[node.name]}{_box(node)}:::{group(node.kind)}"
    for inner, template in graph.clusters.items():
        if graph.outer(inner) == cluster:
            title = f"{inner.rstrip('/')}: template {template}"
            first = ids[inner.rstrip("/")]
            yield f'{indent}subgraph in_{first} ["{_escaped(title)}"]'
            yield from _nodes(graph, inner, ids, indent + "  ")
            yield f"{indent}end"


def _box(node: GraphNode) -> str:
    words = f"<b>{_escaped(node.title)}</b><br>{_escaped(node.text)}"
    opening, closing = ("{{", "}}") if group(node.kind) == "decides" else ("[", "]")
    return f'{opening}"{words}"{closing}'


def _edge(edge: GraphEdge, ids: dict[str, str], counts: Counts | None) -> str:
    lines = (*label(edge), *counted(edge, counts))
    words = "<br>".join(map(_escaped, lines))
    arrow = "-.->" if edge.usual else "-->"
    said = f'|"{words}"|' if words else ""
    return f"  {ids[edge.source]} {arrow}{said} {ids[edge.target]}"


_SPECIAL = '#";<>&`\\{}[]|'


def _escaped(text: str) -> str:
    """`text` so that it is shown as it is: Mermaid writes `#34;` for a double quote."""
    return "".join(f"#{ord(c)};" if c in _SPECIAL else c for c in _plain(text))


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
