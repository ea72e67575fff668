"""`collect`: a value by key or by voice, read back and corrected if the file says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.call.events import CardNumber, Event, Pressed, Silence, Spoke
from ivr.core.flow.types import Value
from ivr.core.language.phrases import phrases
from ivr.core.nodes.answers import yes_or_no
from ivr.core.secret_value import revealed
from tests.flow_files import good
from tests.played_call import PlayedCall

FLOW = """\
vars: {{word: {{}}, visits: {{type: number}}, known: {{type: yes_no}}}}
defaults: {{give_up: tired}}
start: ask
nodes:
  ask: {{collect: "Your number?", next: done, {settings}}}
  done: {{hangup: Thank you.}}
  tired: {{hangup: Tired.}}
  wrong: {{hangup: Wrong.}}
"""


def call(folder: Path, settings: str) -> PlayedCall:
    """A call at the question."""
    return PlayedCall(good(folder, FLOW.format(settings=settings)))


@pytest.mark.parametrize(
    ("settings", "event", "value"),
    [
        ("into: word", Pressed("0123"), "0123"),
        ("into: word", Spoke("oh one two 3"), "0123"),
        ("into: word", Spoke("It is nought, one; double two and triple three."), "0122333"),
        ("into: visits", Pressed("007"), 7),
        ("into: word, length: 4-6", Pressed("12345"), "12345"),
        ("into: word, type: phone", Pressed("01604529170"), "+441604529170"),
        (
            "into: word, type: phone",
            Spoke("oh one six oh four, five two nine, one seven oh"),
            "+441604529170",
        ),
        ("into: word, type: phone", Pressed("00441604529170"), "+441604529170"),
        ("into: word, type: phone", Spoke("01604 529170 extension 12"), "+441604529170;ext=12"),
        ("into: word, length: 6", Spoke("nine hundred one two three"), "900123"),
        ("into: word, length: 3", Spoke("one two three, no sorry, one two four"), "124"),
        ("into: known, type: yes_no", Pressed("1"), True),
        ("into: known, type: yes_no", Pressed("2"), False),
        ("into: known, type: yes_no", Spoke("Yes please"), True),
        ("into: known, type: yes_no", Spoke("no, that is wrong"), False),
        ("into: word, type: speech", Spoke(" Mrs O'Neill "), "Mrs O'Neill"),
    ],
)
def test_a_value_of_the_type_is_kept(
    tmp_path: Path, settings: str, event: Event, value: Value
) -> None:
    played = call(tmp_path, settings).then(event)
    assert played.node == "done"
    variable = settings.removeprefix("into: ").split(",")[0]
    assert played.variable(variable) == value
    assert type(played.variable(variable)) is type(value)


@pytest.mark.parametrize(
    ("settings", "event"),
    [
        ("into: word", Pressed("**")),
        ("into: word", Spoke("I have not got one".replace("one", "any"))),
        ("into: word", Pressed("1" * 21)),
        ("into: word, length: 4-6", Pressed("123")),
        ("into: word, length: 4-6", Pressed("1234567")),
        ("into: word, length: 4", Spoke("one two three")),
        ("into: word", Spoke("٣")),
        ("into: word, type: phone", Pressed("529170")),
        ("into: word, type: phone", Pressed("0770090012")),
        ("into: word, type: phone", Pressed("01632961123")),
        ("into: word, type: phone", Spoke("oh seven seven double oh nine hundred one two")),
        ("into: word, type: phone", Spoke("07700 900123 no")),
        ("into: word, length: 6", Spoke("one two three")),
        ("into: word, type: phone", Pressed("")),
        ("into: word, type: phone", Spoke("I do not know")),
        ("into: known, type: yes_no", Pressed("3")),
        ("into: known, type: yes_no", Spoke("perhaps")),
        ("into: word, type: speech", Pressed("5")),
        ("into: word, type: speech", Spoke("  ")),
    ],
)
def test_anything_else_is_asked_again(tmp_path: Path, settings: str, event: Event) -> None:
    played = call(tmp_path, settings).then(event)
    assert played.node == "ask"
    assert played.said == "Sorry, I did not catch that. Your number?"


def test_a_fixed_number_of_digits_ends_the_input_else_the_hash_key(tmp_path: Path) -> None:
    assert call(tmp_path, "into: word, length: 6").listening.digits == 6
    assert call(tmp_path, "into: word, length: 4-6").listening.digits is None
    assert call(tmp_path, "into: word, type: speech").listening.digits is None
    assert call(tmp_path, "into: known, type: yes_no").listening.digits == 1
    assert call(tmp_path, "into: word, timeout: 9s").listening.timeout == 9


@pytest.mark.parametrize("settings", ["into: word, length: 3", "into: word, type: phone"])
def test_a_star_alone_leaves_the_question_at_once(tmp_path: Path, settings: str) -> None:
    assert call(tmp_path, settings).then(Pressed("*")).state.path == ("ask", "tired")


def test_a_star_leaves_what_is_read_back_too(tmp_path: Path) -> None:
    played = call(tmp_path, "into: word, length: 3, confirm: true").then(Pressed("123"))
    assert played.then(Pressed("*")).state.path == ("ask", "tired")


def test_a_value_that_is_read_back_and_confirmed_is_kept(tmp_path: Path) -> None:
    played = call(tmp_path, "into: word, confirm: yes").then(Pressed("4455"))
    assert "I have 4 4 5 5." in played.said
    assert played.node == "ask"
    assert played.variable("word") == ""
    assert played.then(Pressed("1")).node == "done"
    assert played.variable("word") == "4455"


@pytest.mark.parametrize(
    ("settings", "event", "said"),
    [
        ("into: word, type: phone", Pressed("01604529170"), "I have 0 1 6 0 4, 5 2 9 1 7 0."),
        ("into: word, type: speech", Spoke("Ann {x}"), "I have Ann {x}."),
        ("into: known, type: yes_no", Spoke("yes"), "I have yes."),
    ],
)
def test_a_value_is_read_back_as_people_say_it(
    tmp_path: Path, settings: str, event: Event, said: str
) -> None:
    assert said in call(tmp_path, settings + ", confirm: yes").then(event).said


@pytest.mark.parametrize("no", [Pressed("2"), Spoke("No, that's wrong")])
def test_a_caller_may_correct_what_was_heard(tmp_path: Path, no: Event) -> None:
    played = call(tmp_path, "into: word, confirm: yes").then(Pressed("4455"), no)
    assert played.said == "Let us try again. Your number?"
    played.then(Pressed("4456"), Spoke("that is right"))
    assert (played.node, played.variable("word")) == ("done", "4456")


def test_a_correction_is_no_misunderstanding(tmp_path: Path) -> None:
    played = call(tmp_path, "into: word, confirm: yes, no_match: wrong")
    assert played.then(Pressed("4455"), Pressed("2")).node == "ask"


def test_corrections_end_after_the_retries(tmp_path: Path) -> None:
    played = call(tmp_path, "into: word, confirm: yes, retries: 1")
    played.then(Pressed("1"), Pressed("2"), Pressed("1"), Pressed("2"))
    assert played.node == "tired"


def test_an_unclear_answer_is_read_back_again_and_then_given_up(tmp_path: Path) -> None:
    played = call(tmp_path, "into: word, confirm: yes, retries: 2").then(Pressed("4455"))
    assert "Sorry, I heard nothing. I have 4 4 5 5." in played.then(Silence()).said
    assert "Sorry, I did not catch that. I have 4 4 5 5." in played.then(Spoke("hm")).said
    assert played.then(Silence()).node == "tired"
    assert played.variable("word") == ""


def test_silence_is_asked_again_and_then_given_up(tmp_path: Path) -> None:
    played = call(tmp_path, "into: word, retries: 1")
    assert played.then(Silence()).said == "Sorry, I heard nothing. Your number?"
    assert played.then(Silence()).node == "tired"


TYPED = """\
vars:
  day: {{type: date}}
  at: {{type: time}}
  sum: {{type: money}}
  who: {{}}
  count: {{type: number}}
