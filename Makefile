# make run    cleans raw/ into clean/        make test   tests, linters, type checks
# make torture  the long batteries: kills, failing disks, readers among commits; see docs/reliability.md
# make audit  asks databases of known vulnerabilities about all that is installed (needs the internet)
# make docs   the documentation as a site, in site/
# make schema writes what of docs/ follows from the Arrow schemas
# make lock   writes the lock files anew     make clean  takes away what make has built

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml

.PHONY: run test torture audit docs schema lock clean

run: $(VENV)/run-ready
	$(BIN)/copydesk clean raw clean

test: $(VENV)/test-ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/copydesk check-rules
	$(BIN)/pytest -n 3 --dist worksteal

torture: $(VENV)/test-ready
	$(BIN)/pytest -m torture -s --timeout 3600

$(VENV)/run-ready: requirements.lock pyproject.toml | $(VENV)
	$(INSTALL) --no-deps --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q pipeline flows
	$(BIN)/python -m flows.database
	@touch $@

$(VENV)/test-ready: requirements-dev.lock $(VENV)/run-ready
	$(INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo 'copydesk needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=python3.12 $(MAKECMDGOALS)'; exit 1; }
	$(PYTHON) -m venv $(VENV)

audit:
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/python -m pip install -qq --disable-pip-version-check --no-input pip-audit
	$(VENV)-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.lock

docs: requirements-docs.lock
	$(PYTHON) -m venv $(VENV)-docs
	$(VENV)-docs/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-deps --require-hashes -r requirements-docs.lock
	$(VENV)-docs/bin/mkdocs build --strict

schema: $(VENV)/run-ready
	$(BIN)/python -m docs.dictionary

lock:
	$(COMPILE) --group build --group dev --output-file requirements-dev.lock
	$(COMPILE) --group build --constraint requirements-dev.lock --output-file requirements.lock
	$(subst pyproject.toml,,$(COMPILE)) --group docs --output-file requirements-docs.lock

clean:
	rm -rf $(VENV) $(VENV)-audit $(VENV)-docs site
