"""What is wrong with how a browser has laid out a page: controls and words that something lies on,
a page that is broader than its window, numbers that nobody would dial."""

from __future__ import annotations

import re

from playwright.sync_api import Page

COVERED = """
() => {
  const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const seen = (place) => place.checkVisibility({visibilityProperty: true}) &&
    place.getBoundingClientRect().width > 0 && !place.closest(".skip, .unseen, .aloud, svg");
  const says = (place) =>
    [...place.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const controls = [...document.querySelectorAll("body *")].filter(
    (place) => seen(place) && (place.matches(kinds) || says(place)) && !place.closest("option"));
  const found = [];
  const covers = (place, there) => there && // what is beside the window is under nothing
    !(place.contains(there) || there.closest("label")?.control === place ||
      (there.contains(place) && !there.matches("a, button")));
  for (const block of ["start", "end"]) for (const place of controls) {
    place.scrollIntoView({block});
    const {left, top, width, height} = place.getClientRects()[0];
    for (const part of [0.5, 0.1, 0.9]) {
      const there = document.elementFromPoint(left + width * part, top + height / 2);
      if (!covers(place, there)) continue;
      found.push(`${place.outerHTML.slice(0, 90)} under ${there.outerHTML.slice(0, 90)}`);
      break;
    }
  }
  return [...new Set(found)];
}
"""
"""The controls and words that something else lies on, wherever the page is scrolled to."""

RAW = re.compile(r"\+44\d")
"""A number of the client's own country as no one there writes it."""


def faults(page: Page) -> list[str]:
    """The faults of a page as it stands, with all that can be opened on it open."""
    page.evaluate(
        "document.querySelectorAll('main details').forEach((each) => { each.open = true })"
    )
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found: list[str] = page.evaluate(COVERED)
    raw = RAW.findall(page.inner_text("body"))
    return found + [f"too broad by {over}"] * (over > 0) + [f"{len(raw)} raw numbers"] * bool(raw)
