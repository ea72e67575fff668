"""Where the labels of edges go: on their edge, beside boxes and beside one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import dist

from ivr.picture.shapes import Box, Path, Point, Size, Way

_PARTS = (0.5, 0.35, 0.65, 0.2, 0.8)
"""Places tried on each piece of an edge."""


def place_labels(
    paths: Mapping[Way, Path], sizes: Mapping[Way, Size], boxes: Iterable[Box]
) -> dict[Way, Point]:
    """The middle of each label: where it covers least, on the longest piece if it may choose.

    The edges with the least room choose first.
    """
    taken = list(boxes)
    middles: dict[Way, Point] = {}
    for way in sorted(sizes, key=lambda way: _length(paths[way])):
        size = sizes[way]
        best = min(
            _places(paths[way]),
            key=lambda place: sum(Box.around(place, size).overlap(box) for box in taken),
        )
        middles[way] = best
        taken.append(Box.around(best, size))
    return middles


def _length(path: Path) -> float:
    return sum(dist(*piece) for piece in pairwise(path))


def _places(path: Path) -> Iterator[Point]:
    """Places on an edge, the best to look at first."""
    for (ax, ay), (bx, by) in sorted(pairwise(path), key=lambda piece: -dist(*piece)):
        for part in _PARTS:
            yield ax + (bx - ax) * part, ay + (by - ay) * part
