"""`python -m ivr queue simulate`: how a strategy does, and how many operators a target takes."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.services.queue.simulation import SimulationResult

STRATEGIES = ("longest-idle", "usual-first", "skills-first")


def add_simulate(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "simulate",
        help="try strategies and numbers of operators on made-up days",
        description="Play days of callers on the real queue, in a server of its own that is thrown "
        "away. Without --operators the least number is looked for that reaches the target. Callers "
        "come at random; calls and patience last exponentially. Exit code 1: the target is missed.",
    )
    parser.add_argument("--calls", type=_positive, required=True, help="calls per hour")
    parser.add_argument("--talk", type=_positive, default=120, help="mean seconds of a call [120]")
    parser.add_argument("--wrap-up", type=_whole, default=30, help="seconds after each [30]")
    parser.add_argument("--ring", type=_whole, default=6, help="seconds until answered [6]")
    parser.add_argument(
        "--patience",
        type=_whole,
        default=120,
        help="mean seconds until a caller gives up; 0: never [120]",
    )
    parser.add_argument("--operators", type=_positive, help="how many; unset: looked for")
    parser.add_argument(
        "--target", type=_target, default=(0.8, 20), help="share/seconds to be answered in [80/20]"
    )
    parser.add_argument("--clients", type=_positive, default=10, help="number of clients [10]")
    parser.add_argument(
        "--stranger",
        type=float,
        default=1.0,
        help="how many times as long a call takes with whoever does not know the client [1]",
    )
    parser.add_argument(
        "--strategy",
        nargs="+",
        choices=STRATEGIES,
        default=["longest-idle"],
        help="who is offered a caller first; several are compared [longest-idle]",
    )
    parser.add_argument("--hours", type=_positive, default=8, help="length of the day [8]")
    parser.add_argument("--seed", type=int, default=1, help="which day; the same gives the same")


def run_simulate(args: argparse.Namespace) -> int:
    """Print the measures of each strategy."""
    import structlog

    from ivr.adapters.redis.queue.throwaway import throwaway_queue
    from ivr.services.queue.planner import Load, Strategy, enough, play

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    share, seconds = args.target
    load = Load(
        per_hour=args.calls,
        hours=args.hours,
        talk=args.talk,
        wrap_up=args.wrap_up,
        ring=args.ring,
        patience=args.patience or None,
        clients=args.clients,
        stranger=args.stranger,
        target=seconds,
        seed=args.seed,
    )
    print(f"{args.calls} calls an hour for {args.hours} hours; target {share:.0%} in {seconds} s")
    print(
        f"{'strategy':14}{'operators':>10}{'callers':>9}{'in time':>9}{'mean wait':>11}"
        f"{'9 in 10':>9}{'abandoned':>11}{'occupancy':>11}{'knew them':>11}"
    )
    met = True
    with throwaway_queue() as empty:
        for strategy in args.strategy:
            if args.operators:
                operators = args.operators
                result = play(empty, Strategy(strategy), operators, load)
            else:
                operators, result = enough(empty, Strategy(strategy), load, share)
            print(_line(strategy, operators, result))
            met = met and (result.measures.service_level or 0) >= share
    return 0 if met else 1


def _line(strategy: str, operators: int, result: SimulationResult) -> str:
    found = result.measures
    return (
        f"{strategy:14}{operators:10}{found.offered:9}{_share(found.service_level):>9}"
        f"{_seconds(found.asa):>11}{_seconds(found.to_human.p90):>9}"
        f"{_share(found.abandonment):>11}{_share(result.occupancy):>11}"
        f"{_share(result.familiar):>11}"
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} s"


def _positive(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} must be at least 1")
    return value


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number")
    return int(text)


def _target(text: str) -> tuple[float, int]:
    found = re.fullmatch(r"(\d{1,2})/(\d{1,3})", text)
    if not found or found[1] == "0":
        raise argparse.ArgumentTypeError(f"{text} is not like 80/20")
    return int(found[1]) / 100, int(found[2])
