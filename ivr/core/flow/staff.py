"""What client files may say of the agency's operators: their names, and what they can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.core.flow.findings import nearest
from ivr.core.flow.types import Name, OperatorName, Path, Skill


@dataclass(frozen=True, slots=True)
class Staff:
    """The operators by short name, and every skill that some of them are said to have."""

    operators: frozenset[str]
    skills: frozenset[str]

    def unknown(self, names: Iterable[tuple[Path, Name]]) -> Iterator[tuple[Path, str]]:
        """What is wrong with the names of operators and skills among `names`, and where.

        Where no operators, or none of their skills, are known, any will do.
        """
        for path, name in names:
            match name:
                case OperatorName() if self.operators and name not in self.operators:
                    hint = nearest(name, self.operators)
                    yield path, f"'{name}' is not an operator of agency.yaml{hint}"
                case Skill() if self.skills and name not in self.skills:
                    yield path, f"no operator has the skill '{name}'{nearest(name, self.skills)}"
