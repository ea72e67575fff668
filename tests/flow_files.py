"""Flow files for tests: small, complete, and written down where the test reads them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from ivr.adapters.files.flows.load import Loaded, load
from ivr.core.call.engine import CallFlow
from ivr.core.nodes import KINDS
from ivr.core.nodes.base import Kind

EXAMPLES = Path(__file__).parent.parent / "flows"

HEAD = """\
schema: 1
client: {name: Acme, say_as: Acme Plumbing, numbers: "+44 1632 960001", voice: Polly.Amy}
"""

PEOPLE = """\
people:
  ian: {name: Ian, phone: "+44 7700 900123", email: ian@acme.example}
  pat: {name: Pat}
"""


def always_open(folder: Path) -> Path:
    """The example clients in `folder`, in their office hours whenever the tests run."""
    shutil.copytree(EXAMPLES, folder)
    for path in folder.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        hours = re.sub(r"^  office: .*$", '  office: {mon-sun: "00:00-24:00"}', text, flags=re.M)
        path.write_text(hours, encoding="utf-8")
    return folder


def whole(text: str) -> str:
    """`text` as a whole client file: with a head, unless it has one."""
    return text if "schema:" in text or "client:" in text else HEAD + text


def write(folder: Path, text: str, templates: Mapping[str, str] | None = None) -> Path:
    """A client file `acme.yaml` in `folder`, with templates by their file names."""
    for name, template in (templates or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(template, encoding="utf-8")
    path = folder / "acme.yaml"
    path.write_text(whole(text), encoding="utf-8")
    return path


def loaded(folder: Path, text: str, templates: Mapping[str, str] | None = None) -> Loaded[Kind]:
    """What comes of a client file."""
    return load(write(folder, text, templates), KINDS)


def good(folder: Path, text: str, templates: Mapping[str, str] | None = None) -> CallFlow:
    """The flow of a client file that has no errors."""
    found = loaded(folder, text, templates)
    assert found.flow is not None, "\n".join(map(str, found.findings))
    return found.flow
