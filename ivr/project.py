"""Files of the project that lie beside the package: example clients, the page on findings, scripts.

A wheel carries them inside the package, in `_project/`, laid out as in a checkout; `hatch_build.py`
and `[tool.hatch…]` in pyproject.toml put them there.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSIDE = _PACKAGE / "_project"

IMPORT_ROOT = _PACKAGE.parent
"""The folder from which `ivr` is imported, for PYTHONPATH: a checkout, or site-packages."""

PROJECT = _INSIDE if _INSIDE.is_dir() else IMPORT_ROOT
"""The folder with `docs/findings.md`, `flows/` and `node_modules/`."""
