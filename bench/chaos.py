"""A storm over a whole running system: callers come and go while its processes are killed.

A server of its own, a simulated carrier, operators at real consoles. Web processes, the web server,
the relay, Redis and browsers are killed at random; in the end every caller must have been answered,
be in a message, have been called back or have hung up, none twice, none lost. What was dealt
depends on the seed alone; what comes of it also on the machine.

    python -m bench.chaos [--callers 200] [--seconds 150] [--pause 3] [--seed N] [--calm] [--power]
                          [--windows 2]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.storm import Weather, storm


def main() -> int:
    """Print what came of it; exit code 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--callers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=150, help="within which they come")
    parser.add_argument("--pause", type=float, default=3, help="mean seconds between two blows")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--calm", action="store_true", help="no blow at all, to compare with")
    parser.add_argument("--power", action="store_true", help="Redis loses its last second, too")
    parser.add_argument("--windows", type=int, default=0, help="real Chromiums that are killed")
    parser.add_argument("--keep", type=Path, help="an empty folder to leave everything in")
    args = parser.parse_args()
    pause = 1e9 if args.calm else args.pause
    weather = Weather(
        args.seed, args.callers, args.seconds, pause, power=args.power, windows=args.windows
    )
    print(weather, flush=True)
    with tempfile.TemporaryDirectory(prefix="tango-") as folder:
        after = storm(args.keep or Path(folder), weather)
    print(after)
    for at, blow in after.log:
        print(time.strftime("  %H:%M:%S", time.gmtime(at)), blow)
    for fault, evidence in zip(after.audit.faults, after.evidence, strict=True):
        print(f"FAULT: {fault}\n{evidence}")
    print(f"{len(after.audit.faults)} faults")
    return 1 if after.audit.faults else 0


if __name__ == "__main__":
    sys.exit(main())
