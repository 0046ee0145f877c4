# Simpul: `make` prints what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SUPPLY := .venv-supply
LOCK := uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links -p 3.11 -q --custom-compile-command "make lock"
# twice as many as there are cores: many tests wait
WORKERS = $(shell $(PYTHON) -c "import os; print(2 * os.cpu_count())")
# what the core decides, once: the scenarios on the bare kernel alone
QUICK := tests/topology tests/correlator tests/golden tests/scenarios -k "not (test_scenarios and embedded)"

.DEFAULT_GOAL := help
.PHONY: help demo run test quick lint check mutants fuzz bench month accuracy drawn sim chaos outside schemas lock sbom audit clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY)  ## a fibre cut, seen, ticketed, explained and told; ARGS=--fast plays it in seconds
	@$(BIN)/simpul demo $(ARGS)

run: $(READY)  ## the service, embedded; its settings: simpul.toml, see simpul.example.toml
	@$(BIN)/simpul run $(ARGS)

test: $(READY)  ## every test; ARGS=... goes to pytest
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

quick: $(READY)  ## in a minute: the tests of topology and correlator, golden records, scenarios on the bare kernel
	@$(BIN)/pytest -q -n auto $(QUICK) $(ARGS)

lint: $(READY)  ## ruff, mypy strict, import contracts
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo

check: lint  ## lint, and the tidy and docs tests
	@$(BIN)/pytest -q tests/test_tidy.py tests/test_docs.py

mutants: $(READY)  ## whether the quick tests notice mutations of correlator/; ARGS="--count 40 --seed 7 --out FILE"
	@$(BIN)/python -m dev.mutants --seed $$(date +%Y%m%d) $(ARGS) -- $(QUICK)

fuzz: $(READY)  ## a million inputs at each parser: no crash, none over 50 ms, memory flat; ARGS="--count 10000 syslog"
	@$(BIN)/python -m tests.fuzz $(ARGS)

bench: $(READY)  ## measure, and write bench/RESULTS.md
	@$(BIN)/python -m bench $(ARGS)

month: $(READY)  ## a month of an operator, judged by an auditor: 60,000 complaints, 400 incidents; some minutes
	@$(BIN)/python -m bench.month

accuracy: $(READY)  ## how often the verdict is right, on real graphs; ARGS=--full writes bench/ACCURACY.md; ARGS="--cell k2 --seeds 40"
	@$(BIN)/python -m bench.accuracy $(ARGS)

drawn: $(READY)  ## the same on cases drawn by another hand; ARGS=--full writes bench/DRAWN.md; ARGS="--set mixed day --seeds 101 140"
	@$(BIN)/python -m bench.drawn $(ARGS)

sim: $(READY)  ## 10,000 simulated nights with an auditor; ARGS="--seeds 200"
	@$(BIN)/simpul simulate --seeds 10000 $(ARGS)

sop: $(READY)  ## the SOP clause by clause, with what proves each, run now
	@$(BIN)/python -m dev.sop

schemas: $(READY)  ## write docs/schemas, docs/asyncapi.json and docs/access.md anew, of what is in the code
	@$(BIN)/python -m dev.schemas && $(BIN)/python -m dev.access

chaos: $(READY)  ## the distributed runtime under load while everything is killed; ARGS="--drills 10"
	@$(BIN)/python -m tests.chaos $(ARGS)

outside: $(READY)  ## `simpul run` killed and held at random, judged by what shares no code with it; ARGS="--rounds 5"
	@$(BIN)/python -m tests.outside $(ARGS)

lock:  ## resolve the dependencies anew, with hashes
	@$(LOCK) pyproject.toml --extra distributed --extra traces --group dev -o requirements.lock
	@$(LOCK) pyproject.toml --extra distributed --extra traces -c requirements.lock -o requirements.runtime.lock
	@$(LOCK) dev/supply/requirements.in -o dev/supply/requirements.lock

sbom: $(SUPPLY)/.ready  ## what the image consists of, as CycloneDX: sbom.json
	@$(SUPPLY)/bin/cyclonedx-py requirements requirements.runtime.lock --pyproject pyproject.toml --mc-type application --output-reproducible --of JSON -o sbom.json
	@echo "sbom.json"

audit: $(SUPPLY)/.ready  ## known weaknesses of what the image consists of
	@dev/supply/audit $(SUPPLY)/bin/pip-audit requirements.runtime.lock

clean:  ## remove the environment
	@rm -rf $(VENV) $(SUPPLY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else f"Python 3.11 to 3.13 is needed, this is {sys.version.split()[0]}; say make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV), once ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(SUPPLY)/.ready: dev/supply/requirements.lock
	@test -x $(SUPPLY)/bin/python || $(PYTHON) -m venv $(SUPPLY)
	@$(SUPPLY)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r dev/supply/requirements.lock
	@touch $@
