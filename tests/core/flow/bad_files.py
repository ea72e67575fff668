"""Files with faults, for `test_findings.py`.

`¶` stands where a finding must point, and is taken out before the file is read. A file without
`schema:` gets a head. The codes are in the order of the marks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Bad:
    """Files by name, and the codes of the findings in the order of their marks."""

    why: str
    files: dict[str, str | bytes]
    codes: tuple[str, ...]
    today: date | None = None


def on(today: str, case: Bad) -> Bad:
    """`case`, checked on a given day."""
    return replace(case, today=date.fromisoformat(today))


def bad(why: str, files: str | dict[str, str | bytes], *codes: str) -> Bad:
    """One case; a single text is the client's file."""
    return Bad(why, {"acme.yaml": files} if isinstance(files, str) else files, codes)


def node(settings: str, before: str = "") -> str:
    """A file with the node `ask`, and `bye`, which ends the call."""
    return f"{before}start: ask\nnodes:\n  ask: {settings}\n  bye: {{hangup: Bye.}}\n"


def menu(choices: str, before: str = "") -> str:
    """A file with a menu."""
    return node(f"{{menu: Well?, choices: [{choices}]}}", before)


def calendar(days: str) -> str:
    """A file whose office hours are `days`."""
    hours = "{hours: office, open: bye, closed: bye}"
    return node(hours, f"calendars:\n  office: {{{days}}}\n")


def client(settings: str) -> str:
    """A file in which the client is `settings`."""
    return "schema: 1\nclient: " + settings + "\n" + node("{say: Hello., next: bye}")


PEOPLE = (
    'people: {ian: {name: Ian, phone: "+44 7700 900123", email: ian@acme.example}, '
    "pat: {name: Pat, email: pat@acme.example}}\n"
)
NUMBER = "vars: {visits: {type: number}, known: {type: yes_no}, word: {}}\n"
BYE = "start: bye\nnodes: {bye: {hangup: Bye.}}\n"
AFTER = """\
schema: 1
template: after
inputs: {word: {}, visits: {type: number, default: "0"}, way: {type: node, default: return}}
start: say
nodes:
  say: {say: "{word}", next: way}
"""


def using(call: str, template: str = AFTER, rest: str = "") -> dict[str, str | bytes]:
    """A client's file that uses a template."""
    return {
        "acme.yaml": node(call, "use: templates/after.yaml\n" + rest),
        "templates/after.yaml": template,
    }


DOCUMENTS = [
    bad("an empty file", {"acme.yaml": "¶"}, "yaml"),
    bad("a comment alone", {"acme.yaml": "¶# schema: 1"}, "yaml"),
    bad("a list as the document", {"acme.yaml": "¶- schema: 1"}, "yaml"),
    bad("several documents", "start: a\n¶---\nstart: b\n", "yaml"),
    bad("an open quote", 'start: ¶"a\n', "yaml"),
    bad("a tab", "start: a\nnodes:\n¶\ta: b\n", "yaml"),
    bad("a colon in words without quotes", "start: a\nnodes: {a: {say: Note¶: it: b}}", "yaml"),
    bad("a control character", "start: ¶\x07a", "yaml"),
    bad("a tag of Python", "start: ¶!!python/name:os.system a", "yaml"),
    bad("a tag of a type", "start: ¶!!int 1", "yaml"),
    bad("a merge key", "nodes:\n  a: &a {hangup: Bye.}\n  b: {¶<<: *a}\n", "yaml"),
    bad("an alias of nothing", "start: ¶*nobody", "yaml"),
    bad("an alias of itself", "nodes: &all {a: ¶*all}", "yaml"),
    bad("a list as a name", "start: a\n? ¶[a]\n: b\n", "yaml"),
    bad("a value without a name", "start: a\n¶: b\n", "yaml"),
    bad("a key twice", "start: bye\n¶start: bye\nnodes: {bye: {hangup: Bye.}}", "duplicate-key"),
    bad("deep nesting", {"acme.yaml": "a: " + "[" * 19 + "¶" + "[" * 100_000}, "too-large"),
    bad("a large file", {"acme.yaml": "¶# " + "x" * 300_000}, "too-large"),
    bad("a large file, cut within a letter", {"acme.yaml": "¶#" + "é" * 200_000}, "too-large"),
    bad("not UTF-8", {"acme.yaml": b"schema: 1\n\xc2\xb6client: Caf\xe9\n"}, "unreadable"),
    bad("UTF-16", {"acme.yaml": "¶".encode() + "schema: 1".encode("utf-16")}, "unreadable"),
    bad(
        "a file name with capitals",
        {"Acme.yaml": "¶" + client("{name: A, numbers: '+44 1632 960001'}")},
        "schema",
    ),
]

