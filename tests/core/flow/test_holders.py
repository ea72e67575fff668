"""Who has a number: one client at a time, and whoever has it keeps it until they give it up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.flow.holders import NumberHold, named_numbers, settle

ONE = "+441632960001"


def claims(**numbers: str) -> dict[str, frozenset[str] | None]:
    return {client: frozenset(filter(None, text.split())) for client, text in numbers.items()}


def test_a_number_that_nobody_has_goes_to_the_first_by_name() -> None:
    assert settle({}, claims(bell="1", acme="1"), "here") == {"1": NumberHold("acme", "here")}


def test_or_to_whoever_has_named_it_longest() -> None:
    found = settle({}, claims(bell="1", acme="1"), "here", first=lambda number, them: "bell")
    assert found["1"].client == "bell"


def test_whoever_has_it_keeps_it() -> None:
    held = {"1": NumberHold("northgate", "here")}
    assert settle(held, claims(harwood="1", northgate="1"), "here") == held


def test_it_is_given_up_by_not_naming_it() -> None:
    held = {"1": NumberHold("northgate", "here")}
    assert settle(held, claims(harwood="1", northgate="2"), "here")["1"].client == "harwood"
    assert "1" not in settle(held, claims(northgate="2"), "here")


def test_it_is_given_up_by_taking_the_file_away_on_the_machine_that_had_it_last() -> None:
    held = {"1": NumberHold("northgate", "here")}
    assert settle(held, claims(harwood="1"), "here")["1"].client == "harwood"
    assert settle(held, claims(harwood="1"), "elsewhere") == held


def test_the_machine_that_had_the_file_last_is_the_one_that_was_started_last() -> None:
    held = {"1": NumberHold("northgate", "elsewhere")}
    assert settle(held, claims(northgate="1"), "here", {"northgate"}) == {
        "1": NumberHold("northgate", "here")
    }


def test_what_cannot_be_told_at_the_moment_gives_nothing_up() -> None:
    held = {"1": NumberHold("northgate", "here")}
    assert settle(held, {"northgate": None, **claims(harwood="1")}, "here") == held


CLIENTS, NUMBERS = st.sampled_from(["acme", "bell", "cole"]), st.sampled_from(["1", "2", "3"])
CLAIMS = st.dictionaries(CLIENTS, st.one_of(st.none(), st.frozensets(NUMBERS)))


@given(
    st.dictionaries(NUMBERS, st.builds(NumberHold, CLIENTS, st.sampled_from(["here", "there"]))),
    CLAIMS,
)
def test_each_number_that_is_named_has_one_holder_and_settling_again_changes_nothing(
    held: dict[str, NumberHold], named: dict[str, frozenset[str] | None]
) -> None:
    after = settle(held, named, "here")
    assert {number for numbers in named.values() for number in numbers or ()} <= after.keys()
    assert settle(after, named, "here") == after
    for number, hold in held.items():
        numbers = named.get(hold.client)
        if hold.client in named and (numbers is None or number in numbers):
            assert after[number].client == hold.client


def test_the_numbers_that_a_text_names_are_told_whatever_else_is_wrong_with_it() -> None:
    text = "client: {numbers: ['01632 960001', nonsense]}\nnodes: 3\n"
    assert named_numbers(text) == {ONE}
    assert named_numbers("client: {numbers: 01632 960001}") == {ONE}
    assert named_numbers("client: [") == frozenset()
    assert named_numbers("nodes: {}") == frozenset()
