# Everything a person needs is one word away; CI calls the same words.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help demo test check test-quick docs kafka lock install clean
.DEFAULT_GOAL := help

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

install: $(INSTALLED) ## Install everything, pinned and hashed, into .venv.

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "News Monitor needs Python 3.11 or newer; set one with: make PYTHON=python3.12 ..."; exit 1; }
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv $(VENV) \
		|| { echo "No virtual environment could be made; on Debian: apt-get install python3-venv, then make again"; exit 1; }
	@echo "Installing the locked packages into $(VENV) (about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(INSTALLED) ## Play the built-in news through an embedded broker and show the alerts (ARGS=--keep leaves it running).
	@$(BIN)/news-monitor demo $(ARGS)

test: $(INSTALLED) ## Run all tests; those that need a real Kafka or Prometheus say so where they skip.
	@$(BIN)/python -m pytest $(ARGS)

test-quick: $(INSTALLED) ## Run the tests that need nothing but Python: seconds.
	@$(BIN)/python -m pytest tests/unit tests/contract $(ARGS)

check: $(INSTALLED) ## Format, lint, types, imports, accuracy and generated documents, as CI checks them.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/python docs/accuracy.py --check
	@$(BIN)/python docker/grafana/dashboard.py --check

docs: $(INSTALLED) ## Write the generated documents and the dashboards again.
	@$(BIN)/python docs/generate.py
	@$(BIN)/python docs/record_examples.py
	@$(BIN)/python docs/accuracy.py
	@$(BIN)/python docker/grafana/dashboard.py

kafka: $(INSTALLED) ## Start a real Apache Kafka on 127.0.0.1:9092, until Ctrl-C (needs Java 17 and Maven).
	@$(BIN)/python -m tests.real_kafka --port 9092

lock: ## Resolve the lock again (needs uv).
	uv pip compile pyproject.toml --extra embedded --extra parquet --extra tracing --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
		--upgrade --output-file requirements.lock

clean: ## Remove what was installed and built.
	rm -rf $(VENV) build dist *.egg-info
