"""`python -m ivr test`: run the tests in client files, on the engine that takes calls."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.core.call.engine import CallFlow
    from ivr.tools.rehearsal.case import CaseResult


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "test",
        help="run the tests in the client files",
        description="Run the tests that stand in client files, on the very engine that takes "
        "calls. Exit code 1 if one fails, or a file has errors.",
    )
    parser.add_argument(
        "clients",
        metavar="CLIENT",
        nargs="*",
        help="clients' short names, or files; all of IVR_FLOWS if none",
    )
    parser.add_argument("-k", dest="words", help="only tests whose name holds these words")
    parser.add_argument("-v", "--verbose", action="store_true", help="show every call")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write JUnit XML to FILE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the tests. Raises `FlowError` where there is no such client."""
    from ivr.adapters.files.flows.folder import client_file, client_files
    from ivr.settings import load_settings
    from ivr.tools.rehearsal.case import run_case

    folder = load_settings().flows
    files = [client_file(folder, name) for name in args.clients] or client_files(folder)
    flows, broken = _load(files)
    results: list[CaseResult] = []
    for flow in flows:
        cases = [case for case in flow.tests if _chosen(case.name, args.words)]
        mine = [run_case(flow, case) for case in cases]
        for result in mine:
            _print(result, args.verbose)
        results.extend(mine)
        if not args.words:
            _print_untaken(flow, mine)
    failed = sum(result.difference is not None for result in results)
    print(_closing_line(len(results), failed, broken))
    if args.junit:
        _write_junit(args.junit, results)
    return 1 if failed or broken else 0


def _load(files: Sequence[Path]) -> tuple[list[CallFlow], int]:
    """The flows of the good files, and the number of the broken ones."""
    from ivr.adapters.files.flows.load import load
    from ivr.core.flow.findings import Severity
    from ivr.core.nodes import KINDS

    flows, broken = [], 0
    for file in files:
        loaded = load(file, KINDS)
        if loaded.flow is not None:
            flows.append(loaded.flow)
            continue
        broken += 1
        for finding in loaded.findings:
            if finding.severity is Severity.ERROR:
                print(finding)
    return flows, broken


def _chosen(name: str, words: str | None) -> bool:
    return words is None or words.casefold() in name.casefold()


def _print(result: CaseResult, verbose: bool) -> None:
    passed = result.difference is None
    print(f"{'pass' if passed else 'FAIL'}  {result.client}: {result.name}")
    if not passed:
        print(f"      {result.difference}")
    if verbose or not passed:
        for line in result.transcript:
            print(f"      {line}")


def _print_untaken(flow: CallFlow, results: Sequence[CaseResult]) -> None:
    from ivr.tools.rehearsal.coverage import exits_of, untaken

    taken = frozenset().union(*(result.ways for result in results))
    left = list(untaken(flow, taken))
    total = exits_of(flow)
    print(f"      {flow.client_id}: {total - len(left)} of {total} ways are taken by a test")
    for way in left:
        print(f"      never taken: {way}")


def _closing_line(run: int, failed: int, broken: int) -> str:
    files = f", {broken} {'file' if broken == 1 else 'files'} with errors" if broken else ""
    return (
        f"{run} {'test' if run == 1 else 'tests'}: {run - failed} passed, {failed} failed{files}."
    )


def _write_junit(file: Path, results: Sequence[CaseResult]) -> None:
    from xml.etree import ElementTree

    from ivr.atomic_files import write_text
    from ivr.errors import FlowError

    suites = ElementTree.Element("testsuites")
    for client in dict.fromkeys(result.client for result in results):
        mine = [result for result in results if result.client == client]
        failures = sum(result.difference is not None for result in mine)
        suite = ElementTree.SubElement(
            suites, "testsuite", name=client, tests=str(len(mine)), failures=str(failures)
        )
        for result in mine:
            case = ElementTree.SubElement(suite, "testcase", classname=client, name=result.name)
            if result.difference is not None:
                failure = ElementTree.SubElement(case, "failure", message=result.difference)
                failure.text = "\n".join(result.transcript)
    try:
        text = ElementTree.tostring(suites, encoding="unicode")
        write_text(file, f"<?xml version='1.0' encoding='utf-8'?>\n{text}")
    except OSError as error:
        raise FlowError(f"{file} cannot be written: {error.strerror}.") from error
