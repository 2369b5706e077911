# Everything sets itself up: a clean clone needs only Python (3.11 to 3.13, the first found) and make.
PYTHONS := python3.11 python3.12 python3.13
PYTHON ?= $(firstword $(foreach name,$(PYTHONS),$(shell $(name) -c "print('$(name)')" 2>/dev/null)))
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
AXE    := tests/browser/node_modules/axe-core/axe.min.js
ASSETS := assets
STYLES := src/leaderful/web/static/leaderful/leaderful.css
SCRIPTS := $(patsubst %,src/leaderful/web/static/leaderful/%.js,leaderful finding leaving)

.PHONY: help demo serve test test-browser test-postgresql check format docs bench bench-nulls bench-recovery bench-web laboratory tables examples lock clean

help:            ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

$(READY): constraints.txt pyproject.toml
	@echo "Setting up $(VENV): the packages pinned in constraints.txt, then leaderful itself"
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { echo "No $(or $(PYTHON),$(PYTHONS)) was found. leaderful needs Python 3.11 to 3.13: install one, or name one with make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)   ## write the report for North East and North Cumbria from packaged data
	$(BIN)/leaderful demo

$(STYLES): $(ASSETS)/package.json $(ASSETS)/package-lock.json $(ASSETS)/leaderful.scss $(SCRIPTS)
	npm --prefix $(ASSETS) ci --no-audit --no-fund --silent
	npm --prefix $(ASSETS) run build --silent
	@touch $@

serve: $(READY) $(STYLES) ## start the web application (Node: npm, for its styles)
	$(BIN)/leaderful serve

test: $(READY)   ## every test that needs no browser
	$(BIN)/python -m pytest -q -n 2 -m "not browser"

$(AXE): tests/browser/package.json tests/browser/package-lock.json
	npm --prefix tests/browser ci --no-audit --no-fund --silent
	@touch $@

test-browser: $(READY) $(AXE) $(STYLES)   ## accessibility and layout, in headless Chromium (Debian: chromium; Node: npm)
	@command -v chromium >/dev/null 2>&1 || { echo "this needs Chromium; on Debian: apt-get install chromium"; exit 1; }
	$(BIN)/python -m pytest -q -m browser

test-postgresql: $(READY) ## the web application's tests beside a PostgreSQL of their own (Debian: postgresql)
	tools/with_postgresql $(BIN)/python -m pytest -q -n 2 tests/web

check: $(READY)  ## format, lint, types, generated docs, layering
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tools/write_docs.py --check
	$(BIN)/python -m pytest -q tests/test_layers.py

format: $(READY) ## tidy the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)   ## write the generated pages and build the site into site/
	$(BIN)/python tools/write_docs.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(READY)  ## speed, beside a peer in the same run
	$(BIN)/python benchmarks/run.py

bench-nulls: $(READY) ## how often the null models in time give p below 0.05 (some 15 minutes)
	$(BIN)/python benchmarks/null_calibration.py

bench-recovery: $(READY) ## how often each measure finds what is planted in synthetic studies (some 30 minutes)
	$(BIN)/python benchmarks/recovery.py

bench-web: $(READY) ## people answering at once: 100 on SQLite, 500 on PostgreSQL (Debian: postgresql)
	$(BIN)/python benchmarks/web.py 100 60
	tools/with_postgresql $(BIN)/python benchmarks/web.py 500 60

laboratory: $(READY) ## make the laboratory's verdicts on the propositions anew (some 10 minutes)
	$(BIN)/python tools/build_laboratory.py

tables: $(READY) ## rebuild the packaged tables: make tables DATA=folder
	$(BIN)/python tools/build_england.py $(DATA)
	$(BIN)/python tools/build_policy.py $(DATA)
	$(BIN)/python tools/build_england_findings.py

examples: $(READY) ## make the example studies anew
	$(BIN)/python tools/build_examples.py

lock: $(READY)   ## pin every dependency again, with hashes and no host
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --extra web --extra postgresql --group dev pyproject.toml -o constraints.txt

clean:           ## remove what these commands made
	rm -rf $(VENV) site .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/browser/node_modules $(ASSETS)/node_modules
