# The pipeline as a graph: each target is made when what it is made from has changed.

PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/claimstance

INPUT ?= seeds/al-bukamal.txt
EXTRA ?= $(shell cat data/.extra 2>/dev/null)
OUT ?= predictions/$(basename $(notdir $(patsubst %/,%,$(firstword $(INPUT))))).jsonl

# What EXTRA names is remembered until it is given again (`EXTRA=` forgets it), so that `make eval`
# trains nothing anew. The file changes only when the names do, and the dataset with it.
EXTRA_NAMES := data/.extra
ifneq ($(filter command environment,$(firstword $(origin EXTRA))),)
ifneq ($(strip $(EXTRA)),$(strip $(shell cat $(EXTRA_NAMES) 2>/dev/null)))
ifneq ($(filter data train eval,$(MAKECMDGOALS)),)
$(file >$(EXTRA_NAMES),$(EXTRA))
endif
endif
endif

INSTALLED := .venv/installed
DATA := data/build/summary.json
BASELINE := models/baseline/claimstance.json
TRANSFORMER := models/transformer/claimstance.json
SOURCE := src/claimstance
TRAINING := $(addprefix $(SOURCE)/,training.py training_report.py typography.py models/store.py \
	evaluation/calibration.py)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup data train eval predict ui picture test lint check clean

help: ## Show this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 18

setup: $(INSTALLED) ## Install everything into .venv
data: $(DATA) ## Label the articles in data/authored and build the dataset in data/build
train: $(BASELINE) $(TRANSFORMER) ## Train and track both models: make train EXTRA="mine.jsonl more.jsonl"

eval: $(BASELINE) $(TRANSFORMER) ## Measure both models, choose the champion, write reports/eval
	$(RUN) eval

predict: $(INSTALLED) ## Predict with the champion: make predict INPUT=articles/ OUT=out.csv
	$(RUN) predict $(INPUT) --out $(OUT)

ui: $(INSTALLED) ## Serve the tracking page at http://127.0.0.1:5000
	$(RUN) ui

picture: $(INSTALLED) ## Picture of the report page for the README, from the champion on the seed article
	$(RUN) predict seeds/al-bukamal.txt --out predictions/al-bukamal.jsonl
	$(RUN) report predictions/al-bukamal.jsonl --title "The capture of Al Bukamal" --out reports/report.html
	$(BIN)/python docs/picture.py reports/report.html docs/report.png

test: $(INSTALLED) ## Run all tests
	$(BIN)/pytest

lint: $(INSTALLED) ## Lint and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

check: lint ## Lint, types and the fast tests
	$(BIN)/pytest -m "not slow"

clean: ## Remove what the pipeline made, the tracking store included; .venv stays
	rm -rf data/build data/.extra models/*/ models/.[!.]* mlruns reports predictions

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[dev]"
	@touch $@

$(DATA): $(wildcard data/authored/*.jsonl seeds/*.jsonl configs/data.yaml configs/cues.yaml \
	$(SOURCE)/reading/*.py $(SOURCE)/labelling/*.py) $(wildcard $(EXTRA) $(EXTRA_NAMES)) | $(INSTALLED)
	$(RUN) label data/authored $(addprefix --extra ,$(EXTRA)) --out data/build

$(BASELINE): configs/baseline.yaml $(DATA) $(TRAINING) \
	$(addprefix $(SOURCE)/models/,baseline.py skops_file.py)
	$(RUN) train configs/baseline.yaml

$(TRANSFORMER): configs/transformer.yaml $(DATA) $(TRAINING) \
	$(SOURCE)/exporting.py $(addprefix $(SOURCE)/models/,finetune.py trainer.py batches.py spans.py \
	transformer.py weights.py export.py quantise.py split.py exits.py exit_training.py chain.py \
	onnx_engine.py agreement.py tagger.py tagger_training.py decoding.py tokens.py)
	$(RUN) train configs/transformer.yaml
