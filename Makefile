# Every target sets up what it needs in .venv; the second run starts at once.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
SELECT := not slow and not live
# The live tests ask for the same environment again, so they must ask with the same Python.
export PYTHON

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo test check lock screenshots test-live test-live-short soak bench bench-live clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/runtime  ## the cockpit on a simulated Gunbot
	@$(RUN) -m gunbot_tui demo

test: check  ## all checks and tests, in about six minutes on two cores
	@scripts/need-tmux
	$(RUN) -m pytest -n 3 --dist worksteal -m "$(SELECT)"

check: $(VENV)/dev  ## format, lint, types and import contracts
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports

lock:  ## resolve the versions anew and write the lock files
	scripts/lock $(PYTHON)

screenshots: $(VENV)/dev  ## draw the pictures of the README from the demo
	$(RUN) -m screenshots.take

test-live: $(VENV)/dev  ## the tests that take minutes or start real servers
	@scripts/need-tmux
	@scripts/freqtrade $(PYTHON) >/dev/null
	$(RUN) -m pytest -m "slow or live"

test-live-short: $(VENV)/dev  ## of those, the quick ones: the cockpit on a real Freqtrade
	@scripts/need-tmux
	@scripts/freqtrade $(PYTHON) >/dev/null
	$(RUN) -m pytest tests/live -m "not slow"

soak: $(VENV)/dev  ## 1,000 seeded runs with faults and 500 kills; takes a quarter of an hour
	$(RUN) -m pytest -n 2 tests/chaos tests/kill -m "slow or not slow"

bench: $(VENV)/dev  ## measure start, keys, bytes, idle and orders against Textual's hello-world
	$(RUN) -m bench.run
	$(RUN) -m bench.desk

# AGAINST="COMMAND {yaml}" measures another client of Freqtrade in turn with the cockpit.
bench-live: $(VENV)/dev  ## measure the cockpit on a real Freqtrade, and with ten bots of which one hangs
	@scripts/freqtrade $(PYTHON) >/dev/null
	$(RUN) -m bench.freqtrade $(if $(AGAINST),--against "$(AGAINST)")
	$(RUN) -m bench.fleet

clean:  ## remove .venv, caches and builds
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

# The development set contains the runtime set, so having it is enough for both.
$(VENV)/runtime: requirements.lock
	@scripts/venv $(PYTHON) $(VENV) requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock
	@scripts/venv $(PYTHON) $(VENV) requirements-dev.lock
	@touch $(VENV)/runtime $@