SLIPS = [
    bad("a comma in words without quotes", node("{say: Well, ¶then., next: bye}"), "cut-text"),
    bad("a comma and a colon", node("{say: Well, ¶press 1: yes, next: bye}"), "cut-text"),
    bad(
        "curly quotes around words with commas",
        node("{say: “Well, ¶your name, your number.”, next: bye}"),
        "cut-text",
    ),
    bad(
        "a # in words without quotes",
        "start: ask\nnodes:\n  ask:\n    say: ¶Press # now\n    next: bye\n  bye: {hangup: Bye.}\n",
        "cut-text",
    ),
    bad(
        "a # as a key",
        BYE + "tests:\n  - name: a\n    at: 2026-12-01T10:00\n    steps:\n      - press: ¶#\n",
        "cut-text",
    ),
    bad("no space behind a colon", node("{say: Well., ¶next:bye}"), "missing-space"),
    bad(
        "no quote at the beginning",
        'start: bye\nnodes:\n  bye:\n    hangup: ¶Bye for now."\n',
        "quotes",
    ),
    bad("curly quotes", node("{say: ¶“Well.”, next: bye}"), "quotes"),
    bad("only a name in braces", node("{say: ¶{client.name}, next: bye}"), "quotes"),
    bad("a no-break space in a name", node("{say: Well., next¶\u00a0: bye}"), "odd-space"),
    bad("a zero-width space in a value", node("{say: Well., next: b¶\u200bye}"), "odd-space"),
    bad("a no-break space in the indentation", "start: bye\n¶\u00a0 nodes: {}\n", "yaml"),
    bad(
        "a no-break space before a name that goes on further out",
        'start: bye\nnodes:\n  bye:\n    hangup: "Bye."\n¶\u00a0   next: bye\n',
        "yaml",
    ),
]

HEADS = [
    bad(
        "another schema",
        'schema: ¶2\nclient: {name: A, numbers: "+441632960001"}\n' + BYE,
        "schema",
    ),
    bad("no client", "¶schema: 1\n" + BYE, "schema"),
    bad("no name", client('¶{numbers: "+44 1632 960001"}'), "schema"),
    bad("no number", client("{name: A, numbers: ¶[]}"), "schema"),
    bad("a wrong number", client('{name: A, numbers: ["+44 1632 960001", ¶"+44 12"]}'), "schema"),
    bad("a number without its area", client("{name: A, numbers: ¶960001}"), "schema"),
    bad("words for a number", client("{name: A, numbers: ¶none}"), "schema"),
    bad(
        "no such time zone",
        client('{name: A, numbers: "+441632960001", timezone: ¶London}'),
        "schema",
    ),
    bad("a wrong colour", client('{name: A, numbers: "+441632960001", colour: ¶red}'), "schema"),
    bad(
        "a language of no country",
        client('{name: A, numbers: "+441632960001", language: ¶en-UK}'),
        "schema",
    ),
    bad(
        "a wrong language",
        client('{name: A, numbers: "+441632960001", language: ¶english}'),
        "schema",
    ),
    bad(
        "an unknown setting",
        client('{name: A, numbers: "+441632960001", ¶color: red}'),
        "unknown-key",
    ),
    bad("an unknown section", BYE + "¶poeple: {}\n", "unknown-key"),
    bad("a person without a name", BYE + "people: {ian: ¶{phone: '+44 7700 900123'}}\n", "schema"),
    bad("a wrong address", BYE + "people: {ian: {name: Ian, email: ¶ian.example}}\n", "schema"),
    bad(
        "a person's unknown setting", BYE + "people: {ian: {name: Ian, ¶fone: x}}\n", "unknown-key"
    ),
    bad("a person called agency", BYE + "people: ¶{agency: {name: Ian}}\n", "schema"),
    bad(
        "no nodes", "¶schema: 1\nclient: {name: A, numbers: '+441632960001'}\nstart: a\n", "schema"
    ),
    bad("nodes in a list", "start: a\nnodes: ¶[{hangup: Bye.}]\n", "schema"),
    bad(
        "no start",
        "¶schema: 1\nclient: {name: A, numbers: '+441632960001'}\nnodes: {a: {hangup: Bye.}}\n",
        "schema",
    ),
    bad("an unknown start", "start: ¶by\nnodes: {bye: {hangup: Bye.}}\n", "unknown-node"),
    bad("a variable with capitals", BYE + "vars: {¶Visits: {type: number}}\n", "schema"),
    bad("a variable called as a fact", BYE + "vars: {¶caller: {}}\n", "schema"),
    bad("a variable called as a word of conditions", BYE + "vars: {¶in: {}}\n", "schema"),
    bad("a variable of no type", BYE + "vars: {visits: {type: ¶nmber}}\n", "schema"),
    bad(
        "a default of another type",
        BYE + "vars: {visits: {type: number, default: ¶many}}\n",
        "schema",
    ),
    bad(
        "a number like a swarm",
        BYE + f"vars: {{visits: {{type: number, default: ¶'{'9' * 400}'}}}}\n",
        "schema",
    ),
    bad("too many retries", BYE + "defaults: {retries: ¶10}\n", "schema"),
    bad(
        "defaults to nowhere",
        BYE + "defaults: {give_up: ¶bie, no_input: {next: ¶bie}, no_match: ¶bie}\n",
        *["unknown-node"] * 3,
    ),
    bad(
        "defaults with a variable",
        BYE + 'vars: {word: {}}\ndefaults: {no_input: {say: ¶"{word}"}}\n',
        "unknown-variable",
    ),
    bad(
        "an answer phrase with a variable",
        client('{name: A, numbers: "+441632960001", answer_phrase: ¶"{nam}"}'),
        "unknown-variable",
    ),
    bad(
        "an unknown owner",
        BYE + PEOPLE + "agreement: {message: {owner: ¶iann, then: ¶agenci}}\n",
        *["unknown-name"] * 2,
    ),
    bad("a form of no job", BYE + "forms: {¶mesage: {name: {}}}\n", "unknown-name"),
    bad("a form without fields", BYE + "forms: {message: ¶{}}\n", "schema"),
    bad("an odd name of a field", BYE + "forms: {message: {¶No Good: {}}}\n", "schema"),
    bad("an odd field", BYE + "forms: {message: {name: {type: ¶fone}}}\n", "schema"),
    bad(
        "a choice of nothing",
        BYE + "forms: {message: {ask: ¶{type: choice}, why: {choices: ¶[a, b]}}}\n",
        "schema",
        "schema",
    ),
    bad("a text that is past", BYE + "forms: {message: {name: {past: ¶yes}}}\n", "schema"),
    bad(
        "amber after red",
        client('{name: A, numbers: "+44 1632 960001", operators: {amber: ¶30s, red: 20s}}'),
        "schema",
    ),
    bad("an odd kind of job", BYE + "agreement: {¶No Good: {owner: agency}}\n", "schema"),
    bad("an odd length of time", BYE + "agreement: {message: {due: ¶soon}}\n", "schema"),
    bad(
        "an odd way to deliver",
        BYE + "people: {ian: {name: Ian, deliver: [email, ¶fax]}}\n",
        "schema",
    ),
    bad(
        "a way to deliver that stands there twice",
        BYE + "people: {ian: {name: Ian, deliver: [email, ¶email]}}\n",
        "schema",
    ),
    bad(
        "texts to a landline",
        BYE + "people: {ian: {name: Ian, phone: 01604 529170, deliver: ¶sms}}\n",
        "schema",
    ),
    bad(
        "people with a number that nobody has, and with an extension",
        BYE + 'people: {ian: {name: Ian, phone: ¶"01632 961123"}, '
        'pat: {name: Pat, phone: ¶"01604 529170 x12"}}\n',
        "schema",
        "schema",
    ),
    bad("texts without a number", BYE + "people: {ian: {name: Ian, deliver: ¶sms}}\n", "schema"),
    bad(
        "odd times of delivery",
        BYE + "people: {ian: {name: Ian, email: i@x.example, quiet: ¶night, digest: ¶dawn}}\n",
        "schema",
        "schema",
    ),
    bad("quiet for ever", BYE + 'people: {ian: {name: Ian, quiet: ¶"00:00-24:00"}}\n', "schema"),
    bad("a digest for nobody", BYE + 'people: {ian: {name: Ian, digest: ¶"08:00"}}\n', "schema"),
    bad(
        "an unknown urgent kind, and a system that is not there",
        BYE + "people: {ian: {name: Ian, deliver: ¶webhook, urgent: ¶emergncy}}\n"
        "agreement: {emergency: {}}\n",
        "unknown-name",
        "unknown-name",
    ),
    bad(
        "an odd address of the client's system",
        client("{name: A, numbers: '+441632960001', webhook: {url: ¶crm, secret: ¶No Good}}"),
        "schema",
        "schema",
    ),
    bad("an odd reminder", BYE + "agreement: {message: {remind: [sms, ¶fax]}}\n", "schema"),
    bad(
        "a rota of nobody known",
        BYE + PEOPLE + 'rotas: {r: {default: [ian, ¶iann], dates: {"2026-12-25": ¶patt}}}\n',
        *["unknown-name"] * 2,
    ),
    bad(
        "a rota on no date",
        BYE + PEOPLE + "rotas: {r: {dates: {Christmas: ¶[ian], 2026-02-30: ¶[ian]}}}\n",
        *["schema"] * 2,
    ),
]

