# The one door. Every target makes .venv by itself from the locked requirements.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
HOUSEHOLDS ?= 4000
SEED ?= 7
DATA ?= demo-data
export QIANSHAO_DATA ?=
unexport QIANSHAO_DATA

.PHONY: help setup demo serve test test-postgres pictures test-long check fix bench lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/.runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.ready: .venv/.runtime assets.json $(shell find src/qianshao/locale -name '*.po' 2>/dev/null)
	@$(BIN)/python tools/fetch_assets.py
	@$(BIN)/python tools/translations.py compile
	@touch $@

setup: .venv/.ready .venv/.dev ## install everything that development needs

demo: .venv/.ready ## the example county, from files to the served pages
	@$(BIN)/qianshao demo --households $(HOUSEHOLDS) --seed $(SEED) --data $(DATA) $(if $(NO_SERVE),--no-serve)

test: setup ## all tests but the full sizes
	@$(BIN)/python -m pytest -n $(WORKERS) -m "not long" $(ARGS)

test-postgres: setup ## the tests of the system of record once more, on PostgreSQL
	@tools/with_postgres.sh $(BIN)/python -m pytest -n $(WORKERS) -m "not long" tests/integration $(ARGS)

pictures: setup ## take the pictures of the documentation anew, from the browser tests
	@$(BIN)/python -m pytest -q tests/functional/test_screening_pages.py -k overview
	@cp screens/overview-zh-1440.png docs/pictures/overview.png

test-long: setup ## full sizes: kills, generative, large counties
	@$(BIN)/python -m pytest -m "long" $(ARGS)

check: setup ## everything that can be said without running the tests; changes nothing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@QIANSHAO_DATA=$$(mktemp -d) $(BIN)/python -W error::RuntimeWarning -m django makemigrations --check --dry-run --settings qianshao.web.settings
	@$(BIN)/python tools/translations.py check
	@$(BIN)/python tools/feeds_page.py check

fix: setup ## format, sort imports, update translations and generated pages
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python tools/translations.py update
	@$(BIN)/python tools/feeds_page.py write

bench: setup ## print the ratios of benchmarks/ (see benchmarks/README.md)
	@$(BIN)/python benchmarks/screening/run.py $(ARGS)

lock: .venv/.runtime ## resolve the dependencies anew
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml --group dev --group bench -o requirements-dev.lock

clean: ## remove what make made
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache src/qianshao/web/static/vendor
