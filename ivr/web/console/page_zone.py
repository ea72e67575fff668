"""The one time zone of a page: all its times are in it, and the page names it.

A page about one client has the client's; one about several clients, or none, the agency's.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import cast

from flask import Flask, current_app, g

from ivr.core.zone_words import zone_words


def agency_zone(app: Flask, zone: tzinfo) -> None:
    """Say where the agency's clocks are."""
    app.extensions["agency_zone"] = zone


def show_in(zone: tzinfo) -> None:
    """Show the times of the page that is being made in `zone`."""
    g.page_zone = zone


def page_zone() -> tzinfo:
    """The zone of the page that is being made, which names it from now on."""
    if "page_zone" not in g:
        show_in(cast(tzinfo, current_app.extensions["agency_zone"]))
    return cast(tzinfo, g.page_zone)


def clock(moment: datetime, form: str = "%d %b %Y %H:%M:%S") -> str:
    """An aware `moment` on the page's clock."""
    return f"{moment.astimezone(page_zone()):{form}}"


def named_zone() -> str:
    """What the page's time is called, such as `London time`; empty where it shows none."""
    return zone_words(g.page_zone) if "page_zone" in g else ""
