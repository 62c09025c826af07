# The two commands are `make run` and `make test`; everything else is for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
export PYTHONPATH := $(CURDIR)
# The panels are small: a second BLAS thread only spins beside the other process.
export OPENBLAS_NUM_THREADS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Every file is read in a process of its own: without bytecode each compiles the project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint bench calibrate sample glossary clean
.DELETE_ON_ERROR:

run: $(VENV)/.run-ready ## set up what is missing, then serve
	@$(BIN)/python -m pipelines demo
	@echo "同频已就绪，请打开 http://127.0.0.1:$(PORT)（按 Ctrl+C 停止）"
	@$(BIN)/python -m streamlit run dashboard/app.py --server.port $(PORT)

test: $(VENV)/.test-ready browser ## set up what is missing, then run every test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

lint: $(VENV)/.test-ready
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

bench: $(VENV)/.test-ready ## measure and write docs/benchmarks.md; a part: BENCH="--sizes none --files 10k"
	@$(BIN)/python -m benchmarks $(BENCH)

calibrate: $(VENV)/.run-ready ## measure the statistics on made-up panels and write docs/calibration.md; a part: CALIBRATE="--part nulls"
	@$(BIN)/python -m pipelines.analysis.calibration $(CALIBRATE)

sample: $(VENV)/.run-ready ## write data/sample/ anew
	@$(BIN)/python -m pipelines.simulate --out data/sample

glossary: $(VENV)/.run-ready ## write GLOSSARY.md anew
	@$(BIN)/python -m pipelines.glossary

clean:
	rm -rf $(VENV) data/store

.PHONY: browser
browser:
	@command -v chromium >/dev/null && fc-list :lang=zh | grep -q . || sh tests/browser/install.sh

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "需要 Python 3.11 或更新版本" && exit 1)
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "正在安装依赖（只在第一次或依赖变化时）……"
	@$(BIN)/python -m pip install --quiet -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/.test-ready: requirements-dev.txt $(VENV)/.run-ready
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt -c constraints.txt
	@touch $@
