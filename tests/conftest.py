"""Small stand-ins, built by code: a lexicon, gold articles, a dataset, a BERT and configurations.

Nothing is fetched and nothing is tracked outside a test's own folder.
"""

import json
import os
import random
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

os.environ["HF_HUB_OFFLINE"] = "1"  # read when huggingface_hub is first imported
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["OMP_NUM_THREADS"] = "1"  # more threads only slow the tiny models down

from claimstance.config import BaselineConfig, DataConfig, TransformerConfig, to_yaml
from claimstance.labelling.lexicon import Section
from claimstance.records import LABEL_NAMES

WHO = ("ministry", "army", "mayor", "minister", "governor", "police")
THING = ("bridge", "border", "hospital", "school", "station", "town")
STATE = ("closed", "safe", "empty", "burning")
DAY = ("monday", "tuesday", "friday")
TEMPLATES = {
    "asserted": ("The {who} said the {thing} was {state}.", "The {who} opened the {thing} {day}."),
    "denied": (
        "The {who} denied that the {thing} was {state}.",
        "The {who} did not open the {thing} {day}.",
    ),
    "disputed": (
        "The {who} disputed the claim that the {thing} was {state}.",
        "It is unclear whether the {who} opened the {thing}.",
    ),
    "no_claim": ("Who opened the {thing} {day}?", "Read more about the {thing} and the {who}."),
}
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
OTHER = (
    *("the", "said", "was", "opened", "open", "on", "denied", "that", "did", "not", "didn", "t"),
    *("enter", "entered", "never", "no", "disputed", "claim", "it", "is", "unclear", "whether"),
    *("who", "read", "more", "about", "and", ".", "?", ",", "'", '"'),
)
VOCABULARY = (*SPECIAL, *WHO, *THING, *STATE, *DAY, *OTHER)


