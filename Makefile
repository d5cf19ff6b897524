# All set-up is made here, once, into .venv: Python 3.11+ with pip is all a machine needs.
# Files under .venv/done/ remember what is installed, so a second call has nothing to do.

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
HOW_LOUD := --quiet
PIP := $(BIN)/python -m pip --disable-pip-version-check install $(HOW_LOUD)
# Whole files to each worker, the long ones first: tests/order.py.
PARALLEL := -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder
CORE_SOURCES := pyproject.toml CMakeLists.txt src/cryodose/__init__.py $(wildcard src/core/*)

# The environment is ours alone, and its bytecode is compiled once, at installation.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE
# Named, so that the build does not look for ninja: in Python that name is django-ninja's.
export CMAKE_GENERATOR := Unix Makefiles

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo serve test bench validate lint docs lock rebuild clean

help:
	@echo "make demo      plan an ankle sprain and write its report"
	@echo "make serve     open the clinic in the browser (OPTIONS=--demo: with made-up people)"
	@echo "make test      all checks and all fast tests"
	@echo "make lint      the checks alone: ruff, mypy, import-linter"
	@echo "make validate  compare with the published experiments; the slow tests"
	@echo "make bench     measure the speed"
	@echo "make docs      the map of the code and the changes since the last release"
	@echo "make lock      write requirements/*.txt anew (needs uv)"
	@echo "make rebuild   build the compiled core again, and show how it goes"
	@echo "make clean     remove everything that make has made"

demo: $(DONE)/package
	@mkdir -p build/demo
	$(BIN)/cryodose plan examples/ankle-sprain.toml --html build/demo/ankle-sprain.html
	@echo "Report: $(CURDIR)/build/demo/ankle-sprain.html"

serve: $(DONE)/clinic $(DONE)/package
	$(BIN)/cryodose serve $(OPTIONS)

test: $(DONE)/dev $(DONE)/package lint
	@sh tools/browser.sh
	@sh tools/broker.sh
	@sh tools/database.sh
	$(BIN)/python -m pytest $(PARALLEL)

lint: $(DONE)/dev $(DONE)/package
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DONE)/dev $(DONE)/package
	$(BIN)/python benchmarks/whole_body_tables.py
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/screening.py
	$(BIN)/python benchmarks/whole_body.py
	$(BIN)/python benchmarks/drugs.py
	$(BIN)/python benchmarks/freeze.py
	$(BIN)/python benchmarks/clinic.py
	$(BIN)/python benchmarks/clinic_planner.py --docs docs/benchmarks-clinic-planner.md

validate: $(DONE)/dev $(DONE)/package
	@mkdir -p build
	$(BIN)/cryodose validate experiments/cold-pack experiments/immersion \
		--html build/validation.html --docs docs/validation.md
	$(BIN)/cryodose validate experiments/cryochamber experiments/cryosauna \
		--html build/validation-whole-body.html --docs docs/validation-whole-body.md
	$(BIN)/cryodose validate experiments/cryoelectrophoresis \
		--html build/validation-drugs.html --docs docs/validation-drugs.md
	$(BIN)/cryodose validate experiments/liquid-nitrogen \
		--html build/validation-freezing.html --docs docs/validation-freezing.md
	$(BIN)/python -m pytest $(PARALLEL) -m slow

docs: $(DONE)/dev $(DONE)/package
	$(BIN)/python tools/code_map.py build/docs/map.md
	$(BIN)/python tools/rules_page.py
	$(BIN)/python tools/clinic_page.py
	$(BIN)/towncrier build --draft > build/docs/changes.md
	@echo build/docs/changes.md

lock:
	sh tools/lock.sh

rebuild:
	rm -f $(DONE)/package
	$(MAKE) $(DONE)/package HOW_LOUD=--verbose

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache test-results
	find src tests tools benchmarks examples -name __pycache__ -type d -prune \
		-exec rm -rf {} + 2>/dev/null || true

$(DONE)/venv:
	@python=$$(PYTHON="$(PYTHON)" sh tools/python.sh) \
		&& echo "Making $(VENV) with $$python ..." \
		&& "$$python" -m venv --clear $(VENV)
	@mkdir -p $(DONE) && touch $@

$(DONE)/demo: requirements/demo.txt $(DONE)/venv
	@echo "Installing what the program needs (about a minute, once) ..."
	@$(PIP) --require-hashes -r requirements/demo.txt
	@touch $@

$(DONE)/clinic: requirements/clinic.txt $(DONE)/demo
	@echo "Installing what the clinic needs (about half a minute, once) ..."
	@$(PIP) --require-hashes -r requirements/clinic.txt
	@touch $@

$(DONE)/dev: requirements/dev.txt $(DONE)/demo
	@echo "Installing what the checks need (about a minute, once) ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(DONE)/package: $(CORE_SOURCES) $(DONE)/demo
	@echo "Building cryodose ..."
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src/cryodose
	@$(BIN)/python tools/core_state.py
	@touch $@