OUTSIDE = [
    *(
        bad(
            f"an address that is none: {url}",
            node(f'{{http: {{get: ¶"{url}"}}, next: bye}}'),
            "schema",
        )
        for url in (
            "acme.example/orders",
            "ftp://acme.example/",
            "http://acme.example/",
            "https://{word}.example/",
            "https://ann:secret@acme.example/",
            "https://acme.example/#part",
            "https://acme.example:port/",
            "https://acme.example/a b",
            "https://[::1/",
            "https://",
        )
    ),
    bad(
        "an address with an unknown name",
        node('{http: {get: ¶"https://acme.example/{ordr}"}, next: bye}'),
        "unknown-variable",
    ),
    bad("nothing to ask", node("{http: ¶{say: Wait.}, next: bye}"), "schema"),
    bad(
        "something sent with 'get'",
        node('{http: ¶{get: "https://acme.example/", send: {a: b}}, next: bye}'),
        "schema",
    ),
    bad(
        "a header that is ours to set",
        node('{http: {get: "https://acme.example/", headers: {¶Host: x}}, next: bye}'),
        "schema",
    ),
    bad(
        "a header with words and a secret",
        node(
            '{http: {get: "https://acme.example/", headers: {A: ¶{text: x, secret: y}}}, next: bye}'
        ),
        "schema",
    ),
    bad(
        "too long a wait",
        node('{http: {get: "https://acme.example/", timeout: ¶11s}, next: bye}'),
        "schema",
    ),
    bad(
        "an undeclared variable for a reply",
        node('{http: {get: "https://acme.example/", reply: {wrd: ¶a.b}}, next: bye}', NUMBER),
        "unknown-variable",
    ),
    bad(
        "a place in a reply that is none",
        node('{http: {get: "https://acme.example/", reply: {word: ¶"a[0]"}}, next: bye}', NUMBER),
        "schema",
    ),
    bad(
        "a text to nobody known",
        node("{text: {say: Hi, to: ¶iann}, next: bye}", PEOPLE),
        "unknown-name",
    ),
    bad(
        "a text to a person without a number",
        node("{text: {say: Hi, to: ¶pat}, next: bye}", PEOPLE),
        "unknown-name",
    ),
    bad("a text without words", node("{text: ¶{to: caller}, next: bye}"), "schema"),
    bad(
        "a client neither live nor not",
        client('{name: Acme, numbers: "+44 1632 960001", live: ¶perhaps}'),
        "schema",
    ),
]

