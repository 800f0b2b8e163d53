# Two commands for everyone: `make assess` and `make test`. Both set up .venv by themselves.
SHELL := /bin/bash
.SHELLFLAGS := -eo pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
PROJECT ?= surveys/example
LANGUAGE ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BOOK := _build/site
export MPLBACKEND := agg
export PYTHONHASHSEED := 0
export TZ := UTC
# Two workers on two cores: threads of the linear algebra would only wait for each other.
ONE_THREAD := OPENBLAS_NUM_THREADS=1

.PHONY: assess test lab book print clean lint unit notebooks browser setup
.DEFAULT_GOAL := assess

assess: setup  ## assess an organisation (PROJECT=path/to/client) and build its handbook
	$(BIN)/diagnose run $(PROJECT) $(if $(LANGUAGE),--language $(LANGUAGE))

test: lint unit notebooks book browser  ## everything that continuous integration runs

setup: $(READY)

# The stamp holds the hash of what was installed: a second run installs nothing.
$(READY): requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell src book README.md CONTRIBUTING.md docs

unit: setup
	$(ONE_THREAD) $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder \
	  -m "not browser"

notebooks: setup
	$(ONE_THREAD) $(BIN)/python -m pytest --nbval --nbval-current-env --nbval-cell-timeout=120 \
	  --nbval-sanitize-with=tests/notebooks/nbval_sanitize.cfg \
	  -p no:cacheprovider -W default -n 2 --dist loadscope notebooks

book: setup  ## both editions of the handbook, side by side in _build/site
	$(BIN)/diagnose handbook --output $(BOOK)

print: setup  ## the same with an EPUB and a PDF of each edition; the PDF needs Chromium
	$(BIN)/diagnose handbook --output $(BOOK) --formats html,epub,pdf

browser: book
	$(BIN)/python -m pytest -n 2 --dist worksteal -m browser tests/browser

lab: setup  ## write the notebooks for students, blank and solved, and open them
	$(BIN)/python book/_tools/student_notebooks.py
	$(BIN)/jupyter lab _build/notebooks

clean:
	rm -rf _build .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
