# Everything a person types. `make` alone lists it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
APT := DEBIAN_FRONTEND=noninteractive apt-get
IMAGE_FILES := docker-compose.yml pyproject.toml docker/Dockerfile docker/constraints.txt docker/example.env docker/slim.py
export VIDEO

.PHONY: help setup tools browser demo serve test test-slow test-faults test-images check screenshots sample train train-dub train-bilabials train-smoke
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([^:]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(VENV)/.installed ## make .venv with everything in it, and see that ffmpeg is there

demo: setup ## measure, retime and dub the two samples through the real service, or measure VIDEO=file
	@if [ -n "$$VIDEO" ]; then $(BIN)/liptune demo -- "$$VIDEO"; else $(BIN)/liptune demo; fi

serve: setup ## start the service on http://127.0.0.1:8000
	@$(BIN)/liptune serve

test: setup browser ## run the fast tests; the reason of each skipped one is printed
	$(BIN)/python -m pytest -rs -n 3

test-slow: setup browser ## run the others: the demo, training on a few clips, most containers, codecs and rates
	$(BIN)/python -m pytest -rs -n 3 -m slow

test-faults: setup ## break a whole service in every way, and print what became of its jobs
	$(BIN)/python -m pytest -rs -m faults tests/faults

test-images: setup ## build the images without Docker, as root, and run compose's services from them
	@missing=; for each in buildah debootstrap; do command -v $$each >/dev/null || missing="$$missing $$each"; done; \
	$(INSTALL)
	$(BIN)/python -m pytest -rs -n 0 tests/docker/built/images.py
	sha256sum $(IMAGE_FILES) > docker/built.sha256

check: setup ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pip-audit --skip-editable --progress-spinner off

bench-%: setup ## run one benchmark, such as bench-offset
	$(BIN)/python -m benchmarks.$* $(ARGS)

screenshots: setup browser ## pictures of the web page in each of its states, into var/screenshots
	$(BIN)/python -m tests.e2e.page.screenshots var/screenshots

sample: setup ## make the sample videos again (needs espeak-ng)
	$(BIN)/python -m samples.make

train: setup ## make the bundled engines' weights from nothing
	MALLOC_TRIM_THRESHOLD_=100000000000 MALLOC_MMAP_MAX_=0 $(BIN)/python -m training.lite $(ARGS)

train-dub: setup ## make the weights of mouths from sound from nothing
	MALLOC_TRIM_THRESHOLD_=100000000000 MALLOC_MMAP_MAX_=0 $(BIN)/python -m training.dub $(ARGS)

train-bilabials: setup ## make the weights that hear p, b and m from nothing; needs espeak-ng
	$(BIN)/python -m training.bilabials $(ARGS)

train-smoke: setup ## the same on a handful of clips, in a minute
	$(BIN)/python -m pytest -rs -m slow tests/training/test_smoke.py

# Installs the Debian packages in $missing, or says what to type.
INSTALL = if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "Please install:$$missing"; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then root=; \
	elif sudo -n true 2>/dev/null; then root="sudo -n"; \
	else echo "Please run: sudo apt-get install -y$$missing"; exit 1; fi; \
	$$root env $(APT) update -qq && $$root env $(APT) install -y -qq --no-install-recommends $$missing

# ensurepip is what Debian leaves out of python3 until python3.X-venv is installed.
tools:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Liptune needs Python 3.11 or newer: make setup PYTHON=python3.12"; exit 1; }
	@missing=; \
	command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null || missing="$$missing ffmpeg"; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		missing="$$missing $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; \
	$(INSTALL)

# Only the tests of the web page want one: without it they are skipped, and fail where CI is set.
browser:
	-@command -v chromium chromium-browser google-chrome >/dev/null || { missing=" chromium"; $(INSTALL); }

$(VENV)/.installed: pyproject.toml | tools
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