defaults: {{give_up: tired}}
start: ask
nodes:
  ask: {{collect: "Well?", next: done, {settings}}}
  done: {{hangup: "{{day}} {{at}} {{sum}} {{who}} {{count}}"}}
  tired: {{hangup: Tired.}}
"""


def typed_call(folder: Path, settings: str) -> PlayedCall:
    return PlayedCall(good(folder, TYPED.format(settings=settings)))


@pytest.mark.parametrize(
    ("settings", "event", "value", "said"),
    [
        (
            "into: day, type: date",
            Spoke("on the fifth of March"),
            "2027-03-05",
            "the fifth of March",
        ),
        ("into: day, type: date", Pressed("0503"), "2027-03-05", "the fifth of March"),
        (
            "into: day, type: date, past: yes",
            Spoke("fifth of March nineteen eighty"),
            "1980-03-05",
            "March 1980",
        ),
        ("into: at, type: time", Spoke("half past five"), "17:30", "5:30 in the afternoon"),
        ("into: at, type: time", Pressed("0930"), "09:30", "9:30 in the morning"),
        ("into: sum, type: money", Spoke("twelve pounds fifty"), 12.5, "£12.50"),
        ("into: count, type: money", Pressed("12*50"), 12.5, "12.5"),
        ("into: who, type: name", Spoke("my name is ada byron"), "Ada Byron", "Ada Byron"),
        ("into: count, least: 1, most: 8", Spoke("eight"), 8, "8"),
    ],
)
def test_dates_times_money_and_names_are_understood_and_said_again(
    tmp_path: Path, settings: str, event: Event, value: Value, said: str
) -> None:
    played = typed_call(tmp_path, settings).then(event)
    variable = settings.removeprefix("into: ").split(",")[0]
    assert played.variable(variable) == value
    assert said in played.said


@pytest.mark.parametrize(
    ("settings", "event"),
    [
        ("into: day, type: date", Spoke("the thirty first of April")),
        ("into: day, type: date", Spoke("the fifth of March nineteen eighty")),
        ("into: day, type: date, past: yes", Spoke("the fifth of March twenty ninety")),
        ("into: at, type: time", Spoke("whenever you like")),
        ("into: sum, type: money", Spoke("not much")),
        ("into: sum, type: money, most: 100", Spoke("two hundred pounds")),
        ("into: who, type: name", Pressed("5")),
        ("into: count, least: 1, most: 8", Spoke("nine")),
        ("into: count, least: 1, most: 8", Pressed("0")),
    ],
)
def test_what_is_no_such_value_or_out_of_bounds_is_asked_again(
    tmp_path: Path, settings: str, event: Event
) -> None:
    assert typed_call(tmp_path, settings).then(event).node == "ask"


def test_a_correction_in_one_breath_is_read_back(tmp_path: Path) -> None:
    played = typed_call(tmp_path, "into: day, type: date, confirm: yes")
    played.then(Spoke("the fifth of March"), Spoke("no, the sixth"))
    assert "Saturday the sixth of March 2027" in played.said
    played.then(Spoke("yes"))
    assert played.node == "done"


def test_corrections_in_one_breath_end_after_the_retries_too(tmp_path: Path) -> None:
    played = typed_call(tmp_path, "into: day, type: date, confirm: yes, retries: 1")
    played.then(Spoke("the fifth of March"), Spoke("no, the sixth"), Spoke("no, the seventh"))
    assert played.node == "tired"


def test_a_number_that_could_be_another_one_is_read_back_without_confirm(tmp_path: Path) -> None:
    played = call(tmp_path, "into: word, type: phone").then(Spoke("0800 123 456"))
    assert played.said.startswith("I have 0 8 0 0, 1 2 3 4 5 6.")
    assert played.variable("word") == ""
    assert played.then(Spoke("yes")).variable("word") == "+44800123456"


def test_a_number_from_abroad_is_read_back_with_its_country_code(tmp_path: Path) -> None:
    said = "plus one two oh two five five five oh one two three"
    played = call(tmp_path, "into: word, type: phone, confirm: yes").then(Spoke(said))
    assert played.said.startswith("I have plus 1, 2 0 2, 5 5 5, 0 1 2 3.")


def test_a_part_of_the_number_is_corrected_where_it_is_read_back(tmp_path: Path) -> None:
    played = call(tmp_path, "into: word, type: phone, confirm: yes")
    played = played.then(Spoke("oh seven seven double oh nine hundred one two three"))
    played = played.then(Spoke("no, one two four"))
    assert played.said.startswith("I have 0 7 7 0 0, 9 0 0 1 2 4.")
    assert played.then(Spoke("yes")).variable("word") == "+447700900124"


@pytest.mark.parametrize("kind", ["digits", "phone", "speech", "name", "money"])
def test_a_card_number_is_refused_in_a_kind_sentence_and_asked_again(
    tmp_path: Path, kind: str
) -> None:
    played = call(
        tmp_path,
        f"into: word, type: {kind}, retries: 1".replace("word, type: money", "visits, type: money"),
    )
    played.then(CardNumber("••••"))
    sentence = "For your safety, please do not give card numbers here."
    assert (played.node, played.said) == ("ask", f"{sentence} Your number?")
    played.then(CardNumber("••••"))
    assert (played.node, played.said) == ("tired", f"{sentence} Tired.")
    assert "••••" not in played.state.variables.values()


def test_after_a_card_number_the_call_goes_where_no_match_leads(tmp_path: Path) -> None:
    played = call(tmp_path, "into: word, no_match: wrong").then(CardNumber("••••"))
    assert played.node == "wrong"


@pytest.mark.parametrize(
    ("settings", "event", "clear"),
    [
        ("into: word", Pressed("2580"), "2580"),
        ("into: visits", Pressed("2580"), 2580),
        ("into: word, confirm: yes", Spoke("two five eight oh"), "2580"),
        ("into: word, type: phone", Pressed("01604529170"), "+441604529170"),
        ("into: word, type: speech", Spoke("open sesame"), "open sesame"),
        ("into: word, type: name, confirm: yes", Spoke("Ian Frost"), "Ian Frost"),
    ],
)
def test_a_secret_is_dots_and_is_not_read_back(
    tmp_path: Path, settings: str, event: Event, clear: Value
) -> None:
    played = call(tmp_path, f"{settings}, secret: yes").then(event)
    assert (played.node, played.said) == ("done", "Thank you.")
    value = played.variable("visits" if "visits" in settings else "word")
    assert (f"{value}", revealed(value)) == ("••••", clear)
    assert str(clear) not in repr(played.state)
    assert str(clear) not in repr(played.verbs)


def test_a_condition_compares_a_secret_and_nothing_else_reads_it(tmp_path: Path) -> None:
    flow = good(
        tmp_path,
        """\
