"""Several calls at the terminal at once: each is answered, whoever came first."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ivr.processes.private import free_port
from tests.flow_files import HEAD

ROOT = Path(__file__).parents[2]
FLOW = HEAD + (
    "start: ask\nnodes:\n"
    '  ask: {menu: "Press 1.", choices: [{key: "1", next: bye}], no_input: bye}\n'
    "  bye: {hangup: Bye.}\n"
)


@contextmanager
def calling(folder: Path, data: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """A call at a terminal of its own."""
    environ = {
        "PATH": os.environ["PATH"],
        "IVR_FLOWS": str(folder / "flows"),
        "IVR_DATA": str(folder / data),
        "IVR_TWILIO_API_URL": f"http://127.0.0.1:{port}",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "ivr", "call", "acme"],
        cwd=ROOT, env=environ, text=True, bufsize=1,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()


def heard(process: subprocess.Popen[str], words: str) -> bool:
    """Whether the caller hears `words` before the call ends."""
    assert process.stdout
    return any(words in line for line in process.stdout)


def test_calls_at_once_are_all_answered(short_folder: Path) -> None:
    """Two on one data folder, and one on another, whose simulated carrier would have their port."""
    (short_folder / "flows").mkdir()
    (short_folder / "flows" / "acme.yaml").write_text(FLOW)
    port = free_port()
    with ExitStack() as stack:
        calls = []
        for data in ("var", "var", "elsewhere"):
            calls.append(stack.enter_context(calling(short_folder, data, port)))
            assert heard(calls[-1], "Press 1.")
        for call in reversed(calls):
            assert call.stdin
            call.stdin.write("1\n")
            assert heard(call, "Bye.")
            assert call.wait(60) == 0
