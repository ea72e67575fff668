"""The Lua functions of the operator queue: each is one act that happens wholly or not at all.

They stand in `lua/`, one file an act, each with its ARGV documented; `common.lua` is what they
share. Together they are one library, which the server keeps loaded: that halves the time of an act
(`bench/claim.py`). Times are milliseconds since 1970; they come from whoever acts, so that tests
need not wait. All are written so that an act sent twice, because a reply was lost, does no harm.

A caller is in exactly one of these states:

=========  ==================================================================================
waiting    in `waiting` and `deadlines`; ticket in `callers`
reserved   in `claimed`; reservation in `reservations` and in `leases`; ticket in `callers`
connected  the same without `leases`: the operator has answered
expired    in `expired` only: to be told at their next turn that the wait is over
gone       in `gone` only: has hung up; a turn that was still under way does not bring them back
=========  ==================================================================================

Anybody else is in none of the keys. An operator's state is in `states`; whoever is available is in
`idle` too, whoever wraps up in `timers`, whoever has a caller in `operators`, and whoever sits at
a console in `seen`. `unwanted` are legs of operators that ring for nobody any more; `changes` is
the channel on which the acts tell what they have changed; `handling` is how long calls last;
`facts` is a stream of what has happened, on its way to the records.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from ivr import keys

NAMES = {
    "CALLERS": keys.QUEUE_CALLERS,
    "WAITING": keys.QUEUE_WAITING,
    "DEADLINES": keys.QUEUE_DEADLINES,
    "EXPIRED": keys.QUEUE_EXPIRED,
    "GONE": keys.QUEUE_GONE,
    "CLAIMED": keys.QUEUE_CLAIMED,
    "RESERVATIONS": keys.QUEUE_RESERVATIONS,
    "LEASES": keys.QUEUE_LEASES,
    "OPERATORS": keys.QUEUE_OPERATORS,
    "STATES": keys.QUEUE_STATES,
    "IDLE": keys.QUEUE_IDLE,
    "TIMERS": keys.QUEUE_TIMERS,
    "SEEN": keys.QUEUE_SEEN,
    "UNWANTED": keys.QUEUE_UNWANTED,
    "CHANGES": keys.QUEUE_CHANGES,
    "HANDLING": keys.QUEUE_HANDLING,
    "FACTS": keys.QUEUE_FACTS,
}
"""The keys by the names that the library has for them. They share a hash tag."""

FOLDER = Path(__file__).parent / "lua"
COMMON = "common"


@cache
def library() -> tuple[str, str]:
    """What the names of its functions begin with, and the library's whole text.

    A function is called `<beginning>_<act>`. The beginning depends on the text, so that two
    versions of Tango can share a server while one replaces the other.
    """
    names = f"local {', '.join(NAMES)} = {', '.join(map(json.dumps, NAMES.values()))}"
    acts = [path for path in sorted(FOLDER.glob("*.lua")) if path.stem != COMMON]
    common = (FOLDER / f"{COMMON}.lua").read_text("utf-8")
    bodies = {path.stem: path.read_text("utf-8") for path in acts}
    digest = sha256("\n".join([names, common, *bodies.values()]).encode()).hexdigest()[:12]
    begins = f"tango_queue_{digest}"
    functions = [
        f"redis.register_function('{begins}_{act}', function(_, ARGV)\non_duty = nil\n{body}\nend)"
        for act, body in bodies.items()
    ]
    return begins, "\n".join([f"#!lua name={begins}", names, common, *functions])
