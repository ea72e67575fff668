"""The index of decisions has each of them, under its own title."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "decisions"


def row(path: Path) -> str:
    """A decision's line in the index; its heading is `# 12. Title`."""
    number, _, title = path.read_text("utf-8").splitlines()[0].removeprefix("# ").partition(". ")
    assert number == str(int(path.name[:4])), path
    return f"| [{number}]({path.name}) | {title} |"


def test_the_index_has_every_decision() -> None:
    index = (FOLDER / "README.md").read_text("utf-8").splitlines()
    listed = [line for line in index if line.startswith("| [")]
    assert listed == [row(path) for path in sorted(FOLDER.glob("0*.md"))]
