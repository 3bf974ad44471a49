# `make demo` judges the example log; `make test` runs every check and test. Each sets up what it needs by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test bench guard clean

help:
	@echo "make demo    judge the example log"
	@echo "make test    run every check and every test"
	@echo "make bench   measure speed and memory beside other ways (SIZES=10k,1m; ARGS=--docs)"
	@echo "make guard   say what costs a tenth more or less than it did (ARGS=--update)"
	@echo "make clean   remove the virtual environment and what tools left behind"

demo: $(READY)
	@$(BIN)/rules evaluate examples/applications.jsonl --rules after-interview --as-of 2026-03-20T09:00:00-04:00 --fail-on never

test: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/pytest

SIZES ?= 1k,10k,100k
PEERS := .venv-bench

bench: $(READY) $(PEERS)/.ready
	$(BIN)/python -m tests.speed.bench --sizes $(SIZES) --peers $(PEERS)/bin/python $(ARGS)

guard: $(READY)
	$(BIN)/python -m tests.speed.guard $(ARGS)

# What Punctilio is compared with has an environment of its own.
$(PEERS)/.ready: tests/speed/requirements.txt $(READY)
	@test -x $(PEERS)/bin/python || $(BIN)/python -m venv $(PEERS)
	@echo "Setting up $(PEERS) (once, a minute or two) ..."
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/speed/requirements.txt
	@touch $@

# The environment is made anew from pyproject.toml whenever that file changes.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Punctilio needs Python 3.11 or later. Install it, or name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments. Install its venv module (on Debian: apt install python3-venv)." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (once, a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q engine
	@touch $@

clean:
	rm -rf $(VENV) $(PEERS) .bench dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
