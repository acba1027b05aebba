# `make film` builds the short, `make test` runs the tests; both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUT ?= build

.PHONY: film hello test test-slow check lint bench clean setup

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("filmlang needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/film doctor --warm
	touch $(STAMP)

film: setup
	$(BIN)/film build films/the_last_breath --out $(OUT)/the_last_breath

hello: setup
	$(BIN)/film build films/hello --out $(OUT)/hello

test: setup
	$(BIN)/python -m pytest -n 2 -m 'not slow and not device'

test-slow: setup
	$(BIN)/python -m pytest -m slow

lint check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.docs --check
	$(BIN)/python -m tools.ops --check

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench language

clean:
	rm -rf build .film