vars: {pin: {}, copy: {}, told: {}, chances: {type: number}}
start: ask
nodes:
  ask: {collect: "Your PIN?", into: pin, secret: yes, next: keep}
  keep: {set: {copy: "{pin}", told: "It was {pin}."}, next: which}
  which: {branch: [{if: 'copy == "2580" and pin in ["2580"]', next: right}], else: wrong}
  right: {hangup: "It is {pin}, {copy}, and {told}"}
  wrong: {hangup: Wrong.}
""",
    )
    played = PlayedCall(flow).then(Pressed("2580"))
    assert played.node == "right"
    assert "2580" not in repr((played.state, played.verbs, played.effects))
    assert revealed(played.variable("copy")) == "2580"
    assert PlayedCall(flow).then(Pressed("1111")).node == "wrong"


def test_a_time_that_may_be_in_the_evening_is_read_back_without_confirm(tmp_path: Path) -> None:
    played = typed_call(tmp_path, "into: at, type: time").then(Spoke("half past seven"))
    assert played.said.startswith("I have 7:30 in the morning.")
    played.then(Spoke("no, in the evening"))
    assert played.said.startswith("I have 7:30 in the evening.")
    played.then(Spoke("yes"))
    assert played.variable("at") == "19:30"


@pytest.mark.parametrize("words", ["right, it's the sixth", "yes, the sixth"])
def test_a_yes_with_another_value_is_a_correction(tmp_path: Path, words: str) -> None:
    played = typed_call(tmp_path, "into: day, type: date, confirm: yes")
    played.then(Spoke("the fifth of March"), Spoke(words))
    assert "Saturday the sixth of March 2027" in played.said


@pytest.mark.parametrize(
    ("language", "words", "meant"),
    [
        ("en-GB", "that's right", True),
        ("en-GB", "no, that's wrong", False),
        ("en-GB", "it isn't right", None),
        ("en-GB", "that doesn’t sound right", None),
        ("en-GB", "almost right", None),
        ("en-GB", "no problem", None),
        ("en-GB", "that's not wrong", None),
        ("de-DE", "kaum richtig", None),
        ("de-DE", "na ja", None),
        ("cy-GB", "iawn", True),
        ("cy-GB", "dyw e ddim yn iawn", None),
        ("cy-GB", "dim yn iawn", None),
    ],
)
def test_what_denies_a_yes_without_a_no_is_neither(
    language: str, words: str, meant: bool | None
) -> None:
    assert yes_or_no(Spoke(words), phrases(language)) is meant


@pytest.mark.parametrize("words", ["yes, the fifth", "yes", "that's right, Friday"])
def test_a_yes_with_the_same_value_is_a_yes(tmp_path: Path, words: str) -> None:
    played = typed_call(tmp_path, "into: day, type: date, confirm: yes")
    played.then(Spoke("the fifth of March"), Spoke(words))
    assert played.variable("day") == "2027-03-05"
