"""In whose name a client's account acts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.call.engine import CallFlow
from ivr.web.console.client.client_user import visitor_of
from tests.flow_files import PEOPLE, good

ACCOUNT = Account(id="1", login="i", name="I", role=Role.CLIENT, client="acme", person="ian")


@pytest.fixture
def flow(tmp_path: Path) -> CallFlow:
    return good(tmp_path, f"{PEOPLE}start: bye\nnodes: {{bye: {{hangup: Bye.}}}}\n")


def test_a_person_acts_in_their_own_name_and_reads_for_themselves(flow: CallFlow) -> None:
    ian = visitor_of(ACCOUNT, flow)
    assert ian.person
    assert (ian.name, ian.person.key, ian.reads_for, ian.gone) == (
        "Ian",
        "person:ian",
        frozenset({"Ian"}),
        None,
    )


def test_nobody_in_particular_acts_as_the_client_and_reads_for_all(flow: CallFlow) -> None:
    office = visitor_of(replace(ACCOUNT, person=None), flow)
    assert (office.name, office.person) == ("Acme", None)
    assert office.reads_for == {"Ian", "Pat"}
    assert office.gone is None


def test_a_person_who_has_gone_acts_as_the_client(flow: CallFlow) -> None:
    gone = visitor_of(replace(ACCOUNT, person="zoe"), flow)
    assert (gone.name, gone.person, gone.gone) == ("Acme", None, "zoe")


def test_without_a_file_the_client_s_short_name_is_all_there_is() -> None:
    lost = visitor_of(ACCOUNT, None)
    assert (lost.name, lost.person, lost.reads_for, lost.gone) == ("acme", None, frozenset(), "ian")
