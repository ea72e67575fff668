"""Where somebody goes on after signing in: to the page of ours where they were, nowhere else."""

from __future__ import annotations

import re

from flask import Request

OURS = re.compile(r"/console/[\w./~-]*(\?[\w.~%+=&:@,*-]*)?", re.ASCII)
"""A page of the console with what it asks for. No other site can be named in these signs alone
behind our own path: there is no scheme, no host and no `\\`."""

NO_PAGE = re.compile(r"/console/(sign-|password/|static/|scripts/|events)")
"""What is no page that one could have been on."""

LONGEST = 1000


def own_page(address: str) -> str:
    """`address` if it is that of a page of the console, with path and query; else nothing."""
    path = address.partition("?")[0]
    is_ours = len(address) <= LONGEST and OURS.fullmatch(address) is not None
    return address if is_ours and ".." not in path and not NO_PAGE.match(path) else ""


def page_of(request: Request) -> str:
    """The page that somebody was on who must sign in to go on: the one they ask for, or the one
    whose form they have sent, which says so in `at`. Empty where that is not known."""
    wanted = request.form.get("then") or request.args.get("then") or request.form.get("at")
    if wanted is None and request.method == "GET":
        whole = own_page(request.full_path) if request.query_string else ""
        wanted = whole or request.path
    return own_page(wanted or "")
