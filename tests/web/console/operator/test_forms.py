"""A form of the console is taken only from whoever was given it; webhooks are not asked."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask, render_template_string
from flask.testing import FlaskClient

from ivr.core.accounts.roles import Permission
from ivr.web.console.access import needs
from ivr.web.console.routes import console_routes
from tests.web.console.small_console import Console

FORM = "{{ csrf_token() }}"


@pytest.fixture
def app(console: Console) -> Flask:
    """The console with a form, beside a webhook and an address for programs."""
    pages, others = console_routes(console.services), Blueprint("others", __name__)

    @pages.get("/form")
    @needs(Permission.OWN_ACCOUNT)
    def form() -> str:
        return render_template_string(FORM)

    @pages.post("/form")
    @needs(Permission.OWN_ACCOUNT)
    def sent() -> str:
        return "done"

    for path in ("/twilio/turn", "/api/thing"):
        others.add_url_rule(path, view_func=lambda: "done", endpoint=path[1:4], methods=["POST"])
    app = Flask("console", static_folder=None)
    app.register_blueprint(pages)
    app.register_blueprint(others)
    return app


def signed_in(app: Flask, console: Console) -> FlaskClient:
    browser = app.test_client()
    assert browser.get(console.link()).status_code == 303
    return browser


def test_a_form_of_ours_is_taken(app: Flask, console: Console) -> None:
    browser = signed_in(app, console)
    token = browser.get("/console/form").text
    assert browser.post("/console/form", data={"csrf_token": token}).text == "done"
    header = browser.post("/console/form", headers={"X-CSRFToken": token})
    assert header.text == "done"


@pytest.mark.parametrize("token", [None, "", "x"])
def test_another_form_is_refused_kindly(token: str | None, app: Flask, console: Console) -> None:
    browser = signed_in(app, console)
    browser.get("/console/form")
    answer = browser.post("/console/form", data={"csrf_token": token} if token else {})
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_one_person_s_token_is_of_no_use_to_another(app: Flask, console: Console) -> None:
    one, another = signed_in(app, console), signed_in(app, console)
    another.get("/console/form")
    token = one.get("/console/form").text
    assert another.post("/console/form", data={"csrf_token": token}).status_code == 400


def test_a_token_lapses_with_the_sign_in_that_it_was_given_to(app: Flask, console: Console) -> None:
    browser = signed_in(app, console)
    token = browser.get("/console/form").text
    browser.get(console.link())
    assert browser.post("/console/form", data={"csrf_token": token}).status_code == 400


def test_webhooks_and_programs_are_not_asked_for_a_token_nor_given_a_cookie(app: Flask) -> None:
    for path in ("/twilio/turn", "/api/thing"):
        answer = app.test_client().post(path)
        assert answer.text == "done"
        assert "Set-Cookie" not in answer.headers
