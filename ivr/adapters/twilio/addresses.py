"""Where the carrier's recordings may be fetched: its own hosts, and the configured base URL.

The account's credentials are for these alone, whatever address a webhook names.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

EDGES = (
    *("ashburn", "dublin", "frankfurt", "roaming", "sao-paulo"),
    *("singapore", "sydney", "tokyo", "umatilla"),
)
REGIONS = ("us1", "ie1", "au1", "us2", "br1", "de1", "jp1", "sg1")
HOSTS = frozenset(
    [
        "api.twilio.com",
        *(f"api.{region}.twilio.com" for region in REGIONS),
        *(f"api.{edge}.{region}.twilio.com" for edge in EDGES for region in REGIONS),
    ]
)
"""The hosts of the carrier's REST interface, in every region that it has or had.

https://www.twilio.com/docs/global-infrastructure/edge-locations,
https://www.twilio.com/docs/global-infrastructure/understanding-twilio-regions
"""

_RECORDING = re.compile(
    r"/2010-04-01/Accounts/(?P<account>AC\w+)/Recordings/(?P<sid>RE\w+)(\.(wav|mp3))?", re.ASCII
)
_PORTS = {"https": 443, "http": 80}


def recording_sid(url: str, account_sid: str) -> str | None:
    """The SID of the account's recording that is at `url`; None for another account's, and for
    whatever else is there.

    https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    found = _RECORDING.fullmatch(parts.path)
    alone = parts.scheme in _PORTS and not parts.query and not parts.fragment
    return found["sid"] if found and alone and found["account"] == account_sid else None


def recording_address(base_url: str, account_sid: str, sid: str) -> str:
    """Where the REST interface at `base_url` has the audio of a recording."""
    return f"{base_url}/2010-04-01/Accounts/{account_sid}/Recordings/{sid}"


def addresses(url: str, account_sid: str, base_url: str) -> list[str]:
    """Where to ask for the recording that is said to be at `url`, one after another; none where
    it cannot be had without telling somebody else the credentials.

    The carrier's own hosts are asked as named, as a recording is kept in one region. Where they
    cannot be reached, and for a recording of the account at whatever other host, the configured
    base URL is asked for the same: it may be a proxy, whose host the carrier does not know.
    """
    at_base = f"{base_url}{urlsplit(url).path}"
    if is_carriers(url):
        return [url] if is_carriers(base_url) else [url, at_base]
    if same_origin(url, base_url):
        return [url]
    return [at_base] if recording_sid(url, account_sid) else []


def is_carriers(url: str) -> bool:
    """Whether an address is at one of the carrier's own hosts, by TLS."""
    parts = urlsplit(url)
    # The whole of it: a user's name before the host could pass for it.
    return parts.scheme == "https" and parts.netloc.removesuffix(":443") in HOSTS


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are at one scheme, host and port."""
    return _origin(one) == _origin(other)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