CALLERS = [
    bad(
        "a caller in two lists",
        BYE + "callers: {vip: 01632960001, blocked: [¶'+441632960001']}\n",
        "schema",
    ),
    bad(
        "a caller's number that is none",
        BYE + "callers: {known: [¶{number: x1}]}\n".replace("¶{number: ", "{number: ¶"),
        "schema",
    ),
    bad("a list of callers that is none", BYE + "callers: {¶vipp: 01632960001}\n", "unknown-key"),
    bad("callers who go nowhere else", node("¶{callers: , vip: bye}"), "schema"),
    bad("callers who go inside", node("{callers: ¶{vip: bye}, other: bye}"), "schema"),
    bad(
        "callers who go to no node",
        node("{callers: , known: ¶by, other: ¶bie}"),
        *["unknown-node"] * 2,
    ),
    bad("words for a refused caller", node("¶{hangup: Bye., reject: busy}"), "schema"),
    bad(
        "a rota that is not there",
        node("¶{escalate: {rota: ¶oncal}, nobody: bye}", "rotas: {oncall: {}}\n").replace(
            "ask: ¶{", "¶ask: {"
        ),
        "not-yet",
        "unknown-name",
    ),
    bad(
        "an escalation without nobody", node("¶{escalate: {rota: r}}", "rotas: {r: {}}\n"), "schema"
    ),
    bad(
        "an appointment in no calendar, of no kind",
        node(
            "¶{appointment: {calendar: ¶ofice, kind: ¶bokking}, none: bye}",
            "calendars: {office: {}}\n",
        ).replace("ask: ¶{", "¶ask: {"),
        "not-yet",
        "unknown-name",
        "unknown-name",
    ),
    bad(
        "an appointment of a minute",
        node(
            "{appointment: {calendar: office, minutes: ¶1}, none: bye}", "calendars: {office: {}}\n"
        ),
        "schema",
    ),
    bad(
        "replies that are not taken yet",
        node("{rsvp: {event: Spring fair}, none: bye}").replace("ask: ", "¶ask: "),
        "not-yet",
    ),
    bad("a reply until no day", node("{rsvp: {event: Fair, until: ¶May}, none: bye}"), "schema"),
    bad(
        "a rota of no weekday",
        BYE + PEOPLE + "rotas: {r: {weekly: {weekend: ¶[ian], sat-sun: [ian]}}}\n",
        "schema",
    ),
    bad("an odd refusal", node("{hangup: , reject: ¶rudely}"), "schema"),
]

SPOKEN = [
    bad(
        "an audio file that is not there",
        node("{say: {audio: ¶hello.wav}, next: bye}"),
        "unknown-audio",
    ),
    bad(
        "an audio file elsewhere", node("{say: {audio: ¶../hello.wav}, next: bye}"), "unknown-audio"
    ),
    bad(
        "an audio file that holds none",
        {
            "acme.yaml": node("{say: [Well., {audio: ¶hello.wav}], next: bye}"),
            "audio/acme/hello.wav": "no sound",
        },
        "unknown-audio",
    ),
    bad(
        "defaults with an audio file that is not there",
        BYE + "defaults: {no_input: {say: {audio: ¶huh.mp3}}}\n",
        "unknown-audio",
    ),
    bad("words and audio at once", node("{say: ¶{text: Hi., audio: a.wav}, next: bye}"), "schema"),
    bad("neither words nor audio", node("{say: ¶{voice: Polly.Amy}, next: bye}"), "schema"),
    bad(
        "an odd setting of what is said",
        node("{say: {text: Hi., ¶voyce: Polly.Amy}, next: bye}"),
        "unknown-key",
    ),
    bad("nothing to say", node('{say: ¶"", next: bye}'), "schema"),
    bad("no such voice", node("{say: {text: Hi., voice: ¶Polly.Ami}, next: bye}"), "unknown-voice"),
    bad(
        "no such voice of the client",
        client('{name: A, numbers: "+441632960001", voice: ¶Amy}'),
        "unknown-voice",
    ),
    bad(
        "a voice of another language",
        client('{name: A, numbers: "+441632960001", voice: ¶Polly.Vicki}'),
        "voice-language",
    ),
    bad(
        "a voice for one sentence that does not speak the language",
        node("{say: [Hi., {text: Guten Tag., voice: ¶Google.de-DE-Neural2-B}], next: bye}"),
        "voice-language",
    ),
    bad(
        "a language in which Tango has no sentences",
        client(
            '{name: A, numbers: "+441632960001", language: ¶fr-FR, voice: Polly.Lea}',
        ),
        "no-phrases",
    ),
    bad(
        "a country whose regions have holidays of their own",
        calendar('mon: "09:00-17:00", holidays: ¶GB'),
        "holiday-regions",
    ),
    bad(
        "a test in an hour that the clocks leave out",
        node("{hangup: Hello.}")
        .replace("start: ask", "start: bye")
        .replace("  ask: {hangup: Hello.}\n", "")
        + 'tests:\n  - {name: a, at: ¶"2027-03-28T01:30", expect: {visited: [bye]}}\n',
        "clock-change",
    ),
]

