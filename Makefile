# `make demo` and `make test` each suffice by themselves on a machine with git, make and Python 3.11.
# Everything they write lies in ROUNDTABLE_HOME (default: .roundtable/); delete that folder to start afresh.

SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
ROUNDTABLE_HOME ?= $(CURDIR)/.roundtable
export ROUNDTABLE_HOME
SETUP = exec $(PYTHON) deploy/setup.py
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix bench prove lock manage

help:
	@echo "make demo    set up what is missing, load the demo, serve it (PORT=8000 fixes the port)"
	@echo "make test    set up what is missing, run the tests (ARGS=... goes to pytest)"
	@echo "make check   lint, import contracts, types, deployment checks, missing migrations"
	@echo "make fix     let the linter and the formatter correct what they can"
	@echo "make bench   the benchmarks"
	@echo "make prove   the long figures, written to docs/proofs/"
	@echo "make lock    pin requirements.txt and requirements-dev.txt again"
	@echo "make setup   set up what is missing and stop"
	@echo "make manage  run manage.py on this copy's database (ARGS=...)"

setup:
	@$(SETUP)

demo:
	@$(SETUP) -- python manage.py demo

test:
	@$(SETUP) --dev -- python -m pytest -n 2 --dist loadfile $(ARGS)

check:
	@$(SETUP) --dev -- python .ci/check.py

fix:
	@$(SETUP) --dev --no-assets -- sh -c "ruff check --fix . ; ruff format ."

bench:
	@$(SETUP) --dev -- python -m benchmarks $(ARGS)

prove:
	@$(SETUP) --dev -- python -m benchmarks.prove $(ARGS)

lock:
	@$(SETUP) --dev --no-assets -- sh -ec '$(COMPILE) --output-file requirements.lock requirements.txt; \
		$(COMPILE) -c requirements.lock --output-file requirements-dev.lock requirements-dev.txt'

manage:
	@$(SETUP) -- python manage.py $(ARGS)
