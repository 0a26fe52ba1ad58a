# Everything a newcomer needs; CONTRIBUTING says what each target is for.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.lock
UV     := uv==0.13.9

.PHONY: install test lint format lock bench clean

install: $(STAMP)

# The stamp is a copy of the lock file: as long as the two are equal, nothing is installed again.
$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	cmp -s requirements.lock $(STAMP) || { \
	  { test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet $(UV); } && \
	  $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock; }
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	cp requirements.lock $(STAMP)

# Several test processes with several OpenBLAS threads each stand in each other's way.
test: export OPENBLAS_NUM_THREADS = 1
test: install
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-header --quiet \
	  --python-version 3.11 --output-file requirements.lock

bench: export SIMILIS_SEEDED_WEIGHTS = 1
bench: install
	$(BIN)/python -m benchmarks.embedding
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.endtoend

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
