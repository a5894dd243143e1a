# The two commands a stranger needs are `make try` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: setup help install try run test crash pictures check format lock clean docs oldest audit image image-steps

help: ## Show what can be made.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 12

install: $(VENV)/.installed ## Make .venv with all that the bot, its tests and its benchmarks need.

$(VENV)/.installed: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Set PYTHON=python3.12, for example.") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

try: install ## Run the bot in a simulated Discord, in the browser; no token. FAQ=path-or-url uses any page, LIST=path-or-url any mailing list.
	@$(BIN)/python -m bot try $(if $(FAQ),--faq "$(FAQ)") $(if $(LIST),--list "$(LIST)")

setup: install ## Set the bot up: ask for its token, print the invite link, write .env.
	@$(BIN)/python -m bot setup

run: install ## Run the bot for real (DISCORD_TOKEN in .env).
	@$(BIN)/python -m bot run

test: install ## Run all tests.
	$(BIN)/python -m pytest $(ARGS)

crash: install ## Kill the bot hundreds of times while it posts; fails unless nothing is lost or doubled.
	WHOLE_CAMPAIGN=1 $(BIN)/python -m pytest -q --timeout 3600 tests/crash/test_every_call.py
	$(BIN)/python -m tests.crash.campaign
	$(if $(TEST_DATABASE_URL),$(BIN)/python -m tests.crash.many_processes "$(TEST_DATABASE_URL)")

pictures: install ## Take the README's pictures anew (needs Chromium).
	$(BIN)/python -m scripts.take_pictures

docs: install ## Build the handbook's site into build/site.
	$(BIN)/zensical build --clean --strict

check: install ## Format, lint, types, architecture and the repository's own rules.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_repository.py

format: install ## Put the code into shape.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Write the lock files anew (needs uv): hashes, but no index addresses.
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

oldest: ## Make .venv with the oldest versions that pyproject.toml permits, to test with these.
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python scripts/oldest.py > $(VENV)/oldest.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(VENV)/oldest.txt
	@touch $(VENV)/.installed

audit: ## Ask for known weaknesses of what is locked, and write build/sbom.json (needs the internet).
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1 cyclonedx-bom==7.5.0
	build/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock
	build/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.lock
	build/audit/bin/cyclonedx-py requirements requirements.lock --output-reproducible --of JSON -o build/sbom.json

image: ## Build the container, and run it once (needs Docker).
	docker build --tag rapporteur .
	docker run --rm --read-only --tmpfs /tmp rapporteur --help

image-steps: install ## Do the Dockerfile's steps in a clean virtual environment, without Docker.
	IMAGE_STEPS=1 $(BIN)/python -m pytest -q --timeout 600 tests/test_containers.py

clean: ## Remove what the other targets made.
	rm -rf $(VENV) build .mypy_cache .ruff_cache .import_linter_cache
