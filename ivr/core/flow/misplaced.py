"""Lines that stand at the wrong depth: a node beside `nodes`, a setting of a node beside the nodes.

YAML reads them as something else, and every name around them seems wrong. Each is found where it
stands and put where it belongs, so that the rest is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from ivr.core.flow.findings import Finding, nearest
from ivr.core.flow.source import Source

_MAX_NODES = 5
"""So many nodes beside `nodes` are told of one by one."""


def mended(
    source: Source,
    model: type[BaseModel],
    kinds: Mapping[str, type[BaseModel]],
    findings: list[Finding],
) -> dict[str, Any]:
    """The document with all of its nodes under `nodes`; `findings` get what was misplaced."""
    nodes = source.data.get("nodes")
    if not isinstance(nodes, dict):
        return source.data
    known = {info.alias or name for name, info in model.model_fields.items()}
    lost = {
        name: value
        for name, value in source.data.items()
        if name not in known and _is_node(value, kinds) and not nearest(name, known)
    }
    for name in list(lost)[:_MAX_NODES]:
        message = f"the node '{name}' stands outside of 'nodes'; indent it like the nodes above"
        findings.append(source.key_finding((name,), "schema", message))
    rest = {name: value for name, value in source.data.items() if name not in lost}
    return rest | {"nodes": _with_their_settings(source, nodes, kinds, findings) | lost}


def _is_node(value: object, kinds: Mapping[str, type[BaseModel]]) -> bool:
    """Whether it has a kind, and nothing but what nodes of that kind have."""
    if not isinstance(value, dict):
        return False
    fields = {
        info.alias or name
        for verb in kinds.keys() & value.keys()
        for name, info in kinds[verb].model_fields.items()
    }
    return bool(value) and value.keys() <= fields


def _with_their_settings(
    source: Source,
    nodes: Mapping[str, Any],
    kinds: Mapping[str, type[BaseModel]],
    findings: list[Finding],
) -> dict[str, Any]:
    """The nodes, each with its settings that stood beside it."""
    found: dict[str, Any] = {}
    above = ""
    for name, value in nodes.items():
        node = found.get(above)
        settings: dict[str, Any] = node if isinstance(node, dict) else {}
        if name in _fields(settings, kinds) and not (
            isinstance(value, dict) and kinds.keys() & value.keys()
        ):
            message = (
                f"'{name}' stands beside the node '{above}' as if it were one; indent it as far as "
                f"'{next(iter(settings))}'"
            )
            findings.append(source.key_finding(("nodes", name), "schema", message))
            found[above] = settings | {name: value}
        else:
            found[name] = value
            above = name
    return found


def _fields(node: Mapping[str, Any], kinds: Mapping[str, type[BaseModel]]) -> set[str]:
    """The settings that the node may have and has not."""
    return {
        info.alias or name
        for verb in kinds.keys() & node.keys()
        for name, info in kinds[verb].model_fields.items()
    } - node.keys()
