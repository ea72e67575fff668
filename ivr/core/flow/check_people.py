"""Whether those whom a client's file names can be reached, and not by way of Tango itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.core.flow.build import Builder
from ivr.core.flow.document import ClientFile
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.flow import NodeT
from ivr.core.flow.people import Person
from ivr.core.flow.types import Path, PersonName, RotaName, parse_phone
from ivr.core.language.telephone import takes_texts


def check_people(builder: Builder[NodeT]) -> Iterator[Finding]:
    """Owners who get nothing, and calls and texts that would come back to Tango."""
    yield from _owners(builder)
    yield from _own_numbers(builder)


def by_name(name: str, people: Mapping[str, Person]) -> str:
    """A hint at the only person whose written name, or first name, is `name`; else nothing."""
    said = name.lower().split()
    shorts = [
        short
        for short, person in people.items()
        if said and said in (written := person.name.lower().split(), written[:1])
    ]
    return (
        f"; write '{shorts[0]}', which stands for {people[shorts[0]].name}"
        if len(shorts) == 1
        else ""
    )


def _owners(builder: Builder[NodeT]) -> Iterator[Finding]:
    head, source = builder.file.head, builder.file.source
    told: set[str] = set()
    for kind, duty in head.agreement.items():
        named: list[tuple[Path, str]] = [(("owner",), duty.owner)]
        named += [(("then", index), name) for index, name in enumerate(duty.then)]
        for path, name in named:
            for person, whose in _people(name, head).items():
                if person in told or not (why := _gets_nothing(head.people[person])):
                    continue
                told.add(person)
                message = f"{whose} owns '{kind}' jobs and gets none of them: {why}"
                yield source.finding(
                    ("agreement", kind, *path),
                    "owner-unreached",
                    message,
                    severity=Severity.WARNING,
                )


def _people(name: str, head: ClientFile) -> Mapping[str, str]:
    """Those whom `name` stands for, each as a message names them."""
    if name in head.people:
        return {name: f"'{name}'"}
    rota = head.rotas.get(name)
    everybody = rota.everybody() if rota else ()
    return {one: f"'{one}', of '{name}'," for _, one in everybody if one in head.people}


def _gets_nothing(person: Person) -> str:
    """Why what is sent to somebody goes to the agency instead; empty where it does not."""
    ways = {
        "email": person.email is not None,
        "sms": person.phone is not None and takes_texts(person.phone),
        "webhook": True,
    }
    if any(ways[way] for way in person.deliver):
        return ""
    mend = "add 'email'"
    if ways["email"]:
        mend = "add 'email' to 'deliver'"
    elif ways["sms"]:
        mend += ", or 'deliver: sms'"
    missing = "no e-mail address" if "email" in person.deliver else "no number that takes texts"
    return f"they have {missing}, so these go to the agency; {mend}"


def _own_numbers(builder: Builder[NodeT]) -> Iterator[Finding]:
    """A call to one of the client's numbers would ring at Tango once more, and go round."""
    head, source = builder.file.head, builder.file.source
    own = set(head.client.numbers)
    message = (
        "{} is one of the client's own numbers, which Tango answers: the call would come back; "
        "write the number of a telephone, such as a person's mobile"
    )
    for short, person in head.people.items():
        if person.phone in own:
            yield source.finding(
                ("people", short, "phone"), "own-number", message.format(person.phone)
            )
    for built in builder.built.values():
        for path, name in built.place.node.names:
            if isinstance(name, PersonName) and not isinstance(name, RotaName):
                number = _number(name)
                if number in own:
                    yield built.finding(path, "own-number", message.format(number))


def _number(name: str) -> str | None:
    try:
        return parse_phone(name)
    except ValueError:
        return None