CALENDARS = [
    bad(
        "one of several calendars that is not there",
        node("{hours: [office, ¶offce], open: bye, closed: bye}", "calendars: {office: {}}\n"),
        "unknown-name",
    ),
    bad(
        "a rota that is rung, with somebody who has no telephone",
        node(
            "{escalate: {rota: ¶oncall}, nobody: bye}",
            PEOPLE + "rotas: {oncall: {default: [ian, pat]}}\n",
        ).replace("ask: ", "¶ask: "),
        "not-yet",
        "unknown-name",
    ),
    bad("no such day", calendar('mon-fry: ¶"09:00-17:30"'), "schema"),
    bad("no such time", calendar('mon: ¶"09:00-25:00"'), "schema"),
    bad("a time without a colon", calendar('mon: ¶"9-5"'), "schema"),
    bad(
        "no time at all",
        calendar('mon: ¶"09:00-09:00", tue: ¶"24:00-03:00", wed: ¶""'),
        *["schema"] * 3,
    ),
    bad("no such region", calendar("holidays: ¶GB-YORKS"), "schema"),
    bad("no such country", calendar("holidays: ¶HolidayBase"), "schema"),
    bad("no such date", calendar("closed: [2026-12-24..2027-01-02, ¶2026-02-30]"), "schema"),
    bad("a span backwards", calendar("closed: [¶2027-01-02..2026-12-24]"), "schema"),
    bad(
        "an exception on no date",
        calendar('dates: {2026-12-24: "09:00-12:00", tomorrow: ¶closed}'),
        "schema",
    ),
    bad("dates without hours", calendar("dates: ¶[2026-12-24]"), "schema"),
    bad(
        "hours as a word",
        node("{hours: office, open: bye, closed: bye}", "calendars: {office: ¶always}\n"),
        "schema",
    ),
    bad(
        "every fault of a calendar at once",
        calendar('mon: ¶"x", closed: [¶y], holidays: ¶z'),
        *["schema"] * 3,
    ),
    bad(
        "an unknown calendar",
        node("{hours: ¶ofice, open: bye, closed: bye}", "calendars: {office: {}}\n"),
        "unknown-name",
    ),
]

NODES = [
    bad("no verb", node("{next: bye}").replace("ask: ", "¶ask: "), "no-verb"),
    bad("two verbs", node("{say: Hello., hangup: Bye.}").replace("ask: ", "¶ask: "), "no-verb"),
    bad("words alone", node("Hello.").replace("ask: ", "¶ask: "), "no-verb"),
    bad("an odd name", "start: Ask me\nnodes: {¶Ask me: {hangup: Bye.}}\n", "schema"),
    bad("a node called return", "start: return\nnodes: {¶return: {hangup: Bye.}}\n", "schema"),
    bad("an unknown setting", node("{say: Hello., ¶nxt: bye}"), "unknown-key"),
    bad("an unknown node", node("{say: Hello., next: ¶by}"), "unknown-node"),
    bad("return outside a template", node("{say: Hello., next: ¶return}"), "unknown-node"),
    bad("no way on", node("{say: Hello.}").replace("ask: ", "¶ask: "), "missing-exit"),
    bad("nobody to turn to", node("¶{queue: }"), "schema"),
    bad("a dial without nobody", node("¶{dial: '+44 7700 900123'}"), "schema"),
    bad(
        "hours without closed",
        node("¶{hours: office, open: bye}", "calendars: {office: {}}\n"),
        "schema",
    ),
    bad("a branch without else", node("¶{branch: [{if: caller.withheld, next: bye}]}"), "schema"),
    bad("nobody of that name", node("{dial: {to: ¶iann}, nobody: bye}", PEOPLE), "unknown-name"),
    bad(
        "a text to a landline",
        node('{text: {say: Hi, to: ¶"01604 529170"}, next: bye}'),
        "unknown-name",
    ),
    bad(
        "a number that nobody has",
        node('{dial: {to: ¶"01632 961123"}, nobody: bye}'),
        "unknown-name",
    ),
    bad("an extension", node('{dial: {to: ¶"01604 529170 ext 12"}, nobody: bye}'), "unknown-name"),
    bad("nobody with a telephone", node("{dial: {to: ¶pat}, nobody: bye}", PEOPLE), "unknown-name"),
    bad("a number that is none", node('{dial: {to: ¶"+44 12"}, nobody: bye}'), "unknown-name"),
    bad(
        "ringing too long",
        node('{dial: {to: "+44 7700 900123", ring: ¶10m}, nobody: bye}'),
        "schema",
    ),
    bad(
        "an accept key that is none",
        node('{dial: {to: "+44 7700 900123", accept: ¶ok}, nobody: bye}'),
        "schema",
    ),
    bad(
        "a kind of job that is none",
        node("{message: {kind: ¶emergncy}, next: bye}", "agreement: {emergency: {}}\n"),
        "unknown-name",
    ),
    bad("an endless wait", node("{queue: {max_wait: ¶2h}, nobody: bye}"), "schema"),
    bad("an odd priority", node("{queue: {priority: ¶high}, nobody: bye}"), "schema"),
    bad("no choices", menu("").replace("[]", "¶[]"), "schema"),
    bad(
        "choices that nothing takes", menu("¶{next: bye}, ¶{words: [], next: bye}"), *["schema"] * 2
    ),
    bad("a choice without a way", menu('¶{key: "1"}'), "schema"),
    bad("a key that is none", menu("{key: ¶A, next: bye}"), "schema"),
    bad("two keys in one", menu("{key: ¶12, next: bye}"), "schema"),
    bad(
        "a word that nobody can say",
        menu('{words: ["?!"¶], next: bye}'.replace('"?!"¶', '¶"?!"')),
        "schema",
    ),
    bad("the same key twice", menu("{key: 1, next: bye}, {key: ¶1, next: bye}"), "same-key"),
    bad(
        "the same word twice",
        menu("{words: [leak], next: bye}, {key: 2, words: [drip, ¶Leak], next: bye}"),
        "same-key",
    ),
    bad(
        "a loop of one",
        node("{say: Hello., next: ask}").replace("ask: {", "¶ask: {"),
        "endless-loop",
    ),
    bad(
        "a loop of two",
        "start: a\nnodes:\n  ¶a: {say: A, next: b}\n  b: {say: B, next: a}\n",
        "endless-loop",
    ),
    bad(
        "a loop in which a silent caller goes round",
        menu("{key: 1, next: bye}")
        .replace("choices", "give_up: ask, choices")
        .replace("ask: {", "¶ask: {"),
        "endless-loop",
    ),
    bad(
        "a loop through nobody",
        "start: q\nnodes:\n  ¶q: {queue: , nobody: s}\n  s: {say: Wait., next: q}\n",
        "endless-loop",
    ),
    bad(
        "a node that nobody comes to",
        node("{say: Hello., next: ask2}").replace("bye: ", "¶bye: ") + "  ask2: {hangup: Bye.}\n",
        "unreachable",
    ),
]

