"""`python -m ivr models`: which speech models there are, and installing them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "models",
        help="list and install speech models",
        description="List and install the models with which recordings are turned into words.",
    )
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="what is installed, or with --available could be")
    listing.add_argument(
        "--available", action="store_true", help="ask the publisher which models there are"
    )
    _add_source(listing)
    install = actions.add_parser(
        "install",
        help="fetch, check and install a model",
        description="Fetch a Vosk model from its publisher, check it and install it. An "
        "interrupted download goes on where it stopped.",
    )
    install.add_argument(
        "name", metavar="NAME", help="a language such as en-gb or de, or a model's full name"
    )
    install.add_argument(
        "--size",
        choices=("small", "medium", "large"),
        help="small (about 40 MB), medium (about 130 MB) or large (1 GB and more: the fewest "
        "errors); without it medium, where there is one for the language, else small",
    )
    _add_source(install)
    actions.add_parser("where", help="print the folder of the models")
    evaluation = actions.add_parser(
        "evaluate",
        help="how well and how fast the installed recognisers hear",
        description="Let every installed recogniser of a language hear the recordings of a folder, "
        "and print its word error rate and its real-time factor. The texts stand in "
        "manifest.json, or beside each recording in a .txt file of its name.",
    )
    evaluation.add_argument("folder", metavar="FOLDER", type=Path)
    evaluation.add_argument("--language", default="en", help="such as en or de (default: en)")
    evaluation.add_argument("--recogniser", metavar="NAME", help="only this one, such as vosk")
    evaluation.add_argument("--group", metavar="NAME", help="only this group of the manifest")
    evaluation.add_argument("--json", action="store_true", help="as a JSON list, for programs")


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="base", metavar="URL", help="a mirror of the publisher's folder of models"
    )


def run(args: argparse.Namespace) -> int:
    """Carry out one of the actions. Raises `SpeechError` with cause and mend."""
    from ivr.settings import load_settings

    settings = load_settings()
    models, publisher = settings.speech_models, settings.speech_publisher
    match args.action:
        case "install":
            _install(args, models, publisher)
        case "where":
            print(models)
        case "evaluate":
            _evaluate(args, models)
        case _ if args.available:
            _list_available(args.base or publisher)
        case _:
            _list_installed(models)
    return 0


def _install(args: argparse.Namespace, models: Path, publisher: str) -> None:
    from ivr.adapters.speech.models.install import install

    model = install(args.name, args.size, args.base, models, _report, publisher)
    print(f"{model.name} is ready for {model.language}.")


def _evaluate(args: argparse.Namespace, models: Path) -> None:
    from dataclasses import asdict

    from ivr.adapters.speech.evaluation import clips_in, evaluate
    from ivr.adapters.speech.recognisers.choose import Recognisers
    from ivr.errors import ModelMissing

    clips = clips_in(args.folder, args.group)
    wanted = [
        recogniser
        for recogniser in Recognisers(models).every(args.language)
        if args.recogniser in (None, recogniser.name)
    ]
    if not wanted:
        raise ModelMissing(
            f"No recogniser for {args.language} is installed; see `python -m ivr models list`."
        )
    results = [evaluate(recogniser, clips) for recogniser in wanted]
    if args.json:
        rates = [
            asdict(each)
            | {
                "word_error_rate": round(each.word_error_rate, 4),
                "real_time_factor": round(each.real_time_factor, 4),
            }
            for each in results
        ]
        print(json.dumps(rates, indent=2))
        return
    print(
        f"{'recogniser':15} {'model':32} {'clips':>5} {'words':>6} {'errors':>7} {'real time':>9}"
    )
    for each in results:
        print(
            f"{each.recogniser:15} {each.model:32} {each.clips:5} {each.words:6} "
            f"{each.word_error_rate:7.1%} {each.real_time_factor:9.3f}"
        )


def _report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _list_available(base: str) -> None:
    from ivr.adapters.speech.models.publisher import listed_models

    for model in sorted(listed_models(base), key=lambda m: (m.language, m.bytes)):
        print(f"{model.language:8} {model.size:7} {model.bytes / 1e6:7.0f} MB  {model.name}")


def _list_installed(models: Path) -> None:
    from ivr.adapters.speech.models.install import packaged_models
    from ivr.adapters.speech.models.installed import installed_models
    from ivr.adapters.speech.recognisers import whisper

    installed = installed_models(models)
    for model in installed:
        source = f", from the Python package {model.package}" if model.package else ""
        print(f"{model.language:8} vosk            {model.name} ({model.size}{source})")
    for language, package in packaged_models().items():
        if not any(model.package == package for model in installed):
            print(
                f"{language:8} (not in use)    the Python package {package} has a model: "
                f"`python -m ivr models install {language}` puts it to use"
            )
    if whisper.is_installed():
        stands_in = whisper.WhisperRecogniser
        print(f"{'en':8} {stands_in.name:15} {stands_in.model} (where Vosk has no English model)")
    elif not installed:
        print("No speech model is installed; begin with `python -m ivr models install en-gb`.")
