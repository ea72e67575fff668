"""Random nodes: for each kind a strategy, which a new kind adds to `STRATEGIES`.

A strategy is given `Ways` and gives the node's settings as they stand in a file. Ways that need
nobody lead on, for the most part; ways by a person lead anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from hypothesis import strategies as st

from ivr.core.nodes.live import LIVE_TYPES

Settings = dict[str, Any]


@dataclass(frozen=True)
class Ways:
    """Draws values, and nodes to go to."""

    draw: st.DrawFn
    later: list[str]
    everywhere: list[str]
    in_template: bool = False

    def on(self) -> str:
        """A node further on; now and then any, which `check` may refuse as a loop."""
        return self.one(*([self.later] * 9), self.everywhere)

    def anywhere(self) -> str:
        """Any node: the way is only taken because of a person."""
        return self.one(self.everywhere)

    def one(self, *lists: list[str]) -> str:
        """One of one of the lists."""
        return self.draw(st.sampled_from(self.draw(st.sampled_from(lists))))

    def any(self, *values: Any) -> Any:
        """One of `values`."""
        return self.draw(st.sampled_from(values))

    def some(self, settings: dict[str, Callable[[], Any]]) -> Settings:
        """Some of the settings."""
        return {key: give() for key, give in settings.items() if self.draw(st.booleans())}

    def retry(self) -> Settings:
        """What a question does with an answer that fails."""

        def own() -> Any:
            return self.any({"say": "Again."}, self.on(), {"say": "Now.", "next": self.on()})

        return self.some(
            {
                "no_input": own,
                "no_match": own,
                "give_up": self.on,
                "retries": lambda: str(self.draw(st.integers(0, 3))),
            }
        )


TEXTS = ("Well, {word}.", "{visits} {known} {daypart}", "{caller.number} {caller.name}", "{{}}",
         "{day} {at} {sum} {now.date} {now.time} {now.weekday}")  # fmt: skip


def _word(key: str) -> list[str]:
    return [f"word {key}1"]


def _menu(ways: Ways) -> Settings:
    keys = ways.draw(st.lists(st.sampled_from("0123456789*#"), min_size=1, unique=True))
    choices = [
        {"key": key, "next": ways.anywhere(),
         **ways.some({"words": partial(_word, key)}),
         **ways.some({"set": lambda: ways.any({"word": "{visits}"}, {"visits": "7"})})}
        for key in keys
    ]  # fmt: skip
    live = ways.some({"listen": lambda: "live"})
    return {"menu": ways.any(*TEXTS), "choices": choices, **live, **ways.retry()}


def _collect(ways: Ways) -> Settings:
    kind, into = ways.any(
        ("digits", "word"), ("digits", "visits"), ("phone", "word"), ("yes_no", "known"),
        ("speech", "word"), ("name", "word"), ("date", "day"), ("time", "at"), ("money", "sum"),
        ("money", "visits"),
    )  # fmt: skip
    asked = {"type": kind, "into": into, "confirm": ways.any("yes", "no"), "next": ways.anywhere()}
    useful = asked["confirm"] == "yes" or kind in LIVE_TYPES
    live = ways.some({"listen": lambda: "live"}) if useful else {}
    return {"collect": ways.any(*TEXTS), **asked, **live, **ways.retry()}


def _branch(ways: Ways) -> Settings:
    tests = (
        "known",
        'word == "1"',
        "visits > 3",
        "caller.withheld",
        'caller.kind == "vip"',
        'day > "2026-06-01"',
        'sum >= 10 and at < "12:00"',
        'now.weekday == "mon"',
    )
    cases = [{"if": ways.any(*tests), "next": ways.on()} for _ in range(ways.any(1, 2, 3))]
    return {"branch": cases, "else": ways.on()}


def _http(ways: Ways) -> Settings:
    ask = {"get": "https://acme.example/{word}", "reply": {"word": "word", "visits": "visits"}}
    failing = ways.some({"not_found": ways.on, "failed": ways.on})
    return {"http": ask, "next": ways.on(), **failing}


def _queue(ways: Ways) -> Settings:
    terms = ways.some(
        {
            "max_wait": lambda: "10s", "priority": lambda: "9", "position": lambda: "no",
            "max_waiting": lambda: "3", "joined": lambda: ways.any(*TEXTS),
            "while_waiting": lambda: list(TEXTS), "expected_wait": lambda: "yes",
        }
    )  # fmt: skip
    node = {"nobody": ways.on(), **ways.some({"answered": ways.anywhere, "overflow": ways.on})}
    if ways.draw(st.booleans()):
        terms["leave_message"], node["message"] = "5", ways.anywhere()
    if ways.draw(st.booleans()):
        terms["call_back"] = ways.any("1", {"key": "#", "tries": "2", "hours": "office"})
        node["callback"] = ways.anywhere()
    return {"queue": terms, **node}


def _hangup(ways: Ways) -> Settings:
    settings: Settings = ways.any(
        {"hangup": "Bye, {word}."}, {"hangup": None}, {"hangup": None, "reject": "busy"}
    )
    return settings


def _call(ways: Ways) -> Settings:
    if ways.in_template:  # a template that uses itself is refused
        return {"say": "Inside.", "next": ways.on()}
    given = {"word": ways.any("x", "{caller.number}"), "way": ways.on()}
    return {"call": "part", "with": given, "next": ways.on()}


STRATEGIES: dict[str, Callable[[Ways], Settings]] = {
    "say": lambda w: {"say": w.any(*TEXTS), "next": w.on()},
    "menu": _menu,
    "collect": _collect,
    "hours": lambda w: {"hours": "office", "open": w.on(), "closed": w.on()},
    "branch": _branch,
    "callers": lambda w: {
        "callers": "", "other": w.on(),
        **w.some(dict.fromkeys(("vip", "blocked", "known", "withheld"), w.on)),
    },
    "set": lambda w: {
        "set": w.any(
            {"word": "{caller.number} {day}"}, {"visits": "{visits}"}, {"known": "yes"},
            {"day": "2026-12-24", "at": "17:30", "sum": "12.50"}, {"day": "{day}"},
        ),
        "next": w.on(),
    },
    "message": lambda w: {
        "message": w.any({"record": "60s"}, "Speak, {word}.", {"kind": "message"}),
        "next": w.on(), **w.some({"empty": w.on}),
    },
    "queue": _queue,
    "dial": lambda w: {
        "dial": w.any("ian", {"to": "ian", "accept": "1", "whisper": "{word}"}),
        "nobody": w.on(), **w.some({"answered": w.anywhere}),
    },
    "escalate": lambda w: {
        "escalate": {"rota": "oncall", **w.any({}, {"rounds": "2", "whisper": "{word}"})},
        "nobody": w.on(), **w.some({"accepted": w.anywhere}),
    },
    "appointment": lambda w: {
        "appointment": {"calendar": "office", **w.some({"say": lambda: "When?"})},
        "none": w.on(), **w.some({"booked": w.anywhere}),
    },
    "rsvp": lambda w: {
        "rsvp": {"event": "Fair", **w.some({"guests": lambda: "2", "until": lambda: "2026-06-01"})},
        "none": w.on(), **w.some({"yes": w.anywhere, "no": w.anywhere}),
    },
    "http": _http,
    "text": lambda w: {
        "text": w.any("{word}", {"say": "Hm", "to": "ian"}), "next": w.on(),
        **w.some({"failed": w.on}),
    },
    "call": _call,
    "hangup": _hangup,
}  # fmt: skip
