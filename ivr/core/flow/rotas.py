"""Who is on call: by default, by the day of the week, by date.

The most specific rule wins: a date or the shortest range of dates, else the shortest range of
weekdays, else the default. All days are those of the client's time zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import combinations
from typing import Annotated

from pydantic import BeforeValidator, Field

from ivr.core.flow.calendars import parse_days, parse_span
from ivr.core.flow.types import Faults, Model, OneOrMany, Path

People = Annotated[tuple[str, ...], OneOrMany]


def _keys_are(parse: Callable[[str], object]) -> BeforeValidator:
    """Every key can be parsed."""

    def checked(value: object) -> object:
        faults: list[tuple[Path, str]] = []
        for key in value if isinstance(value, dict) else ():
            try:
                parse(str(key))
            except ValueError as error:
                faults.append(((key,), str(error)))
        if faults:
            raise Faults(faults)
        return value

    return BeforeValidator(checked)


class Rota(Model):
    """Who is on call, in the order in which they are asked.

    A date, or a range of dates, counts more than a day of the week, and that more than `default`;
    of two ranges the shorter one counts.
    """

    default: People = Field((), description="Who is on call where nothing else is said.")
    weekly: Annotated[dict[str, People], _keys_are(parse_days)] = Field(
        default_factory=dict,
        description="Who is on call by the day of the week, such as `mon-fri: [ian]`.",
    )
    dates: Annotated[dict[str, People], _keys_are(parse_span)] = Field(
        default_factory=dict,
        max_length=400,
        description='Who is on call by date, such as `"2026-12-25": [ian]` or '
        '`"2026-12-24..2026-12-28": [ian]`. An empty list says that nobody is.',
    )

    def people(self, day: date | None = None) -> tuple[str, ...]:
        """Who is on call on `day`, in order; without a day, who is on call by default."""
        return self.default if day is None else self.plan(day)[1]

    def plan(self, day: date) -> tuple[Path, tuple[str, ...]]:
        """Which entry counts on `day`, by its path in the rota, and who is on call by it."""
        dated = [(last - first, key) for key, first, last in self.spans() if first <= day <= last]
        if dated:
            key = min(dated, key=lambda found: found[0])[1]
            return ("dates", key), self.dates[key]
        weekly = [key for key in self.weekly if day.weekday() in parse_days(key)]
        if weekly:
            key = min(weekly, key=lambda days: len(parse_days(days)))
            return ("weekly", key), self.weekly[key]
        return ("default",), self.default

    def everybody(self) -> Iterator[tuple[Path, str]]:
        """Every name in the rota, with its path."""
        lists: dict[Path, tuple[str, ...]] = {("default",): self.default}
        lists |= {("weekly", key): names for key, names in self.weekly.items()}
        lists |= {("dates", key): names for key, names in self.dates.items()}
        for path, names in lists.items():
            for index, name in enumerate(names):
                yield (*path, index), name

    def spans(self) -> Iterator[tuple[str, date, date]]:
        """The entries by date: the key, the first and the last day."""
        for key in self.dates:
            yield (key, *parse_span(key))

    def overlaps(self) -> Iterator[tuple[Path, str, date | None]]:
        """Entries of which neither is the more specific one, though both name some day.

        Yields the path of the later entry, the key of the other, and for dates the last day that
        both name. Entries that name the same people do no harm.
        """
        for (one, first, last), (two, begin, end) in combinations(self.spans(), 2):
            both = max(first, begin), min(last, end)
            nested = both in ((first, last), (begin, end)) and (first, last) != (begin, end)
            if both[0] <= both[1] and not nested and self.dates[one] != self.dates[two]:
                yield ("dates", two), one, both[1]
        for one, two in combinations(self.weekly, 2):
            days, others = set(parse_days(one)), set(parse_days(two))
            nested = days < others or others < days
            if days & others and not nested and self.weekly[one] != self.weekly[two]:
                yield ("weekly", two), one, None
