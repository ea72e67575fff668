"""The pages of the client files: how each one stands, its picture, its text, its versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from flask import Blueprint, Response, make_response, render_template, url_for
from markupsafe import Markup

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.calls.ways import WaysTaken
from ivr.core.accounts.roles import Permission
from ivr.core.nodes.base import Kind
from ivr.errors import RecordsError
from ivr.tools.picture.graph import GraphNode, graph
from ivr.tools.picture.svg import svg
from ivr.web.console.access import needs
from ivr.web.console.flows.clients import (
    ClientRow,
    anchors,
    client_rows,
    file_names,
    live_text,
    version_text,
)
from ivr.web.console.pages import notice

DAYS = 30
"""Days that the counts beside a picture cover."""

MAX_DRAWN = 300
"""Nodes that a page draws, in about a second; more are only listed."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FlowPages:
    """What these pages work with."""

    folder: Path
    library: FolderLibrary[Kind]
    records: SqlRecords
    clock: Callable[[], datetime]

    def rows(self) -> list[ClientRow]:
        """How each client's file stands."""
        return client_rows(self.library, self.folder)

    def row(self, client: str) -> ClientRow | None:
        """The client of this short name, if there is one."""
        return next((row for row in self.rows() if row.id == client), None)

    def ways(self, client: str) -> WaysTaken | None:
        """How often callers took each way of late; None where the records do not answer."""
        try:
            return self.records.calls.ways_taken(client, self.clock() - timedelta(days=DAYS))
        except RecordsError as error:
            log.warning("console.without_counts", client=client, error=str(error))
            return None


def flow_routes(console: Blueprint, pages: FlowPages) -> None:
    """Add the pages of the client files."""

    @console.get("/flows/")
    @needs(Permission.SEE_FLOWS)
    def flows() -> str:
        rows = pages.rows()
        shown = {finding for row in rows for finding in row.findings}
        others = [finding for finding in pages.library.findings if finding not in shown]
        return render_template("console/flows.html", rows=rows, others=others)

    @console.get("/flows/<client>")
    @needs(Permission.SEE_FLOWS)
    def flow(client: str) -> Response:
        row = pages.row(client)
        if row is None:
            return _no_client(client)
        if row.flow is None:
            return make_response(render_template("console/flow.html", row=row))
        drawn, ways = graph(row.flow), pages.ways(client)
        link = _links(pages, row)
        counts = ways.counts if ways and ways.calls else None
        small = len(drawn.nodes) <= MAX_DRAWN
        picture = svg(drawn, link, counts, standalone=False) if small else ""
        return make_response(
            render_template(
                "console/flow.html",
                row=row,
                graph=drawn,
                picture=Markup(picture),  # noqa: S704 - svg() escapes all that it is given
                ways=ways,
                days=DAYS,
                link=link,
            )
        )

    @console.get("/flows/<client>/source")
    @needs(Permission.SEE_FLOWS)
    def source(client: str) -> Response:
        row = pages.row(client)
        if row is None:
            return _no_client(client)
        files = live_text(row, pages.folder)
        return make_response(render_template("console/source.html", row=row, files=files))

    @console.get("/flows/<client>/versions/<version>")
    @needs(Permission.SEE_FLOWS)
    def flow_version(client: str, version: str) -> Response:
        texts = pages.records.versions.texts(client, version)
        if texts is None:
            return notice("No such version", "This version of the file is not kept here.", 404)
        page = render_template(
            "console/version.html",
            client=client,
            row=pages.row(client),
            version=version,
            files=version_text(client, texts),
        )
        return make_response(page)


def _links(pages: FlowPages, row: ClientRow) -> Callable[[GraphNode], str | None]:
    """Where the nodes of a client's picture lead: to their lines."""
    names = anchors(file_names(pages.folder, row.id, row.flow))
    page = url_for("console.source", client=row.id)

    def link(node: GraphNode) -> str | None:
        return None if node.built_in else f"{page}#{names[node.file]}{node.line}"

    return link


def _no_client(client: str) -> Response:
    return notice("No such client", f"There is no client “{client}”.", 404)
