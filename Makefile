# On a fresh machine: Python 3.11 or newer, make, and a network for the installation alone.
#   make book   runs every notebook and writes the HTML book      make test   runs everything that is checked
#   make lab    opens the notebooks in JupyterLab

ifeq ($(OS),Windows_NT)
PYTHON ?= python
BIN := .venv/Scripts
else
PYTHON ?= python3
BIN := .venv/bin
endif
RUN := $(BIN)/python
INSTALLED := .venv/installed
HTML := book/_build/html

.PHONY: book html notebooks pages test mutants bench lab figures lint install extras clean

book: notebooks html

html: $(INSTALLED)
	$(RUN) -m sphinx -b html -n -W --keep-going -q book $(HTML)
	@$(RUN) -c "import pathlib; print('The book:', pathlib.Path('$(HTML)/index.html').resolve().as_uri())"

notebooks: $(INSTALLED)
	$(RUN) book/execute.py

# the pages that are written from the ledger and the notebooks
pages: $(INSTALLED)
	$(RUN) book/pages.py

test: $(INSTALLED)
	$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# changes each module mechanically, runs the tests on each change, and writes book/mutants.md; Linux
mutants: $(INSTALLED)
	$(RUN) tests/mutation/run.py

# times bp beside PyTorch, JAX and others, installed in .venv-bench, and writes book/speed.md with its figure
bench: $(INSTALLED)
	$(RUN) tests/bench/run.py

lab: $(INSTALLED)
	$(RUN) -m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/book/00-notation.ipynb

figures: $(INSTALLED)
	$(RUN) -c "import glob, runpy; [runpy.run_path(path, run_name='__main__') for path in sorted(glob.glob('figures/[0-9]*.py'))]"

lint: $(INSTALLED)
	$(RUN) -m ruff check .

install: $(INSTALLED)

# what single chapters can use beyond the lock; their stored outputs can be read without it
extras: $(INSTALLED)
	$(RUN) -m pip install --quiet --disable-pip-version-check -e ".[torch,distributed]"

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed: make PYTHON=...' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv .venv
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(RUN) -c "open('$@', 'w').close()"

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(path, ignore_errors=True) for path in ('$(HTML)', '.venv', '.venv-bench')]"
