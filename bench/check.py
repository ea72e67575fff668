"""Seconds that `python -m ivr check` takes for many clients, and whether they grow linearly.

Client files as an agency has them are written to a folder: menus, queues, rotas, conditions and a
shared template, all different. The whole command is timed as a user would run it, in a process of
its own, and the start of the interpreter with all imports apart.

    python -m bench.check [--clients 50 100 200 400] [--rounds 3]
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
AIM_CLIENTS, AIM = 200, 2.0
TEMPLATES = ROOT / "flows" / "templates"
EXAMPLES = ("rainbow-frost", "harbour-dental", "ashby-quill")


def write_clients(folder: Path, count: int) -> None:
    """`count` client files, each an example with names, numbers and words of its own."""
    (folder / "templates").mkdir()
    for template in TEMPLATES.glob("*.yaml"):
        (folder / "templates" / template.name).write_bytes(template.read_bytes())
    for index in range(count):
        example = EXAMPLES[index % len(EXAMPLES)]
        text = (ROOT / "flows" / f"{example}.yaml").read_text(encoding="utf-8")
        (folder / f"client-{index}.yaml").write_text(_own(text, index), encoding="utf-8")


def _own(text: str, index: int) -> str:
    """An example as the file of another client; no condition is known already."""
    numbers = f'numbers: ["+44 1632 96{index:04}"]'
    text = re.sub(r"numbers: (\[.*\]|\".*\")|numbers:(\n +- .*)+", numbers, text)
    return text.replace("\nvars:\n", f"\nvars:\n  visits_{index}: {{type: number}}\n")


def seconds(command: list[str], rounds: int, flows: Path) -> float:
    """The shortest time of `command` in a process of its own: other work only ever adds to it."""
    environment = {**os.environ, "IVR_FLOWS": str(flows)}
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> int:
    """Run the bench; 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[50, 100, 200, 400])
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    check = [sys.executable, "-m", "ivr", "check"]
    imports = [sys.executable, "-c", "import ivr.adapters.files.flows.load, ivr.core.nodes"]
    missed = False
    with tempfile.TemporaryDirectory() as name:
        print(f"imports alone: {seconds(imports, args.rounds, Path(name)):.2f} s")
        for count in args.clients:
            flows = Path(name) / str(count)
            flows.mkdir()
            write_clients(flows, count)
            taken = seconds(check, args.rounds, flows)
            print(f"{count:4} clients: {taken:5.2f} s, {1000 * taken / count:5.1f} ms each")
            missed |= count == AIM_CLIENTS and taken > AIM
    print(f"aim: {AIM_CLIENTS} clients in {AIM:.0f} s: {'missed' if missed else 'met'}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