NAMES = [
    bad("an unknown placeholder", node("{say: ¶'Hello {nam}', next: bye}"), "unknown-variable"),
    bad("a fact that is none", node("{say: ¶'Hello {client.nam}', next: bye}"), "unknown-variable"),
    bad("a stray brace", node("{say: ¶'Hello {', next: bye}"), "unknown-variable"),
    bad(
        "something to work out",
        node("{say: ¶'{word.upper()}', next: bye}", NUMBER),
        "unknown-variable",
    ),
    bad("an index", node("{say: ¶'{word[0]}', next: bye}", NUMBER), "unknown-variable"),
    bad("a format", node("{say: ¶'{visits:>10}', next: bye}", NUMBER), "unknown-variable"),
    bad(
        "a whisper with an unknown name",
        node(
            "{dial: {to: '118', whisper: ¶'{reson}'}, nobody: bye}".replace(
                "'118'", "'+44 7700 900123'"
            ),
            NUMBER,
        ),
        "unknown-variable",
    ),
    bad(
        "setting what is not declared",
        node("{set: {vists: ¶'1'}, next: bye}", NUMBER),
        "unknown-variable",
    ),
    bad(
        "collecting into what is not declared",
        node("{collect: Number?, into: ¶vists, next: bye}", NUMBER),
        "unknown-variable",
    ),
    bad(
        "a choice that sets what is not declared",
        menu("{key: 1, set: {wrd: ¶x}, next: bye}", NUMBER),
        "unknown-variable",
    ),
    bad("words for a number", node("{set: {visits: ¶many}, next: bye}", NUMBER), "wrong-type"),
    bad("words for yes or no", node("{set: {known: ¶perhaps}, next: bye}", NUMBER), "wrong-type"),
    bad(
        "text that might be a number",
        node("{set: {visits: ¶'{word}'}, next: bye}", NUMBER),
        "wrong-type",
    ),
    bad(
        "a number made of pieces",
        node("{set: {visits: ¶'1{visits}'}, next: bye}", NUMBER),
        "wrong-type",
    ),
    bad(
        "collecting yes or no into a number",
        node("{collect: Known?, type: yes_no, into: ¶visits, next: bye}", NUMBER),
        "wrong-type",
    ),
    bad(
        "collecting words into yes or no",
        node("{collect: Known?, type: speech, into: ¶known, next: bye}", NUMBER),
        "wrong-type",
    ),
    bad(
        "a date into a text",
        node("{collect: When?, type: date, into: ¶word, next: bye}", "vars: {word: {}}\n"),
        "wrong-type",
    ),
    bad(
        "a default that is no date",
        node("{hangup: }", 'vars: {day: {type: date, default: ¶"24.12.2026"}}\n'),
        "schema",
    ),
    bad(
        "a time that is none",
        node('{set: {at: ¶"25:00"}, next: bye}', "vars: {at: {type: time}}\n"),
        "wrong-type",
    ),
    bad(
        "bounds where nothing is counted",
        node(
            "{collect: When?, type: speech, least: ¶2, past: ¶yes, into: word, next: bye}",
            "vars: {word: {}}\n",
        ),
        "schema",
        "schema",
    ),
]

