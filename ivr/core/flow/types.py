"""The typed texts of a flow file.

A name in the file is not just text: it names a node, a person, a calendar. Each kind of name is a
class of its own, so that every reference in a file can be found and checked in one walk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ivr.core.flow import right_amount
from ivr.core.language import telephone

Path = tuple[str | int, ...]
Value = str | int | float | bool


class Model(BaseModel):
    """A part of a flow file: immutable, and refusing settings it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Name(str):
    """Text that names something declared elsewhere."""

    what = "name"
    least, most = 1, 100

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(min_length=cls.least, max_length=cls.most)
        )


class NodeName(Name):
    """Names a node: where the call goes."""

    what = "node"


class PersonName(Name):
    """Names one of the client's people, or gives a telephone number."""

    what = "person"


class TextedName(PersonName):
    """Names one of the client's people, or gives a telephone number, that is sent a text."""


class CalendarName(Name):
    """Names a calendar of opening hours."""

    what = "calendar"


class RotaName(Name):
    """Names a rota: who is on call."""

    what = "rota"


class AudioName(Name):
    """Names an audio file of the client."""

    what = "audio file"


class MusicName(AudioName):
    """Names an audio file that is played again and again while a caller waits."""

    longest_seconds = 60
    """In between the caller may be told how things stand."""


class VoiceName(Name):
    """Names a voice of the carrier."""

    what = "voice"


class TemplateName(Name):
    """Names a template taken in by `use`."""

    what = "template"


class VariableName(Name):
    """Names a declared variable."""

    what = "variable"


class JobKind(Name):
    """Names a kind of job: `message`, or one that the agreement has."""

    what = "kind of job"


class Key(Name):
    """A key of the telephone that takes a choice."""

    what = "key"
    most = 1


def _telephone_key(key: Key) -> Key:
    if key not in TELEPHONE_KEYS:
        raise ValueError(f"'{key}' is not a key of a telephone; write one of 0-9 * #")
    return key


TELEPHONE_KEYS = "0123456789*#"
TelephoneKey = Annotated[Key, AfterValidator(_telephone_key)]


class Skill(Name):
    """Names what an operator can do."""

    what = "skill"


class OperatorName(Name):
    """Names one of the agency's operators."""

    what = "operator"


class SpokenWord(Name):
    """A word, or words, that take a choice when the caller says them."""

    what = "word"


class Text(Name):
    """Words that are spoken or written, with `{placeholders}`."""

    what = "text"
    most = 2000


class Assigned(Text):
    """A value that a variable is given, with `{placeholders}`; it may be empty."""

    least = 0


class Url(Text):
    """The address of another system, with `{placeholders}` behind the host."""

    what = "address"


class Condition(Name):
    """A typed condition, such as `reason == "emergency"`."""

    what = "condition"
    most = 500


class Faults(ValueError):
    """Several faults inside one value: the path of each from there, and what is wrong."""

    def __init__(self, faults: Sequence[tuple[Path, str]]) -> None:
        super().__init__("; ".join(message for _, message in faults))
        self.faults = tuple(faults)


def names_in(value: Any, path: Path = ()) -> list[tuple[Path, Name]]:
    """Every `Name` inside a model, with its path as it stands in the file."""
    found: list[tuple[Path, Name]] = []
    _collect(value, path, found)
    return found


def _collect(value: Any, path: Path, found: list[tuple[Path, Name]]) -> None:
    if isinstance(value, str):
        if isinstance(value, Name):
            found.append((path, value))
    elif isinstance(value, BaseModel):
        for field, key in _keys(type(value)).items():
            item = value.__dict__[field]
            if item is not None:
                _collect(item, (*path, key), found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _collect(item, (*path, key), found)
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            _collect(item, (*path, index), found)


@cache
def _keys(model: type[BaseModel]) -> dict[str, str]:
    """A model's fields by name, each with the key that stands in the file."""
    return {field: info.alias or field for field, info in model.model_fields.items()}


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d{1,6})\s*([smhd])")


def parse_duration(value: object) -> int:
    """`120s`, `15m`, `4h`, `2d` → seconds. Raises ValueError."""
    if isinstance(value, int):
        return value
    match = _DURATION.fullmatch(str(value).strip())
    if not match:
        meant = right_amount.duration(str(value)) or "45s, 15m, 4h or 2d"
        raise ValueError(f"'{value}' is not a length of time; write {meant}")
    return int(match[1]) * _UNITS[match[2]]


_PERIODS = {"d": 1, "w": 7, "m": 30, "y": 365}
_PERIOD = re.compile(r"(\d{1,5})\s*([dwmy])")


def parse_period(value: object) -> int:
    """`30d`, `12w`, `6m`, `2y` → days; a month has 30, a year 365. Raises ValueError."""
    if isinstance(value, int):
        return value
    match = _PERIOD.fullmatch(str(value).strip())
    if not match:
        meant = right_amount.period(str(value)) or "30d, 12w, 6m or 2y"
        raise ValueError(f"'{value}' is not a number of days; write {meant}")
    return int(match[1]) * _PERIODS[match[2]]


def parse_phone(value: object) -> str:
    """A telephone number to be rung or texted, as people write it → E.164. Raises ValueError."""
    return telephone.parse(value)


def parse_caller(value: object) -> str:
    """A number that somebody rings from, real or not → E.164. Raises ValueError."""
    return telephone.parse_caller(value)


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


Duration = Annotated[int, BeforeValidator(parse_duration)]
Period = Annotated[int, BeforeValidator(parse_period)]
Phone = Annotated[str, BeforeValidator(parse_phone)]
CallerNumber = Annotated[str, BeforeValidator(parse_caller)]
OneOrMany = BeforeValidator(_one_or_many)
