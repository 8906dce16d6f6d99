# Everything a fresh machine needs is Python 3.11, make and git.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
MAKEFLAGS += --no-print-directory
# Half the time of a test is waiting for an engine or a process: a file at a time goes to each worker.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest
SPREAD := -n $(WORKERS) --dist loadfile

.PHONY: help env tools demo test check audit fix lock sdl graphiql test-neo4j torture faults fuzz conformance bench bench-peer build clean

help:  ## What there is to do
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# Two steps, each done once until its input changes: what the service needs, and what work on it needs.
$(VENV)/.service: requirements/service.txt requirements/build.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "headwater needs Python 3.11 as $(PYTHON): set PYTHON=/path/to/python3.11"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/service.txt -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/share/headwater/engine.aot && $(BIN)/python -m api.training
	@touch $@

$(VENV)/.dev: $(VENV)/.service requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# GraphiQL's files come from npm where Node is there; without them `--dev` falls back to a CDN's page.
graphiql: api/graphiql/assets/.done  ## Install GraphiQL's files, if Node is there
api/graphiql/assets/.done: api/graphiql/package-lock.json api/graphiql/boot.js api/graphiql/operations.js api/graphiql/accessible.js api/graphiql/page.css api/graphiql/copy.mjs
	@mkdir -p $(@D)
	@if command -v npm >/dev/null 2>&1; then \
	  (cd api/graphiql && npm ci --silent --ignore-scripts --no-audit --no-fund && npm run --silent assets && rm -rf node_modules && touch assets/.done) \
	    || echo "GraphiQL's files could not be installed; its page will come from a CDN in development"; \
	else echo "Node is not here: GraphiQL's page will come from a CDN in development"; fi

env: $(VENV)/.service graphiql  ## Make the environment and .venv/bin/headwater

demo: env  ## Import real data, print five answers, serve GraphQL on loopback
	@exec $(BIN)/headwater demo $(ARGS)

test: $(VENV)/.dev  ## All tests, on the embedded engine
	$(PYTEST) $(SPREAD) $(ARGS)

check: $(VENV)/.dev  ## Format, lint, types, architecture, security, committed SDL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive -ll api graph schema seeds
	$(BIN)/headwater schema | diff - schema/schema.graphql

audit: $(VENV)/.dev  ## Ask a database of known holes about each pinned dependency (needs the internet)
	$(BIN)/uv tool run --quiet pip-audit@2.10.1 --vulnerability-service osv --disable-pip --require-hashes -r requirements/service.txt

fix: $(VENV)/.dev  ## Format, and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The torture has a Neo4j of its own in tests/neo4j.
ON_NEO4J := tests/store tests/e2e --ignore tests/e2e/test_torture.py
test-neo4j: $(VENV)/.dev  ## The store and end-to-end suites on real Neo4j 5.26 and 2026 (Maven, Java 17 and 25)
	HEADWATER_TEST_ENGINE=5.26 $(PYTEST) $(SPREAD) $(ON_NEO4J) $(ARGS)
	HEADWATER_TEST_ENGINE=2026 $(PYTEST) $(SPREAD) $(ON_NEO4J) $(ARGS)
	$(PYTEST) $(SPREAD) tests/neo4j $(ARGS)

# The tools are installed into folders of their own; Debian's chromium is the browser.
CONFORMANCE := tests/conformance
$(CONFORMANCE)/%/node_modules/.done: $(CONFORMANCE)/%/package-lock.json
	cd $(CONFORMANCE)/$* && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

$(CONFORMANCE)/.venv-%/.done: $(CONFORMANCE)/%/requirements.txt
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

TOOLS := $(CONFORMANCE)/js/node_modules/.done $(CONFORMANCE)/issuer/node_modules/.done $(CONFORMANCE)/agents/node_modules/.done $(CONFORMANCE)/.venv-python/.done $(CONFORMANCE)/.venv-fuzzing/.done

tools: graphiql $(TOOLS)

torture: $(VENV)/.dev  ## Kill the service and its engine 200 times under eight writers (30 min)
	HEADWATER_TEST_KILLS=200 HEADWATER_TEST_TEAMS=750 $(PYTEST) -s tests/e2e/test_torture.py $(ARGS)

fuzz: $(VENV)/.dev  ## Try hostile input on each parser, other than in the last run (minutes)
	HEADWATER_TEST_SEARCH=1 HEADWATER_FUZZ_EXAMPLES=3000 $(PYTEST) tests/fuzz $(ARGS)

# A mount namespace of its own lets the tests have small disks, also where one is not root.
faults: $(VENV)/.dev  ## Full and read-only disks, a database that stands still for 30 s
	unshare --user --map-root-user --mount $(PYTEST) tests/faults $(ARGS)

conformance: $(VENV)/.dev graphiql $(TOOLS)  ## Hold the API to tools that others wrote (Node, chromium)
	$(PYTEST) $(CONFORMANCE) $(ARGS)

bench: $(VENV)/.dev  ## Print the figures of bench/README.md on this machine
	$(BIN)/python -m bench $(ARGS)

bench/peer/node_modules/.done: bench/peer/package-lock.json
	cd bench/peer && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

bench-peer: $(VENV)/.dev bench/peer/node_modules/.done  ## Measure beside @neo4j/graphql on one Neo4j (Node, Java 25, Maven)
	$(BIN)/python -m bench.peering $(ARGS)

sdl: $(VENV)/.dev  ## Print the schema into schema/schema.graphql
	$(BIN)/headwater schema > schema/schema.graphql.new && mv schema/schema.graphql.new schema/schema.graphql

LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11

lock: $(VENV)/.dev  ## Lock the dependencies with hashes
	$(LOCK) pyproject.toml --output-file requirements/service.txt
	$(LOCK) --group build --output-file requirements/build.txt
	$(LOCK) pyproject.toml --group dev --output-file requirements/dev.txt
	$(LOCK) $(CONFORMANCE)/python/requirements.in --output-file $(CONFORMANCE)/python/requirements.txt
	$(LOCK) $(CONFORMANCE)/fuzzing/requirements.in --output-file $(CONFORMANCE)/fuzzing/requirements.txt

build: $(VENV)/.dev graphiql  ## Build the wheel
	$(BIN)/python -m build --no-isolation --wheel

clean:  ## Remove what was made, the environment too
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .hypothesis .headwater