CONDITIONS = [
    bad(
        f"a condition: {text}",
        node(f"{{branch: [{{if: ¶'{text}', next: bye}}], else: bye}}", NUMBER),
        "condition",
    )
    for text in (
        'wrd == "x"',
        "word > 2",
        'visits == "x" and visits > "x"',
        "word ==",
        "caller",
        "caller.nmber",
        'word =~ ".*"',
        "1 << 99999999 > visits",
        "9 ** 9 ** 9 > visits",
        "$now > $now",
        "[x for x in [1]]",
        "word.to_flt > 1",
        "not " * 120 + "known",
        'word == \\"x',
        "import os",
    )
]

CONDITIONS += [
    bad(
        f"a condition whose outcome is fixed: {text}",
        node(f"{{branch: [{{if: ¶'{text}', next: bye}}], else: bye}}", NUMBER),
        "fixed-condition",
    )
    for text in (
        'now.weekday == "Monday"',
        'now.time > "22:00" and now.time < "06:00"',
        'caller.number == "07700 900123"',
        "visits != 1 or visits != 2",
    )
]
REACHED = [
    bad(
        "an owner without any way",
        BYE + "people: {pat: {name: Pat}}\nagreement: {message: {owner: ¶pat}}\n",
        "owner-unreached",
    ),
    bad(
        "a rota of which one has no way, and who is next",
        BYE + "people: {pat: {name: Pat}, ian: {name: Ian, email: i@acme.example}, "
        'kim: {name: Kim, phone: "+44 7700 900123"}}\nrotas: {on: {default: [ian, pat]}}\n'
        "agreement: {message: {owner: ¶on, then: ¶kim}}\n",
        *["owner-unreached"] * 2,
    ),
    bad(
        "the client's own number",
        node('{dial: {to: ¶"01632 960001"}, nobody: bye}')
        + 'people: {pat: {name: Pat, phone: ¶"+44 1632 960001"}}\n',
        *["own-number"] * 2,
    ),
    bad(
        "a curly apostrophe in a long text",
        node('{text: ¶"We’ll ring you ' + "back today " * 8 + '", next: bye}'),
        "text-segments",
    ),
    bad("a pause in markup", node("{say: ¶Well <break/> then., next: bye}"), "markup"),
    bad("a sign in markup", node("{say: ¶Marks &amp; Sons., next: bye}"), "markup"),
    bad("words in markup", node("{say: ¶Call **now** please., next: bye}"), "markup"),
]

TEMPLATES = [
    bad(
        "no such template file",
        node("{say: Hello., next: bye}", "use: ¶templates/after.yaml\n"),
        "template",
    ),
    bad(
        "a template outside the folder",
        node("{say: Hello., next: bye}", "use: ¶../after.yaml\n"),
        "schema",
    ),
    bad("no such template", using("{call: ¶aftr, next: bye}"), "template"),
    bad(
        "a template used twice",
        {
            "acme.yaml": node(
                "{call: after, with: {word: x}, next: bye}",
                "use: [templates/after.yaml, ¶templates/again.yaml]\n",
            ),
            "templates/after.yaml": AFTER,
            "templates/again.yaml": AFTER,
        },
        "template",
    ),
    bad(
        "a template that uses itself",
        using(
            "{call: after, next: bye}",
            "schema: 1\ntemplate: after\nstart: a\nnodes:\n  a: {call: ¶after, next: return}\n",
        ),
        "template",
    ),
    bad(
        "an input that is missing",
        using("{call: after, next: bye}").__class__(
            {
                **using("{call: after, next: bye}"),
                "acme.yaml": node(
                    "{call: after, next: bye}", "use: templates/after.yaml\n"
                ).replace("ask: {", "¶ask: {"),
            }
        ),
        "input",
    ),
    bad(
        "an input that is unknown",
        using("{call: after, with: {word: x, ¶wrod: y}, next: bye}"),
        "input",
    ),
    bad(
        "an input of another type",
        using("{call: after, with: {word: x, visits: ¶many}, next: bye}"),
        "input",
    ),
    bad(
        "an input from a variable of another type",
        using(
            "{call: after, with: {word: x, visits: ¶'{said}'}, next: bye}",
            rest="vars: {said: {}}\n",
        ),
        "input",
    ),
    bad(
        "an input that leads nowhere",
        using("{call: after, with: {word: x, way: ¶by}, next: bye}"),
        "unknown-node",
    ),
    bad(
        "return without a next",
        using("{call: after, with: {word: x}}", AFTER.replace("return", "¶return")),
        "unknown-node",
    ),
    bad(
        "a fault inside the template",
        using("{call: after, with: {word: x}, next: bye}", AFTER.replace("next: way", "next: ¶wy")),
        "unknown-node",
    ),
    bad(
        "outputs that do not exist, or not of this type, or go nowhere",
        using(
            "{call: after, with: {word: x}, next: bye,"
            " returns: {word: ¶smu, visits: ¶word2, ¶wrd: sum}}",
            AFTER + "outputs: {sum: {type: number}, word2: {}}\n",
            NUMBER,
        ),
        "input",
        "input",
        "unknown-variable",
    ),
    bad(
        "an output that is an input too",
        using(
            "{call: after, with: {word: x}, next: bye}",
            AFTER + "outputs: {word: ¶{type: string}}\n",
        ),
        "schema",
    ),
    bad(
        "a template that is not YAML",
        using("{call: after, next: bye}", "schema: 1\ntemplate: after\nstart: ¶'"),
        "yaml",
    ),
    bad(
        "a template with a wrong head",
        using("{call: after, with: {word: x}, next: bye}", AFTER + "¶people: {}\n"),
        "unknown-key",
    ),
    bad(
        "a template as a client",
        {"acme.yaml": AFTER.replace("template:", "¶template:")},
        "template",
    ),
    bad(
        "a misspelt setting does not hide what else is wrong with the node",
        node("¶{say: Hello., ¶nxt: by}"),
        "unknown-node",
        "unknown-key",
    ),
]


