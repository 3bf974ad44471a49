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
	@$(MAKE) --no-print-directory --keep-going --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) $(CHECKS)
	$(BIN)/pytest -n $(JOBS) --maxprocesses 8 --dist worksteal

# What each check says stays together; whichever fails, `make test` does, and before any test is run.
CHECKS := check-style check-format check-types check-types-again check-floors
.PHONY: $(CHECKS)
check-style: ; $(BIN)/ruff check
check-format: ; $(BIN)/ruff format --check
check-types: ; $(BIN)/mypy
check-types-again: ; $(BIN)/pyright
check-floors: ; $(BIN)/lint-imports

# Processes among which the tests are shared out.
JOBS ?= auto

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
	@$(BIN)/python -m compileall -q engine plugins
	@touch $@

clean:
	rm -rf $(VENV) $(PEERS) .ci/editor/node_modules .bench dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
