"""What a node takes over from a template: outputs that exist, into variables that can hold them."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.core.flow.document import TemplateFile
from ivr.core.flow.findings import Finding, nearest
from ivr.core.flow.flow import Scope
from ivr.core.flow.node import Use
from ivr.core.flow.source import Source
from ivr.core.flow.types import Path


def wrong_returns(
    source: Source, node: Path, use: Use, template: TemplateFile, scope: Scope
) -> Iterator[Finding]:
    """The findings about the outputs of `template` that `node`, which stands in `scope`, names."""
    for variable, name in use.returns.items():
        where = (*node, "returns", variable)
        output = template.outputs.get(name)
        kind = scope.types.get(variable)
        if kind is None:
            message = f"'{variable}' is not declared in 'vars'{nearest(variable, scope.types)}"
            yield source.key_finding(where, "unknown-variable", message)
        if output is None:
            hint = nearest(name, template.outputs)
            message = f"'{name}' is not an output of '{use.template}'{hint}"
            yield source.finding(where, "input", message)
        elif kind is not None and kind != output.type:
            message = f"'{name}' is a {output.type}, and '{variable}' is a {kind}"
            yield source.finding(where, "input", message)