@pytest.fixture(autouse=True)
def no_server(monkeypatch):
    """A tracking server of the person who runs the tests must see nothing of them."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


@dataclass
class Visit:
    """A page in the browser, and what it did there that a person may not have asked for."""

    page: object
    requests: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # dialogs, messages on the console, errors


@pytest.fixture(scope="module")  # while it is open, this thread has a running event loop
def browser():
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no browser: apt-get install chromium")
    rooted = ["--no-sandbox"] if os.geteuid() == 0 else []  # root has no other way
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=rooted)


@pytest.fixture
def visit(browser):
    """Opens an address, in a window that takes Playwright's options for contexts."""
    contexts = []

    def visit(url, **options):
        contexts.append(
            browser.new_context(**{"viewport": {"width": 1000, "height": 800}} | options)
        )
        seen = Visit(contexts[-1].new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("console", lambda message: seen.told.append(message.text))
        seen.page.on("pageerror", lambda error: seen.told.append(str(error)))
        seen.page.on("dialog", lambda dialog: (seen.told.append("dialog"), dialog.dismiss()))
        seen.page.goto(url)
        return seen

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def toy():
    """Sentences and their label ids, every template filled in every way with three things."""
    filled = [
        (template.format(who=who, thing=thing, state="safe", day="monday"), label)
        for label, name in enumerate(LABEL_NAMES)
        for template in TEMPLATES[name]
        for who in WHO[:3]
        for thing in THING[:3]
    ]
    return [text for text, _ in filled], [label for _, label in filled]


@pytest.fixture(scope="session")
def tiny_cues(tmp_path_factory):
    """A lexicon of a few phrases; the real one takes a second to compile."""
    sections = {section.value: [] for section in Section}
    sections |= {"denial": ["denied", "did not"], "dispute": ["disputed"], "open": ["unclear"]}
    sections |= {"reporting": ["said"], "negation": ["not"], "furniture": ["read more"]}
    path = tmp_path_factory.mktemp("cues") / "cues.yaml"
    path.write_text(yaml.safe_dump(sections, sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def tiny_gold(tmp_path_factory):
    """Thirty invented articles of eight sentences, as a gold file."""
    path = tmp_path_factory.mktemp("gold") / "tiny.gold.jsonl"
    rows = [_article(number) for number in range(30)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def tiny_dataset(tiny_gold, tiny_cues, tmp_path_factory):
    """The folder of a dataset built from the invented articles as `claimstance label` builds it."""
    from claimstance.labelling.build import build_dataset

    config = DataConfig(
        cues=tiny_cues,
        hold_out=(),
        extra=(),
        split_seed=1,
        validation_share=0.25,
        test_share=0.25,
        near_duplicate=1.0,
    )
    out = tmp_path_factory.mktemp("data") / "build"
    build_dataset([str(tiny_gold)], config, out, 10_000)
    return out


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory):
    """The folder of a random BERT with two layers, hidden size 32 and a few dozen words."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("base") / "tiny-bert"
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.2,  # ten times the usual, so that random answers differ
    )
    BertModel(config).save_pretrained(folder)
    words = {word: index for index, word in enumerate(VOCABULARY)}
    BertTokenizer(vocab=words, model_max_length=64).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def sure_model(tiny_base):
    """A random classifier that is surer than any fine-tuned one, so that int8 agrees with it."""
    import numpy as np
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    from claimstance.models.decoding import TAGS
    from claimstance.models.tagger import Tagger
    from claimstance.models.transformer import TransformerClassifier

    torch.manual_seed(1)
    names = dict(enumerate(LABEL_NAMES))
    model = AutoModelForSequenceClassification.from_pretrained(
        tiny_base, num_labels=4, id2label=names
    )
    with torch.no_grad():
        model.classifier.weight.mul_(20)
    draw = np.random.default_rng(1)
    shapes = ((3 * 32, 8), (2 * 32, 8), (8,), (8, TAGS), (TAGS,))
    tagger = Tagger(*(draw.normal(size=shape).astype(np.float32) for shape in shapes))
    return TransformerClassifier(model, AutoTokenizer.from_pretrained(tiny_base), tagger=tagger)


@pytest.fixture(scope="session")
def tiny_engine(sure_model, transformer_config, tiny_dataset, tmp_path_factory):
    """Its folder, sealed and exported; a test that changes it works on a copy."""
    from claimstance.exporting import export
    from claimstance.models.store import seal

    folder = tmp_path_factory.mktemp("engine") / "tiny"
    sure_model.save(folder)
    (folder / "config.yaml").write_text(to_yaml(transformer_config), encoding="utf-8")
    seal(folder, kind="transformer", name="tiny", temperature=1.0, dataset="d", commit="c")
    export(folder, tiny_dataset)
    return folder


@pytest.fixture(scope="session")
def transformer_config(tiny_base, tiny_dataset):
    """A training of seconds; `model_copy(update=...)` makes others of it."""
    return TransformerConfig(
        kind="transformer",
        name="tiny",
        data=tiny_dataset,
        output=Path("models/tiny"),
        seed=3,
        experiment="tiny-experiment",
        registered_model="tiny-stance",
        temperature_margin=1.0,
        base=str(tiny_base),
        max_tokens=32,
        epochs=2,
        members=1,
        batch_size=8,
        learning_rate=5e-3,
        warmup_share=0.1,
        weight_decay=0.01,
        label_smoothing=0.05,
        class_weight_power=0.5,
        span_weight=0.5,
        freeze_embeddings=False,
        frozen_layers=0,
        precision="float32",
    )


@pytest.fixture(scope="session")
def baseline_config(tiny_cues, tiny_dataset):
    """A baseline that fits in a blink."""
    return BaselineConfig(
        kind="baseline",
        name="plain",
        data=tiny_dataset,
        output=Path("models/plain"),
        seed=3,
        experiment="tiny-experiment",
        registered_model="tiny-stance",
        temperature_margin=1.0,
        word_ngrams=(1, 2),
        char_ngrams=(2, 3),
        min_df=1,
        cues=tiny_cues,
        cue_weight=0.5,
        inverse_regularisation=10.0,
        class_weight="balanced",
        max_iterations=500,
    )


def _article(number):
    draw = random.Random(number)
    sentences = [
        {
            "text": template.format(
                who=draw.choice(WHO),
                thing=draw.choice(THING),
                state=draw.choice(STATE),
                day=draw.choice(DAY),
            ),
            "label": label,
        }
        for label, templates in TEMPLATES.items()
        for template in templates
    ]
    return {"id": f"tiny-{number:02d}", "domain": "war", "sentences": sentences}


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command line; gives the exit code and both outputs."""
    from claimstance import cli

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["claimstance", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return run


@pytest.fixture(scope="session")
def plain_model(toy, baseline_config, tmp_path_factory):
    """The folder of a baseline."""
    from claimstance.models.baseline import fit_baseline
    from claimstance.models.store import seal

    folder = tmp_path_factory.mktemp("plain")
    fit_baseline(baseline_config, *toy).save(folder)
    (folder / "config.yaml").write_text(to_yaml(baseline_config), encoding="utf-8")
    seal(folder, kind="baseline", name="plain", temperature=1.0, dataset="d", commit="")
    return folder
