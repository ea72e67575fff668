"""Points, sizes and boxes of a picture, in pixels; y grows downwards."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
Path = tuple[Point, ...]
Size = tuple[float, float]
Way = tuple[str, str]
"""An edge, by the full names of the nodes that it joins."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def around(cls, middle: Point, size: Size) -> Box:
        """The box of this size round `middle`."""
        return cls(middle[0] - size[0] / 2, middle[1] - size[1] / 2, *size)

    def overlap(self, other: Box) -> float:
        """The area that both cover."""
        right = min(self.left + self.width, other.left + other.width)
        bottom = min(self.top + self.height, other.top + other.height)
        width, height = right - max(self.left, other.left), bottom - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0.0
