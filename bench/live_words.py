"""From the end of a caller's word to the decided turn, with `listen: live`.

Everything is real but the caller and the carrier: a server of its own, WebSockets, the Korean Vosk
model. A synthetic voice says a word that the menu offers; the clock runs from the word's last loud
sample until the carrier asks what has come of it, which includes the carrier's REST request. The
time at which that sample is sent is known to 20 ms.

    python -m bench.live_words [--calls 24] [--at-once 1 4 8]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from ivr.adapters.speech.models.install import install
from ivr.cli._demo.stage import Stage, stage
from ivr.simulator import Call, Entry, Speak
from tests.korean_voice import telephone_call

AIM_SECONDS = 0.5
NUMBER, CALLER = "+441632960001", "+441632960123"
WORDS = ("음악", "라디오", "예약")
FLOW = f"""\
schema: 1
client: {{name: Radio, say_as: Radio, numbers: "{NUMBER}", language: ko-KR}}
start: main
nodes:
  main:
    menu: "Music, radio or booking?"
    choices:
      - {{words: 음악, next: music}}
      - {{words: 라디오, next: radio}}
      - {{words: 예약, next: booking}}
    listen: live
    timeout: 3s
    retries: 0
    give_up: bye
  music: {{say: "음악", next: bye}}
  radio: {{say: "라디오", next: bye}}
  booking: {{say: "예약", next: bye}}
  bye: {{hangup: "Goodbye."}}
"""


class Timed:
    """One call that says a word; `seconds` is None where no turn was decided by it."""

    def __init__(self, running: Stage, word: str, path: Path) -> None:
        samples, rate = soundfile.read(path, dtype="int16")
        loud = np.flatnonzero(np.abs(samples.astype(int)) > 600)
        self._word, self._speech = word, float(loud[-1] / rate)
        self._said = self._decided = 0.0
        self._call: Call = running.carrier.place(
            NUMBER, CALLER, [Speak("", aloud=path)], listener=self._notice
        )

    def _notice(self, entry: Entry) -> None:
        if entry.kind == "spoke":
            self._said = time.monotonic()
        elif entry.kind == "requested" and "/taken" in entry.text:
            self._decided = time.monotonic()

    def seconds(self) -> float | None:
        call = self._call.join()
        if not self._decided or self._word not in call.transcript.texts("heard"):
            return None
        return self._decided - self._said - self._speech


def rounds(running: Stage, words: list[Path], at_once: int, calls: int) -> list[float | None]:
    """The times of `calls` calls, `at_once` of them at a time."""
    found: list[float | None] = []
    while len(found) < calls:
        numbers = range(len(found), len(found) + at_once)
        timed = [Timed(running, WORDS[n % 3], words[n % 3]) for n in numbers]
        found += [one.seconds() for one in timed]
    return found


def show(at_once: int, found: list[float | None]) -> bool:
    """Print a line; return whether the aim was met."""
    times = sorted(one for one in found if one is not None)
    if not times:
        print(f"{at_once:8}  none of {len(found)} was heard")
        return False
    p95 = times[int(0.95 * (len(times) - 1))]
    print(
        f"{at_once:8}  {len(times):3} of {len(found):3}  {1000 * statistics.median(times):9.0f}"
        f"  {1000 * p95:8.0f}  {1000 * times[-1]:8.0f}",
        flush=True,
    )
    return p95 <= AIM_SECONDS


def main() -> int:
    """Print the times; exit code 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=24)
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 4, 8])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tango-") as name:
        folder = Path(name)
        (folder / "flows").mkdir()
        (folder / "flows" / "radio.yaml").write_text(FLOW, encoding="utf-8")
        install("ko", None, None, folder / "models", lambda text: None)
        words = [telephone_call(folder / f"{word}.wav", word) for word in WORDS]
        more = {
            "IVR_FLOWS": str(folder / "flows"),
            "IVR_SPEECH_MODELS": str(folder / "models"),
            "IVR_SPEECH_WORKERS": "0",
            "IVR_LIVE_STREAMS": str(max(args.at_once)),
        }
        with stage(folder, more=more) as running:
            _until_heard(lambda: Timed(running, WORDS[0], words[0]).seconds())
            print("Milliseconds from the end of speech to the decided turn")
            print("callers   heard        median       p95   longest")
            met = [
                show(at_once, rounds(running, words, at_once, args.calls))
                for at_once in args.at_once
            ]
    return 0 if all(met) else 1


def _until_heard(call: Callable[[], float | None]) -> None:
    """Call until the model is loaded."""
    deadline = time.monotonic() + 60
    while call() is None:
        if time.monotonic() > deadline:
            raise SystemExit("Nothing is heard; see the server's log.")


if __name__ == "__main__":
    sys.exit(main())
