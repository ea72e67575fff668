"""docs/api.md says of scopes, events and problems what the code does."""

from __future__ import annotations

from pathlib import Path

from ivr.core.accounts.scopes import ALLOWS
from ivr.core.records.domain_event import DomainEvent
from ivr.web.api.app import operations_of
from ivr.web.api.document import document
from ivr.web.api.problems import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_page_has_each_scope_event_and_status() -> None:
    for scope, words in ALLOWS.items():
        assert f"| `{scope}` | {words} |\n" in PAGE
    for what in DomainEvent:
        assert f"`{what}`" in PAGE
    for kind in KINDS.values():
        assert str(kind.status) in PAGE or kind.status in (405, 416, 500)


def test_every_operation_has_examples_problems_and_its_scope_in_the_document() -> None:
    described = document(operations_of(None))  # type: ignore[arg-type]
    for path in described["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert "Needs the scope" in operation["description"]
            assert {"400", "401", "403", "429", "503"} <= set(operation["responses"])
            for parameter in operation["parameters"]:
                assert parameter["description"], parameter["name"]
            body = operation.get("requestBody", {}).get("content", {})
            for content in body.values():
                assert all(each["value"] for each in content["examples"].values())
            for response in operation["responses"].values():
                for media, content in response.get("content", {}).items():
                    assert not media.endswith("json") or content["example"]
