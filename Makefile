# make demo · make test · make lint · make bench · make chaos · make abuse      (CONTRIBUTING says what each shows)
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Versions are pinned in pyproject.toml; a change there installs anew.
DEMO_READY := $(VENV)/.demo-ready
DEV_READY  := $(VENV)/.dev-ready
TESTS      ?= tests

.PHONY: demo test lint format bench chaos abuse clean
.DEFAULT_GOAL := demo

demo: $(DEMO_READY)
	@$(BIN)/paperboy demo

test: $(DEV_READY)
	@$(BIN)/pytest -n 2 --dist loadfile $(TESTS)

lint: $(DEV_READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(DEV_READY)
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: $(DEV_READY)
	@$(BIN)/paperboy bench all --json

chaos: $(DEV_READY)
	@$(BIN)/python -m tests.chaos $(CHAOS)

abuse: $(DEV_READY)
	@$(BIN)/python -m tests.abuse mutated --requests 100000
	@$(BIN)/python -m tests.abuse fuzz --commands 10000 --workspaces 1000
	@$(BIN)/python -m tests.abuse crowd --connections 1200

clean:
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "Paperboy needs Python 3.11, 3.12 or 3.13; try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(DEMO_READY): $(BIN)/python pyproject.toml deploy/install-torch.sh
	@echo "Installing Paperboy with its model and its Redis (a minute or two, once) …"
	@deploy/install-torch.sh $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[worker,embedded,email,web,slack,discord]'
	@$(BIN)/python -m compileall -q papers workers bot bench paperboy
	@touch $@

$(DEV_READY): $(DEMO_READY)
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[worker,embedded,email,web,slack,discord,dev]'
	@touch $@
