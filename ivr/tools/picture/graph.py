"""Flow → `Graph`: the nodes and ways of a flow, in words, for whoever draws it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT, Flow, NodeT, Place
from ivr.core.flow.node import Exit
from ivr.tools.picture.words import doing, way

BUILT_IN = (LAST_RESORT, LAST_GOODBYE)


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node: its full name, its kind, what it says or does, and where it stands in the file.

    `template` names the template that a use of it (`call`) puts in its place.
    """

    name: str
    kind: str
    text: str
    file: str
    line: int
    template: str | None = None

    @property
    def title(self) -> str:
        """The name inside its cluster."""
        return "last resort" if self.built_in else self.name.rpartition("/")[2]

    @property
    def cluster(self) -> str:
        """The use of a template that the node begins or belongs to (`after_hours/`), or `""`."""
        return f"{self.name}/" if self.template else "".join(self.name.rpartition("/")[:2])

    @property
    def built_in(self) -> bool:
        """Whether every flow has this node, so that no line of a file stands for it."""
        return self.name in BUILT_IN


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """All the ways that lead from one node to another.

    `words` say what makes a caller go this way; there are none where the node simply goes on.
    `usual` is an edge along which only the file's `defaults` lead.
    """

    source: str
    target: str
    words: tuple[str, ...]
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """A flow's picture, to be drawn. `clusters` maps the prefix of each use of a template to the
    template's name; nodes stand in the order of the file."""

    client_id: str
    name: str
    version: str
    start: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    clusters: Mapping[str, str]

    def outer(self, cluster: str) -> str:
        """The cluster in which `cluster` lies, or `""`."""
        return "".join(cluster.rstrip("/").rpartition("/")[:2])


def graph(flow: Flow[NodeT]) -> Graph:
    """The graph of a flow. What every flow has built in is shown only where a way leads there."""
    edges = {place.name: tuple(_edges(place)) for place in flow.places.values()}
    shown = _shown(flow, edges)
    return Graph(
        flow.client_id,
        flow.client.name,
        flow.version,
        flow.start,
        tuple(_node(flow.places[name]) for name in shown),
        tuple(edge for name in shown for edge in edges.get(name, ())),
        dict(_clusters(flow)),
    )


def _shown(flow: Flow[NodeT], edges: Mapping[str, tuple[GraphEdge, ...]]) -> list[str]:
    shown = [name for name in flow.places if name not in BUILT_IN]
    for name in BUILT_IN:  # in this order: the last resort leads to the goodbye
        if any(edge.target == name for source in shown for edge in edges.get(source, ())):
            shown.append(name)
    return shown


def _node(place: Place[NodeT]) -> GraphNode:
    use = place.node.uses()
    template = str(use.template) if use else None
    kind, text = place.node.verb, doing(place.node)
    return GraphNode(place.name, kind, text, place.file, place.line, template)


def _edges(place: Place[NodeT]) -> Iterator[GraphEdge]:
    """One edge for each node that can come next, in the order of the ways out."""
    exits = {exit_.name: exit_ for exit_ in place.node.exits()}
    ways: dict[str, dict[str, Exit | None]] = {}
    for name, target in place.exits.items():
        # There is no such exit where a template stands in the node's place.
        ways.setdefault(target, {})[name] = exits.get(name)
    for target, found in ways.items():
        goes_on = "begin" in found or ("next" in found and len(ways) == 1)
        words = () if goes_on else (way(place.node, name, exit_) for name, exit_ in found.items())
        usual = all(e is not None and e.target is None and e.default for e in found.values())
        yield GraphEdge(place.name, target, tuple(dict.fromkeys(words)), usual)


def _clusters(flow: Flow[NodeT]) -> Iterator[tuple[str, str]]:
    for place in flow.places.values():
        use = place.node.uses()
        if use is not None:
            yield f"{place.name}/", str(use.template)
