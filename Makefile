# Kinometric: `make demo` shows it, `make test` proves it. Each prepares its own environment.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PREPARE = $(PYTHON) packaging/environment/prepare.py --venv $(VENV)
WORKERS ?= 3

.PHONY: demo test test-all bench soak bundle oracle format lock clean

demo:
	@$(PREPARE) --lock run
	@$(BIN)/kinometric-server demo

test:
	@$(PREPARE) --lock develop
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not soak" $(TESTS)

test-all:
	@$(PYTHON) packaging/environment/test_all.py

bench:
	@$(PREPARE) --lock develop
	@$(BIN)/python benchmarks/run.py

soak:
	@$(PREPARE) --lock develop
	@KINOMETRIC_HYPOTHESIS=search $(BIN)/python -m pytest -q -m soak $(TESTS)

oracle:
	@$(PREPARE) --lock develop
	@$(BIN)/python benchmarks/oracle.py

bundle:
	@$(PREPARE) --lock develop
	@$(BIN)/python packaging/bundle/build.py

format:
	@$(PREPARE) --lock develop
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock:
	@$(PYTHON) packaging/environment/lock.py

clean:
	rm -rf build dist *.egg-info .venv .venv-*
