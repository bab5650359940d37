# `make` alone lists the commands. Each is safe to repeat.
.DEFAULT_GOAL := help
.PHONY: help run test check fmt messages bench lock screenshots
PY := .venv/bin/python
XDIST ?= -n 2 --dist worksteal

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run:  ## set everything up and serve the demonstration on http://127.0.0.1:8000 (PORT to change)
	@$(call bootstrap,run)
	@$(PY) -m exchange.cli.main serve --demo

test:  ## set up and run all tests (EXCHANGE_TEST=full for the long counts)
	@$(call bootstrap,test)
	@$(PY) -m pytest $(XDIST) $(ARGS)

check:  ## style and format
	@$(call bootstrap,test)
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

fmt:  ## format the code
	@$(call bootstrap,test)
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

messages:  ## collect the words of the interface, update and compile the four catalogues
	@$(call bootstrap,test)
	@$(PY) -m tests.messages

bench:  ## measure speed, size and relevance beside others (SIZE=100k, ONLY=speed, KEEP=1)
	@$(call bootstrap,bench)
	@$(PY) -m tests.bench

lock:  ## renew the hash-pinned locks from setup.cfg (needs uv)
	uv pip compile setup.cfg --extra postgres $(LOCK) -o requirements.lock
	uv pip compile setup.cfg --extra postgres --extra test --extra lint $(LOCK) -c requirements.lock -o requirements-test.lock
	uv pip compile setup.cfg --extra postgres --extra test --extra lint --extra browser $(LOCK) -c requirements-test.lock -o requirements-browser.lock
	uv pip compile setup.cfg --extra postgres --extra test --extra lint --extra bench $(LOCK) -c requirements-test.lock -o requirements-bench.lock

LOCK := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --upgrade --quiet
define bootstrap
command -v python3 >/dev/null || { echo "The Exchange needs Python 3.11 or newer: install python3 and python3-venv."; exit 1; }; \
python3 bootstrap $(1)
endef
