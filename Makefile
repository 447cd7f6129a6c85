# make demo and make test are all a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: help install install-dev demo test lint format bench prove clean
.DEFAULT_GOAL := help

help:
	@echo "make demo     install and show the main job on an embedded mail server"
	@echo "make test     install and run the tests"
	@echo "make lint     format check, ruff, mypy"
	@echo "make bench    speed and memory, as ratios"
	@echo "make prove    the long proofs: many kills, a simulated year, full evaluation, fuzzing"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is older."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "The venv module is missing. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing (a minute or two the first time) ..."
	@$(PIP) install -c constraints.txt -e '.[demo]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(PIP) install -c constraints.txt -e '.[demo,dev]'
	@touch $@

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

demo: install
	@$(BIN)/intake-bot demo

test: install-dev
	@$(BIN)/python -m pytest -m 'not prove'

lint: install-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: install-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: install-dev
	@$(BIN)/python -m benchmarks

prove: install-dev
	@$(BIN)/python -m pytest -m prove --timeout=7200

clean:
	@rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
