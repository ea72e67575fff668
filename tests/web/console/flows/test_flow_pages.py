"""The pages of the clients' flows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ivr.tools.picture.graph import graph
from ivr.web.console.flows import pages
from tests.adapters.sql.records_samples import snapshot
from tests.flow_files import whole
from tests.web.console.small_console import FLOW, NOON, Console

BROKEN = FLOW.replace("next: night", "next: knight <b>")


def test_the_list_shows_each_client_with_its_numbers_and_state(console: Console) -> None:
    plain = FLOW.replace("<b>all</b>", "all")
    (console.flows / "acme.yaml").write_text(whole(plain), encoding="utf-8")
    console.library.refresh()
    text = console.signed_in().get("/console/flows/").text
    assert "Acme" in text
    assert "+441632960001" in text
    assert 'class="state good">good<' in text


def test_a_broken_file_is_loud_and_its_last_good_version_is_still_shown(console: Console) -> None:
    (console.flows / "acme.yaml").write_text(whole(BROKEN), encoding="utf-8")
    console.library.refresh()
    browser = console.signed_in()
    for page in ("/console/flows/", "/console/flows/acme"):
        text = browser.get(page).text
        assert "broken: the last good version answers" in text
        assert "&#39;knight &lt;b&gt;&#39; is not a node" in text
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="flow"' in text


def test_a_client_whose_file_was_never_good_is_in_the_list(console: Console) -> None:
    (console.flows / "new.yaml").write_text("schema: 1\n", encoding="utf-8")
    console.library.refresh()
    browser = console.signed_in()
    assert "broken: nobody answers" in browser.get("/console/flows/").text
    page = browser.get("/console/flows/new")
    assert page.status_code == 200
    assert "new.yaml:1" in page.text


def test_every_finding_is_in_the_list_even_of_a_file_that_nobody_uses(console: Console) -> None:
    (console.flows / "templates" / "nights.yaml").write_text("schema: 2\n", encoding="utf-8")
    console.library.refresh()
    text = console.signed_in().get("/console/flows/").text
    assert console.library.findings
    for finding in console.library.findings:
        assert f"{finding.file}:{finding.line}<" in text


def test_the_picture_has_the_counts_of_thirty_days(console: Console) -> None:
    for days in (1, 29, 31):
        started = NOON - timedelta(days=days)
        console.records.calls.note(
            [
                snapshot(
                    call_sid=f"CA{days}", client="acme", started_at=started, path=("greet", "night")
                )
            ]
        )
    text = console.signed_in().get("/console/flows/acme").text
    assert "2 calls in the last 30 days" in text
    assert ">2 ×</text>" in text
    assert "→ night <strong>2 ×</strong>" in text


def test_each_box_leads_to_its_line(console: Console) -> None:
    browser = console.signed_in()
    picture = browser.get("/console/flows/acme").text
    source = browser.get("/console/flows/acme/source").text
    nodes = [node for node in graph(console.library.flow("acme")).nodes if not node.built_in]
    links = re.findall(r'<a href="/console/flows/acme/source#(\w+)"><g class="node', picture)
    assert len(links) == len(nodes) == 4
    for node, anchor in zip(nodes, links, strict=True):
        (line,) = re.findall(rf'<li id="{anchor}"><code>(.*?)</code>', source)
        assert line.strip().startswith(f"{node.title}:")


def test_the_file_is_shown_escaped_with_its_findings_at_their_lines(console: Console) -> None:
    (console.flows / "acme.yaml").write_text(whole(BROKEN), encoding="utf-8")
    console.library.refresh()
    text = console.signed_in().get("/console/flows/acme/source").text
    assert "Bye &lt;b&gt;all&lt;/b&gt;." in text
    assert "callers hear the version before it" in text
    line = text.partition("knight")[2]
    assert line.startswith(' &lt;b&gt;}</code>\n\n<p class="finding error">')


def test_the_text_is_that_of_the_version_that_answers(console: Console) -> None:
    browser = console.signed_in()
    changed = FLOW.replace("Good {daypart}.", "Not taken up yet.")
    (console.flows / "acme.yaml").write_text(whole(changed), encoding="utf-8")
    assert "Good {daypart}." in browser.get("/console/flows/acme/source").text
    console.library.refresh()
    assert "Not taken up yet." in browser.get("/console/flows/acme/source").text


@pytest.mark.parametrize("page", ["nobody", "nobody/source", "agency", "..%2f..%2fetc/source"])
def test_an_unknown_client_is_not_found(page: str, console: Console) -> None:
    assert console.signed_in().get(f"/console/flows/{page}").status_code == 404


def test_an_unknown_page_is_not_found(console: Console) -> None:
    answer = console.signed_in().get("/console/nothing/here")
    assert answer.status_code == 404
    assert "Content-Security-Policy" in answer.headers


def test_without_records_the_picture_is_shown_without_counts(console: Console) -> None:
    browser = console.signed_in()
    engine = sa.create_engine(console.settings.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE calls")
    engine.dispose()
    answer = browser.get("/console/flows/acme")
    assert answer.status_code == 200
    assert "without counts" in answer.text
    assert "×" not in answer.text


def test_no_page_has_a_script_or_a_style_of_its_own(console: Console) -> None:
    browser = console.signed_in()
    for page in ("/console/flows/", "/console/flows/acme", "/console/flows/acme/source"):
        text = browser.get(page).text
        assert all("src=" in script for script in re.findall("<script[^>]*>", text))
        assert "<style" not in text
        assert " style=" not in text
        assert not re.search(r"\son\w+=", text)


def test_a_very_large_flow_is_listed_and_not_drawn(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MAX_DRAWN", 3)
    text = console.signed_in().get("/console/flows/acme").text
    assert "too large to be drawn" in text
    assert "<details open>" in text
    assert 'class="flow"' not in text
