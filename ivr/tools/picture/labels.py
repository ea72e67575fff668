"""Where the labels of edges go: on their edge, beside boxes and beside one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import dist

from ivr.tools.picture.shapes import Box, Path, Point, Size, Way

_PARTS = (0.5, 0.35, 0.65, 0.2, 0.8)
"""Places tried on each piece of an edge."""

_BAND = 60.0
"""Pixels."""


def place_labels(
    paths: Mapping[Way, Path], sizes: Mapping[Way, Size], boxes: Iterable[Box]
) -> dict[Way, Point]:
    """The middle of each label: where it covers least, on the longest piece if it may choose.

    The edges with the least room choose first.
    """
    taken = _Taken()
    for box in boxes:
        taken.add(box)
    middles: dict[Way, Point] = {}
    for way in sorted(sizes, key=lambda way: _length(paths[way])):
        middles[way] = _best(paths[way], sizes[way], taken)
        taken.add(Box.around(middles[way], sizes[way]))
    return middles


def _best(path: Path, size: Size, taken: _Taken) -> Point:
    """The first place where nothing is, else the one that covers least."""
    covered: list[tuple[float, int, Point]] = []
    for index, place in enumerate(_places(path)):
        area = taken.covered_by(Box.around(place, size))
        if not area:
            return place
        covered.append((area, index, place))
    return min(covered)[2]


class _Taken:
    """The boxes that are there, by bands of the picture, so that few are compared."""

    def __init__(self) -> None:
        self._bands: defaultdict[int, list[Box]] = defaultdict(list)

    def add(self, box: Box) -> None:
        for band in self._of(box):
            self._bands[band].append(box)

    def covered_by(self, box: Box) -> float:
        near = {other for band in self._of(box) for other in self._bands.get(band, ())}
        return sum(box.overlap(other) for other in near)

    @staticmethod
    def _of(box: Box) -> range:
        return range(int(box.top // _BAND), int((box.top + box.height) // _BAND) + 1)


def _length(path: Path) -> float:
    return sum(dist(*piece) for piece in pairwise(path))


def _places(path: Path) -> Iterator[Point]:
    """Places on an edge, the best to look at first."""
    for (ax, ay), (bx, by) in sorted(pairwise(path), key=lambda piece: -dist(*piece)):
        for part in _PARTS:
            yield ax + (bx - ax) * part, ay + (by - ay) * part