def rota(settings: str, owner: str = "oncall") -> str:
    """A file whose rota `oncall` is `settings`; `owner` owns its messages."""
    duty = f"agreement: {{message: {{owner: {owner}}}}}\n"
    return BYE + PEOPLE + duty + f"rotas: {{oncall: {{{settings}}}}}\n"


DAYS_AHEAD = [
    on(day, case)
    for day, case in (
        ("2026-12-20", bad("a rota of nobody",
            rota("").replace("{oncall:", "{¶oncall:"), "rota-gap")),
        ("2026-12-20", bad("a day of nobody", rota('default: ian, dates: {¶"2026-12-25": []}'),
            "rota-gap")),
        ("2026-12-20", bad("weekends of nobody", rota("weekly: {mon-fri: ian}")
            .replace("{oncall:", "{¶oncall:"), "rota-gap")),
        ("2026-12-20", bad("a rota that an escalation rings, of nobody", node(
            "{escalate: {rota: oncall}, nobody: bye}", "rotas: {¶oncall: {}}\n")
            .replace("  ask:", "  ¶ask:"), "rota-gap", "not-yet")),
        ("2026-12-20", bad("ranges of dates that overlap", rota("default: ian, dates: "
            '{"2026-12-24..2026-12-26": ian, ¶"2026-12-26..2026-12-28": pat}'), "rota-overlap")),
        ("2026-12-20", bad("one day twice", rota("default: ian, dates: "
            '{"2026-12-24": ian, ¶"2026-12-24..2026-12-24": pat}'), "rota-overlap")),
        ("2026-12-20", bad("weekdays that overlap",
            rota("weekly: {mon-thu: ian, ¶thu-sun: pat}"), "rota-overlap")),
        ("2026-12-20", bad("a rota whose dates are past", rota("default: ian, "
            '¶dates: {"2025-12-24": [], "2026-12-19": pat}'), "expired-date")),
        ("2027-01-03", bad("closures that are past",
            calendar("¶closed: [2026-12-24..2027-01-02, 2026-04-01]"), "expired-date")),
        ("2027-01-03", bad("hours of days that are past",
            calendar('¶dates: {2026-12-24: "09:00-12:00"}'), "expired-date")),
        ("2027-01-03", bad("replies until a day that is past", node(
            "{rsvp: {event: Fair, until: ¶2027-01-02}, none: bye}")
            .replace("  ask:", "  ¶ask:"), "not-yet", "expired-date")),
    )
]  # fmt: skip

BETWEEN = [
    bad(
        "two clients with one number",
        {
            "acme.yaml": 'schema: 1\nclient: {name: A, numbers: "+44 1632 960001"}\n' + BYE,
            "bell.yaml": 'schema: 1\nclient: {name: B, numbers: ["+441632960002", ¶01632960001]}\n'
            + BYE,
        },
        "number-taken",
    ),
    bad(
        "faults everywhere are all found in one run",
        """\
client: {name: Acme, numbers: "+44 1632 960001", ¶color: red}
people: {ian: {name: Ian, email: ¶ian}}
calendars: {office: {mon: ¶"9"}}
agreement: {message: {owner: ¶iam}}
vars: {visits: {type: number}}
schema: ¶2
start: greet
nodes:
  greet: {say: ¶"Hello {nam}", next: ¶opne}
  open: {hours: ¶ofice, open: ask, closed: ¶clsed}
  ask: {¶mnu: Well?, next: open}
  count: {set: {visits: ¶many}, next: ¶grete}
  bye: {hangup: Goodbye.}
  ¶bye: {hangup: ¶"{y}"}
""",
        "unknown-key",
        "schema",
        "schema",
        "unknown-name",
        "schema",
        "unknown-variable",
        "unknown-node",
        "unknown-name",
        "unknown-node",
        "no-verb",
        "wrong-type",
        "unknown-node",
        "duplicate-key",
        "unknown-variable",
    ),
]

CASES = [
    *DOCUMENTS,
    *SLIPS,
    *HEADS,
    *CALLERS,
    *OUTSIDE,
    *SPOKEN,
    *CALENDARS,
    *NODES,
    *NAMES,
    *CONDITIONS,
    *REACHED,
    *TEMPLATES,
    *DAYS_AHEAD,
    *BETWEEN,
]
