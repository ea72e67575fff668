"""The image and the composition of services name what is there, and keep to the least privilege."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.__main__ import build_parser
from ivr.settings import SETTINGS, load_settings

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
IMAGE = DOCKERFILE.rpartition("\nFROM ")[2]
COMPOSED: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
OURS = {name: each for name, each in COMPOSED["services"].items() if "build" in each}
PAGE = (ROOT / "docs" / "containers.md").read_text("utf-8")


def written(instruction: str) -> str:
    """What the image's last instruction of a kind says."""
    words: list[str] = re.findall(rf"^{instruction} (.*)$", IMAGE, re.MULTILINE)
    return words[-1]


def test_services_and_image_run_commands_that_exist() -> None:
    entry, usual = yaml.safe_load(written("ENTRYPOINT")), yaml.safe_load(written("CMD"))
    assert entry == ["tango"]
    for service in OURS.values():
        build_parser().parse_args(service.get("command", usual))


@pytest.mark.parametrize("command", re.findall(r"(?m)^docker compose .* tango (\w.*)$", PAGE))
def test_every_command_on_the_page_can_be_typed(command: str) -> None:
    build_parser().parse_args(shlex.split(command, comments=True))


def test_the_services_make_settings_that_load(tmp_path: Path) -> None:
    names = {setting.name for setting in SETTINGS}
    for service in OURS.values():
        environ = service["environment"]
        assert set(environ) <= names
        settings = load_settings({**environ, "IVR_DATA": str(tmp_path)}, dotenv=None)
        assert settings.redis_url
        assert settings.redis_url.startswith("redis://redis:")
        assert settings.database_url.partition("@")[2] == "postgres/tango"


def test_the_database_has_the_password_that_is_used_and_no_usual_one() -> None:
    given = COMPOSED["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert re.fullmatch(r"\$\{POSTGRES_PASSWORD:\?.+\}", given)
    assert all(given in each["environment"]["IVR_DATABASE_URL"] for each in OURS.values())
    assert "POSTGRES_PASSWORD=" in (ROOT / ".env.example").read_text("utf-8")


def test_redis_keeps_what_it_is_told_as_our_own_does() -> None:
    command = COMPOSED["services"]["redis"]["command"]
    for option in ("--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction"):
        assert option in command


def test_nothing_of_ours_runs_as_root_or_may_become_it() -> None:
    assert int(written("USER")) > 0
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_every_service_tells_whether_it_is_well_and_none_is_open_to_the_world() -> None:
    assert "/healthz" in IMAGE
    for name, service in COMPOSED["services"].items():
        assert name in OURS or service["healthcheck"]["test"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_all_that_is_to_be_kept_lies_in_volumes() -> None:
    named = {volume.partition(":")[0] for volume in COMPOSED["volumes"]}
    mounted = {
        volume.partition(":")[0]
        for service in COMPOSED["services"].values()
        for volume in service["volumes"]
    }
    assert mounted == named | {"./flows"}
    assert set(yaml.safe_load(written("VOLUME"))) == {"/srv/tango/recordings", "/srv/tango/var"}


def test_the_image_is_built_from_what_is_let_in() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = [line[1:] for line in lines if line.startswith("!")]
    assert lines[1] == "*"
    assert [path for path in let_in if not (ROOT / path).exists()] == []
    copied = re.findall(r"(?m)^COPY (?!--from)(.*) \S+$", DOCKERFILE)
    assert {name for line in copied for name in line.split()} <= {".", *let_in}
    examples = {str(path.relative_to(ROOT)) for path in ROOT.glob("flows/*.yaml")}
    assert examples <= set(let_in)
