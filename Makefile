# Each target sets up .venv by itself: python3 >= 3.10 and make are all it takes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2

.PHONY: demo test check bench docs clean

$(STAMP): workspace.txt constraints.txt pyproject.toml $(wildcard domains/*/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "ccrouter needs Python 3.10 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "setting up $(VENV), a minute or two"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r workspace.txt
	@$(BIN)/python -m compileall -q ccrouter_core plugins domains # as pip does for what is no working copy
	touch $(STAMP)

demo: $(STAMP) ## real requests routed, executed from recorded answers, validated and climbed
	$(BIN)/ccrouter demo

test: $(STAMP) ## the fast tests
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow"

check: $(STAMP) ## everything that must hold before a change lands
	$(BIN)/python .ci/check.py

bench: $(STAMP) ## one JSON line per figure, each beside its yardstick
	$(BIN)/python -m benchmarks

docs: $(STAMP) ## the documentation, built strictly into site/
	$(BIN)/python .ci/docs.py

clean:
	rm -rf $(VENV) .venvs build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
