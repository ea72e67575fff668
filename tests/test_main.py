"""`python -m ivr`: finds its commands, explains itself, and fails politely."""

from __future__ import annotations

import argparse
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from ivr import __main__ as program
from ivr import cli as commands
from ivr.errors import TangoError

PROJECT = Path(__file__).parent.parent
COMMANDS = sorted(
    module.name
    for module in pkgutil.iter_modules(commands.__path__)
    if not module.name.startswith("_")
)
HEAVY = {"flask", "sqlalchemy", "redis", "twilio", "numpy", "pydantic", "rq", "gunicorn", "yaml"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: python -m ivr {command}" in capsys.readouterr().out


def test_every_command_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["--help"])
    assert ended.value.code == 0
    listed = capsys.readouterr().out
    assert [command for command in COMMANDS if f"\n    {command}" not in listed] == []


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    script = (
        "import sys\nfrom ivr.__main__ import build_parser\nbuild_parser()\n"
        "print(' '.join(m for m in sys.modules if '.' not in m))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert HEAVY & set(done.stdout.split()) == set()


@pytest.mark.parametrize("arguments", [[], ["sing"], ["serve", "--port", "seventy"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(arguments)
    assert ended.value.code == 2


def run_instead(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Have every command raise `error`."""

    def run(args: argparse.Namespace) -> int:
        raise error

    parser = argparse.ArgumentParser()
    parser.set_defaults(run=run)
    monkeypatch.setattr(program, "build_parser", lambda: parser)


def test_an_error_of_ours_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_instead(monkeypatch, TangoError("The cause; the mend."))
    assert program.main([]) == 2
    assert capsys.readouterr().err == "The cause; the mend.\n"


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, KeyboardInterrupt())
    assert program.main([]) == 130


def test_a_reader_who_leaves_is_no_error() -> None:
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "ivr", "settings"],
        cwd=PROJECT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(30) == 0


def test_an_unknown_setting_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(PROJECT), "IVR_FLOWZ": "x"}
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "serve"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "IVR_FLOWZ is not a setting of Tango; did you mean IVR_FLOWS?\n"
    assert list(tmp_path.iterdir()) == []
