"""Settings: read from the environment and `.env`, checked, and documented."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.core.accounts.roles import Role
from ivr.core.bucket import Bucket
from ivr.errors import SettingsError
from ivr.settings import SETTINGS, SingleSignOn, load_settings, settings_page

ROOT = Path(__file__).parent.parent


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment that only says where to keep data."""
    return {"IVR_DATA": str(tmp_path / "var")}


def test_every_setting_is_documented() -> None:
    """`python -m ivr settings > docs/settings.md` mends this."""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page()


def test_the_example_file_names_every_setting() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [s.name for s in SETTINGS if f"{s.name}=" not in example] == []


def test_an_unknown_name_is_refused_with_the_nearest_one(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"IVR_FLOW is not a setting.*did you mean IVR_FLOWS"):
        load_settings({**environ, "IVR_FLOW": "x"}, dotenv=None)


def test_an_unknown_name_like_no_other_points_at_the_list(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"IVR_QQQ.*docs/settings\.md"):
        load_settings({**environ, "IVR_QQQ": "x"}, dotenv=None)


def test_the_file_is_read_and_the_environment_wins(environ: dict[str, str], tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("IVR_WEB_THREADS=7\nexport IVR_WEB_PROCESSES='3'\n")
    settings = load_settings({**environ, "IVR_WEB_PROCESSES": "5"}, dotenv=dotenv)
    assert (settings.web_threads, settings.web_processes) == (7, 5)


def test_an_unknown_name_in_the_file_is_refused(environ: dict[str, str], tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("IVR_WEB_TREADS=7\n")
    with pytest.raises(SettingsError, match="IVR_WEB_THREADS"):
        load_settings(environ, dotenv=dotenv)


@pytest.mark.parametrize("line", ["IVR_WEB_THREADS", "IVR WEB THREADS=7", "= 7"])
def test_a_line_of_the_file_that_sets_nothing_is_refused(
    environ: dict[str, str], tmp_path: Path, line: str
) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"# ours\nIVR_WEB_PROCESSES=3\n{line}\n")
    with pytest.raises(SettingsError, match=r"\.env:3: this line sets nothing"):
        load_settings(environ, dotenv=dotenv)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IVR_PUBLIC_URL", "tango.example"),
        ("IVR_PUBLIC_URL", "ftp://tango.example"),
        ("IVR_TWILIO_API_URL", "nonsense"),
        ("IVR_WEB_PROCESSES", "0"),
        ("IVR_WEB_THREADS", "many"),
        ("IVR_SPEECH_WORKERS", "-1"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused(
    environ: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({**environ, name: value}, dotenv=None)


def test_an_account_needs_its_token(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="TWILIO_AUTH_TOKEN is not"):
        load_settings({**environ, "TWILIO_ACCOUNT_SID": "AC1"}, dotenv=None)


def test_without_an_account_the_carrier_is_the_simulator(environ: dict[str, str]) -> None:
    settings = load_settings(environ, dotenv=None)
    assert settings.simulated
    assert settings.twilio_api_url == "http://127.0.0.1:8081"


def test_with_an_account_the_carrier_is_twilio(environ: dict[str, str]) -> None:
    account = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token"}
    settings = load_settings({**environ, **account}, dotenv=None)
    assert not settings.simulated
    assert settings.twilio_api_url == "https://api.twilio.com"


def test_the_public_address_follows_the_server_unless_it_is_set(environ: dict[str, str]) -> None:
    here = "http://127.0.0.1:9000"
    assert load_settings(environ, dotenv=None, public_url=here).public_url == here
    environ["IVR_PUBLIC_URL"] = "https://tango.example/"
    assert load_settings(environ, dotenv=None, public_url=here).public_url == (
        "https://tango.example"
    )


SIGN_ON = {
    "IVR_OIDC_ISSUER": "https://login.example/",
    "IVR_OIDC_CLIENT_ID": "tango",
    "IVR_OIDC_CLIENT_SECRET": "s",
}


def test_a_provider_s_name_is_kept_to_the_letter(environ: dict[str, str]) -> None:
    assert load_settings(environ, dotenv=None).single_sign_on is None
    found = load_settings({**environ, **SIGN_ON}, dotenv=None).single_sign_on
    assert found == SingleSignOn("https://login.example/", "tango", "s", "email", None)
    more = {"IVR_OIDC_CLAIM": "sub", "IVR_OIDC_NEW_ROLE": "editor"}
    found = load_settings({**environ, **SIGN_ON, **more}, dotenv=None).single_sign_on
    assert found
    assert (found.claim, found.new_role) == ("sub", Role.EDITOR)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"IVR_OIDC_ISSUER": "http://login.example"}, "must be an https address"),
        ({"IVR_OIDC_CLIENT_ID": ""}, "IVR_OIDC_CLIENT_ID is not"),
        ({"IVR_OIDC_CLIENT_SECRET": ""}, "IVR_OIDC_CLIENT_SECRET is not"),
        ({"IVR_OIDC_NEW_ROLE": "administrator"}, "one of editor, supervisor"),
    ],
)
def test_single_sign_on_is_set_whole_or_not_at_all(
    change: dict[str, str], problem: str, environ: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match=problem):
        load_settings({**environ, **SIGN_ON, **change}, dotenv=None)


def test_a_secret_made_by_us_is_kept_and_ours_alone(environ: dict[str, str]) -> None:
    first = load_settings(environ, dotenv=None)
    assert load_settings(environ, dotenv=None) == first
    assert len(first.auth_token) == 64
    assert first.auth_token != first.secret_key
    for path in (first.data, first.data / "secrets", first.data / "secrets" / "auth_token"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    def token(attempt: int) -> str:
        folder = tmp_path / str(attempt // 8)
        return load_settings({"IVR_DATA": str(folder)}, dotenv=None).auth_token

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(token, range(160)))
    assert len(set(tokens)) == 20
    assert {len(found) for found in tokens} == {64}


def test_a_data_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="set IVR_DATA to another"):
        load_settings({"IVR_DATA": str(tmp_path / "file" / "var")}, dotenv=None)


BUCKET = {"IVR_RECORDINGS": "s3://recordings/agency"}


def test_recordings_are_in_a_folder_or_a_bucket(environ: dict[str, str]) -> None:
    assert load_settings(environ, dotenv=None).recordings == Path("recordings").absolute()
    keys = {"AWS_ACCESS_KEY_ID": "tango", "AWS_SECRET_ACCESS_KEY": "hunter2"}
    where = {"AWS_ENDPOINT_URL": "https://s3.example/", "AWS_REGION": "eu-west-2"}
    found = load_settings({**environ, **BUCKET, **keys, **where}, dotenv=None).recordings
    assert found == Bucket(
        "recordings", "agency", "https://s3.example", "eu-west-2", "tango", "hunter2"
    )
    assert (
        load_settings({**environ, **keys}, dotenv=None).recordings == Path("recordings").absolute()
    )


@pytest.mark.parametrize(
    "more",
    [
        {"IVR_RECORDINGS": "gs://recordings"},
        {**BUCKET, "AWS_ACCESS_KEY_ID": "tango"},
        {**BUCKET, "AWS_SECRET_ACCESS_KEY": "hunter2"},
        {**BUCKET, "AWS_ENDPOINT_URL": "s3.example"},
    ],
)
def test_half_a_bucket_is_refused(environ: dict[str, str], more: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as told:
        load_settings({**environ, **more}, dotenv=None)
    assert "hunter2" not in str(told.value)
