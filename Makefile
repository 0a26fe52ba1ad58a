# Everything a newcomer needs; CONTRIBUTING says what each target is for.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.lock
UV     := uv==0.13.9

DEMO      ?= .demo
PORT      ?= 8000
SHARED    ?= ../shared/data
PAGE      := web/dist/index.html
PAGE_FROM := $(shell find web/src web/public -type f 2>/dev/null) $(wildcard web/*.ts web/*.json web/*.html web/*.js)

.PHONY: install page demo test lint format lock bench screenshots lighthouse clean

install: $(STAMP)

# The stamp is a copy of the lock file: as long as the two are equal, nothing is installed again.
$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	cmp -s requirements.lock $(STAMP) || { \
	  { test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet $(UV); } && \
	  $(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock; }
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	cp requirements.lock $(STAMP)

# --- the page -------------------------------------------------------------------------------------

page: $(PAGE)

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund

$(PAGE): web/node_modules/.package-lock.json $(PAGE_FROM) api/schema.graphql
	cd web && npm run --silent build

# --- the demo -------------------------------------------------------------------------------------

# The pictures that pydicom brings along, with invented reports; drawn hearts of known volumes; and, where a folder of research data
# lies beside the checkout, some of its sets. A second run finds it all there and just serves.
demo: export SIMILIS_HOME = $(abspath $(DEMO)/home)
demo: install page $(DEMO)/indexed
	$(BIN)/similis serve --port $(PORT)

$(DEMO)/indexed: docs/samples/reports.csv
	$(BIN)/similis ingest "$$($(BIN)/python -c 'import pydicom; print(pydicom.__path__[0])')/data/test_files"/*.dcm \
	  --reports docs/samples/reports.csv --dataset samples
	$(BIN)/python -m tests.phantoms $(DEMO)/pictures/hearts
	$(BIN)/similis ingest $(DEMO)/pictures/hearts --dataset hearts
	$(if $(wildcard $(SHARED)/cxr),$(MAKE) --no-print-directory research-sets)
	touch $@

RESEARCH_SETS := mr_brain_tumour us_breast_busi ct_kidney mg_mini_mias
.PHONY: research-sets
research-sets:
	$(BIN)/similis wrap $(SHARED)/cxr/labels.csv --out $(DEMO)/pictures/chest_films --jobs 2 \
	  --set modality=CR --set body_part=CHEST --map view=view_position
	set -e; for set in $(RESEARCH_SETS); do \
	  $(BIN)/similis wrap $(SHARED)/mixed/$$set/index.csv --out $(DEMO)/pictures/$$set --jobs 2; done
	set -e; for set in chest_films $(RESEARCH_SETS); do \
	  $(BIN)/similis ingest $(DEMO)/pictures/$$set --dataset $$set; done

# --- tests and tools ------------------------------------------------------------------------------

# Several test processes with several OpenBLAS threads each stand in each other's way.
test: export OPENBLAS_NUM_THREADS = 1
test: install page
	cd web && npm run --silent test
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: install web/node_modules/.package-lock.json
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec infra/compose.yaml
	cd web && npm run --silent lint

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-header --quiet \
	  --python-version 3.11 --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --constraint requirements.lock --generate-hashes --no-header \
	  --no-annotate --quiet --python-version 3.11 --output-file requirements-runtime.lock

bench: export SIMILIS_SEEDED_WEIGHTS = 1
bench: install
	$(BIN)/python -m benchmarks.embedding
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.endtoend

# docs/images, from the page as it is now; needs Chromium.
screenshots: install page
	$(BIN)/python -m tests.e2e.screenshots

# Scores of the search page, on a machine that does nothing else meanwhile; needs Chromium.
lighthouse: install page
	$(BIN)/python -m tests.e2e.lighthouse

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache web/node_modules web/dist
