# Everything runs in .venv, which the first target that needs it makes.
#   make demo      a formula becomes a trained network on real images, in a few minutes
#   make test      lint and the default test suite        make test-all   the slow tests too
#   make lint      style, types, boundaries               make format     mend the style
#   make bench     the table of speeds                    make docs       the site, in site/
#   make clean     remove what the targets above made
# Another interpreter: make PYTHON=python3.12 test

# The first of these that is Python 3.11 or later.
PYTHON ?= $(shell for p in python3 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
WITH_DOCS := $(VENV)/installed-docs
PYTEST := $(BIN)/python -m pytest
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# The tests use one thread each (tests/conftest.py), so two of them fill two cores. Speeds are
# compared by `bench`, which has the machine to itself.
JOBS ?= 2
PARALLEL := -n $(JOBS) --benchmark-disable

.DELETE_ON_ERROR:
.PHONY: demo test test-all lint format bench docs clean install

demo: $(INSTALLED)
	$(BIN)/formula2net demo

test: lint
	$(PYTEST) $(PARALLEL)

test-all: lint
	$(PYTEST) $(PARALLEL) -m "not bench"
	$(PYTEST) -m bench

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED)
	$(PYTEST) -m bench --benchmark-columns=min,median,rounds

docs: $(WITH_DOCS)
	$(BIN)/mkdocs build --strict

install: $(INSTALLED)

clean:
	rm -rf $(VENV) site build dist

# The stamp is written last: an environment that was left half made is made again. torch comes
# first and pinned, since an unpinned one may bring gigabytes of another build.
$(INSTALLED): pyproject.toml constraints.txt
	@$(if $(PYTHON),:,echo "Python 3.11 or later is needed: make PYTHON=..." >&2; exit 1)
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP_INSTALL) torch
	$(PIP_INSTALL) -e '.[train,export,report,dev]'
	@touch $@

$(WITH_DOCS): $(INSTALLED)
	$(PIP_INSTALL) -e '.[docs]'
	@touch $@
