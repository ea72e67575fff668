"""The agency of the chaos tests: its clients' files, its operators and their numbers."""

from __future__ import annotations

from pathlib import Path

CLIENTS = {"acme": "+441632960600", "bakers": "+441632960601", "castle": "+441632960602"}
AGENCY_PHONE, THIRD = "+442079460100", "+442079460177"
OPERATORS = {f"op{n}": f"+4416329603{n:02}" for n in range(1, 9)}
"""Their telephones."""

IN_BROWSER = frozenset({"op3", "op6"})
"""They are rung at their screen instead."""

CLIENT = """\
schema: 1
client: {{name: {name}, numbers: "{number}", operators: {{wrap_up: 1s}}}}
people: {{ian: {{name: Ian, phone: "+44 7700 900123", email: ian@acme.example}}}}
agreement: {{message: {{owner: ian, due: 4h, then: agency}}}}
start: operators
nodes:
  operators:
    queue:
      max_wait: {max_wait}s
      joined: "{name}. Please hold."
      leave_message: "1"
      call_back: {{key: "2", tries: 1}}
      offer_callback_after: 10s
    answered: done
    nobody: take_message
    message: take_message
    callback: done
  take_message: {{message: Please leave a message., next: done}}
  done: {{hangup: Goodbye.}}
"""


def write_agency(flows: Path, max_wait: int) -> None:
    """The files of the agency and its clients; their callers wait for `max_wait` seconds."""
    flows.mkdir()
    for client, number in CLIENTS.items():
        text = CLIENT.format(name=client.title(), number=number, max_wait=max_wait)
        (flows / f"{client}.yaml").write_text(text, encoding="utf-8")
    lines = [f'    {name}: {{name: {name}, phone: "{n}"}}' for name, n in OPERATORS.items()]
    head = (
        f'agency:\n  name: Larkfield\n  phone: "{AGENCY_PHONE}"\n  email: desk@larkfield.example\n'
    )
    text = head + "  operators:\n" + "\n".join(lines) + "\n"
    (flows / "agency.yaml").write_text(text, encoding="utf-8")


def address_of(operator: str) -> str:
    """Where an operator is rung."""
    return f"client:{operator}" if operator in IN_BROWSER else OPERATORS[operator]


ADDRESSES = {address_of(name): name for name in OPERATORS}
