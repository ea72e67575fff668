"""`python -m ivr …`: one file per command.

Each module has `add_parser(subparsers)`, which adds its parser and sets `run` as its default,
and `run(args)`, which returns the exit code: 0 good, 1 findings, 2 usage. `ivr.__main__` finds
the modules by itself. Heavy imports belong inside `run`, so that `--help` is quick.
"""
