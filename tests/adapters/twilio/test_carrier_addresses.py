"""Where recordings may be fetched with the account's credentials."""

from __future__ import annotations

import pytest

from ivr.adapters.twilio.addresses import addresses, is_carriers, recording_sid

ACCOUNT = "AC" + "1" * 32
SID = "RE" + "2" * 32
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{SID}"
PROXY = "https://proxy.example:8443/twilio"
TWILIO = "https://api.twilio.com"


@pytest.mark.parametrize(
    "host",
    [
        *("api.twilio.com", "api.ie1.twilio.com", "api.dublin.ie1.twilio.com"),
        *("api.sydney.au1.twilio.com", "api.ashburn.us1.twilio.com", "api.twilio.com:443"),
    ],
)
def test_a_recording_is_asked_for_in_the_region_that_is_named(host: str) -> None:
    assert addresses(f"https://{host}{PATH}", ACCOUNT, TWILIO) == [f"https://{host}{PATH}"]


def test_behind_a_proxy_the_carriers_own_host_comes_first_then_the_proxy() -> None:
    url = f"https://api.dublin.ie1.twilio.com{PATH}"
    assert addresses(url, ACCOUNT, PROXY) == [url, PROXY + PATH]


def test_a_host_that_only_the_proxy_knows_is_never_asked_itself() -> None:
    assert addresses(f"http://10.0.0.7:8081{PATH}", ACCOUNT, PROXY) == [PROXY + PATH]
    assert addresses(f"https://evil.example{PATH}", ACCOUNT, TWILIO) == [TWILIO + PATH]


@pytest.mark.parametrize(
    "url",
    [
        f"http://api.twilio.com{PATH}/../../Calls",
        "http://api.twilio.com/RE1",
        "https://api.twilio.com.example/RE1",
        "https://api.twilio.com@evil.example/RE1",
        "https://api.evil.ie1.twilio.com/RE1",
        "https://api.twilio.com:8443/RE1",
        "//api.twilio.com/RE1",
        "file:///etc/passwd",
        "",
    ],
)
def test_nobody_else_is_asked(url: str) -> None:
    assert not is_carriers(url)
    assert addresses(url, ACCOUNT, TWILIO) == []


@pytest.mark.parametrize("ending", ["", ".wav", ".mp3"])
def test_the_account_s_recordings_are_known_by_their_address(ending: str) -> None:
    assert recording_sid(f"{TWILIO}{PATH}{ending}", ACCOUNT) == SID


@pytest.mark.parametrize(
    "url",
    [
        f"{TWILIO}{PATH.replace('1' * 32, '3' * 32)}",
        f"{TWILIO}/2010-04-01/Accounts/{ACCOUNT}/Calls/{SID}",
        f"{TWILIO}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{SID}/Transcriptions",
        f"{TWILIO}/2010-04-01/Accounts/{ACCOUNT}/Recordings/../Calls/{SID}",
        f"{TWILIO}/2010-04-01/Accounts/{ACCOUNT}/Recordings/",
        f"{TWILIO}{PATH}?a=b",
        f"{TWILIO}{PATH}#a",
        f"ftp://api.twilio.com{PATH}",
        "http://[",
        "",
    ],
)
def test_whatever_else_is_no_recording_of_the_account(url: str) -> None:
    assert recording_sid(url, ACCOUNT) is None
