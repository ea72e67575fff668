"""A client whose callers speak another language hears and is understood in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.tools.rehearsal.case import run_case
from tests.flow_files import good

FLOW = """\
schema: 1
client: {{name: A, numbers: "+44 1632 960001", language: {language}, voice: {voice}}}
vars: {{day: {{type: date}}, at: {{type: time}}}}
defaults: {{retries: 1, give_up: bye}}
start: greet
nodes:
  greet: {{say: "{{daypart}}", next: day}}
  day: {{collect: "?", type: date, into: day, confirm: yes, next: at}}
  at: {{collect: "?", type: time, into: at, confirm: yes, next: bye}}
  bye: {{hangup: "{{day}}, {{at}}."}}
tests:
  - name: a day and a time
    at: "2026-11-24T10:00"
    steps:
      - {{hears: "{morning}"}}
      - {{silence: true}}
      - {{hears: "{nothing}"}}
      - {{says: "{day}"}}
      - {{hears: "{read_back}"}}
      - {{says: "{yes}"}}
      - {{says: "{time}"}}
      - {{says: "{yes}"}}
      - {{hears: "{said}"}}
    expect: {{vars: {{day: "2026-12-05", at: "17:30"}}}}
"""


@pytest.mark.parametrize(
    "words",
    [
        {
            "language": "en-GB",
            "voice": "Polly.Amy",
            "morning": "morning",
            "nothing": "I heard nothing",
            "day": "the fifth of December",
            "read_back": "I have Saturday the fifth of December",
            "yes": "yes",
            "time": "half past five",
            "said": "the fifth of December, 5:30 in the afternoon",
        },
        {
            "language": "de-DE",
            "voice": "Polly.Vicki",
            "morning": "Morgen",
            "nothing": "ich habe nichts gehört",
            "day": "am fünften Dezember",
            "read_back": "Ich habe verstanden: Samstag, 5. Dezember",
            "yes": "ja, genau",
            "time": "halb sechs",
            "said": "Samstag, 5. Dezember, 17 Uhr 30",
        },
        {
            "language": "cy-GB",
            "voice": "Polly.Gwyneth",
            "morning": "bore",
            "nothing": "chlywais i ddim byd",
            "day": "y pumed o Ragfyr",
            "read_back": "Mae gen i Dydd Sadwrn y pumed o Ragfyr",
            "yes": "ie",
            "time": "hanner awr wedi pump",
            "said": "Dydd Sadwrn y pumed o Ragfyr, 5:30 y prynhawn",
        },
    ],
    ids=lambda words: words["language"],
)
def test_a_call_in_another_language(words: dict[str, str], tmp_path: Path) -> None:
    flow = good(tmp_path, FLOW.format(**words))
    [case] = flow.tests
    result = run_case(flow, case)
    assert result.difference is None, "\n".join([str(result.difference), *result.transcript])
