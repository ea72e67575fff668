"""The Lua scripts of the operator queue: each is one act that happens wholly or not at all.

They stand in `lua/`, each with its ARGV documented; `common.lua` is put before every one. All take
the same KEYS, in the order of `KEYS` below. Times are milliseconds since 1970; they come from the
caller of the script, so that tests need not wait. All are written so that a script sent twice,
because a reply was lost, does no harm.

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
the channel on which the scripts tell what they have changed; `handling` is how long calls last;
`facts` is a stream of what has happened, on its way to the records.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ivr import keys

KEYS = tuple(
    key.encode()  # once, not at every act
    for key in (
        keys.QUEUE_CALLERS,
        keys.QUEUE_WAITING,
        keys.QUEUE_DEADLINES,
        keys.QUEUE_EXPIRED,
        keys.QUEUE_GONE,
        keys.QUEUE_CLAIMED,
        keys.QUEUE_RESERVATIONS,
        keys.QUEUE_LEASES,
        keys.QUEUE_OPERATORS,
        keys.QUEUE_STATES,
        keys.QUEUE_IDLE,
        keys.QUEUE_TIMERS,
        keys.QUEUE_SEEN,
        keys.QUEUE_UNWANTED,
        keys.QUEUE_CHANGES,
        keys.QUEUE_HANDLING,
        keys.QUEUE_FACTS,
    )
)

FOLDER = Path(__file__).parent / "lua"


@cache
def script(name: str) -> str:
    """The whole text of the script `name`."""
    return "\n".join((FOLDER / f"{each}.lua").read_text("utf-8") for each in ("common", name))
