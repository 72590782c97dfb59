"""Fine-tuning and using an encoder; a BERT of two layers and a few dozen words stands in."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from transformers import Trainer

from claimstance.config import load_model_config
from claimstance.errors import ModelError
from claimstance.models import finetune
from claimstance.models.finetune import Examples, fit_transformer
from claimstance.models.loading import load_classifier
from claimstance.models.store import seal
from claimstance.models.transformer import BATCH_SIZE, TransformerClassifier
from claimstance.records import LABEL_NAMES, Spans

LARGE = Path(__file__).parents[2] / "configs" / "transformer-large.yaml"
TEXTS = [
    "The police said the school was burning.",
    "The governor did not open the station friday.",
    "The governor disputed the claim that the town was empty.",
    "Who opened the school friday?",
]


@pytest.fixture(scope="module")
def examples(toy):
    texts, labels = toy
    spans = [_spans(text) for text in texts]
    odd, even = slice(0, None, 2), slice(1, None, 2)
    return (
        Examples(texts[odd], labels[odd], spans[odd]),
        Examples(texts[even], labels[even], spans[even]),
    )


def _spans(text):
    """Who speaks and the cue, where the sentence says so; the school is never annotated."""
    who, _, rest = text.removeprefix("The ").partition(" ")
    if "school" in text:
        return None
    return Spans(source=f"The {who}", cue=rest.split()[0]) if text.startswith("The") else Spans()


@pytest.fixture
def fit(transformer_config, examples, tmp_path):
    """Fine-tunes with a configuration that differs in some keys; tells epochs to `on_epoch`."""

    def fit(on_epoch=lambda epoch, figures: None, work="work", **changes):
        config = transformer_config.model_copy(update=changes)
        return fit_transformer(config, *examples, tmp_path / work, on_epoch)

    return fit


@pytest.fixture
def untrained(tiny_base):
    """A classifier with random weights, made large so that its answers differ."""
    torch.manual_seed(1)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        tiny_base, num_labels=4, id2label=dict(enumerate(LABEL_NAMES))
    )
    with torch.no_grad():
        model.classifier.weight.mul_(5)
        model.classifier.bias.copy_(torch.tensor([0.3, -0.2, 0.1, 0.0]))
    return TransformerClassifier(model, transformers.AutoTokenizer.from_pretrained(tiny_base))


@pytest.fixture
def other_base(tiny_base, tmp_path):
    """Makes the folder of a random encoder of another family, with the tiny BERT's words."""

    def make(family):
        words = str(tiny_base / "tokenizer.json")
        names = {"unk": "[UNK]", "pad": "[PAD]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
        special = {f"{role}_token": token for role, token in names.items()}
        tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=words, **special)
        sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
        sizes |= {"vocab_size": len(tokenizer), "intermediate_size": 64}
        ids = {f"{role}_token_id": tokenizer.convert_tokens_to_ids(names[role]) for role in names}
        torch.manual_seed(0)
        folder = tmp_path / family
        if family == "deberta-v2":
            attention = {"relative_attention": True, "pos_att_type": ["p2c", "c2p"]}
            config = transformers.DebertaV2Config(**sizes, **attention, pad_token_id=0)
        else:
            config = transformers.ModernBertConfig(
                **sizes, **{key: value for key, value in ids.items() if "unk" not in key}
            )
        transformers.AutoModel.from_config(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder

    return make


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def piped(folder, texts):
    """What anybody gets who loads the folder with `transformers` alone."""
    pipe = transformers.pipeline("text-classification", model=str(folder), top_k=None, device=-1)
    return [{item["label"]: item["score"] for item in answer} for answer in pipe(texts)]


# ---- at work ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_second_head_learns_who_speaks_and_the_cue(fit, examples):
    classifier = fit(epochs=12)
    texts = [text for text in examples[1].texts if text.startswith("The") and "school" not in text]
    found = classifier.answer(texts).spans
    wanted = [_spans(text) for text in texts]
    who = [own.source.removeprefix("The ") for own in wanted]
    sources = [ours.source.text.endswith(name) for ours, name in zip(found, who, strict=True)]
    cues = [ours.cue.text == own.cue for ours, own in zip(found, wanted, strict=True)]
    assert np.mean(sources) > 0.5
    assert np.mean(cues) > 0.5
    assert fit(span_weight=0.0, work="none").answer(texts).spans == [None] * len(texts)


def test_probabilities_sum_to_one(untrained):
    probabilities = untrained.predict_proba([*TEXTS, "", "Ω ≠ \n\n 🙂"])
    assert probabilities.shape == (6, 4)
    assert probabilities.dtype == np.float64
    assert probabilities.sum(axis=1) == pytest.approx(1)


def test_nothing_in_nothing_out(untrained):
    assert untrained.predict_proba([]).shape == (0, 4)


def test_the_order_of_the_sentences_does_not_matter(untrained):
    texts = [text + " and the army" * (index % 5) for index in range(12) for text in TEXTS]
    assert len(texts) > BATCH_SIZE
    shuffled = np.random.default_rng(0).permutation(len(texts))
    straight = untrained.predict_proba(texts)
    assert len(np.unique(straight.round(6), axis=0)) > 10  # or any order would do
    mixed = untrained.predict_proba([texts[index] for index in shuffled])
    assert mixed == pytest.approx(straight[shuffled], abs=1e-6)


def test_a_long_sentence_is_judged_by_its_beginning(untrained):
    start = "the army denied that the town was burning and " * 8  # over 64 tokens
    one, other = untrained.predict_proba([start + "not closed", start + "opened on monday"])
    assert one.tolist() == other.tolist()


def test_a_negation_reaches_the_model(untrained):
    one, other = untrained.predict_proba(["The army did enter.", "The army did not enter."])
    assert abs(one - other).max() > 1e-3


@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_a_temperature_divides_the_logits_inside_the_weights(untrained, temperature, tmp_path):
    before = untrained.logits(TEXTS)
    untrained.set_temperature(temperature)
    assert untrained.logits(TEXTS) == pytest.approx(before / temperature, abs=1e-5)

    untrained.save(tmp_path)
    calibrated = softmax(before / temperature)
    for answer, row in zip(piped(tmp_path, TEXTS), calibrated, strict=True):
        assert [answer[name] for name in LABEL_NAMES] == pytest.approx(row, abs=1e-5)


def test_a_stored_model_is_a_standard_checkpoint_that_answers_the_same(untrained, tmp_path):
    untrained.save(tmp_path)
    seal(tmp_path, kind="transformer", name="tiny", temperature=1.0, dataset="", commit="")
    loaded = load_classifier(tmp_path)
    assert loaded.id.startswith("tiny-")
    assert loaded.predict_proba(TEXTS).tolist() == untrained.predict_proba(TEXTS).tolist()

    plain = json.loads((tmp_path / "config.json").read_text())
    assert plain["id2label"] == {str(index): name for index, name in enumerate(LABEL_NAMES)}


def test_a_base_that_is_no_model_is_refused_in_one_line(fit, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "unheard-of"}')
    with pytest.raises(ModelError, match=f'base model "{tmp_path}" cannot be loaded: ') as caught:
        fit(base=str(tmp_path))
    assert "\n" not in str(caught.value)


# ---- fine-tuning -----------------------------------------------------------------------------


@pytest.mark.slow
def test_it_learns_and_tells_of_every_epoch(fit, examples):
    told = []
    classifier = fit(lambda epoch, figures: told.append((epoch, dict(figures))), epochs=8)
    unseen = examples[1]
    answers = classifier.predict_proba(unseen.texts).argmax(axis=1)
    assert np.mean(answers == unseen.labels) > 0.9
    assert [epoch for epoch, _ in told] == list(range(1, 9))
    assert set(told[0][1]) == {"train_loss", "validation_loss", "epoch_macro_f1"}
    assert np.isfinite([list(figures.values()) for _, figures in told]).all()
    assert told[-1][1]["train_loss"] < told[0][1]["train_loss"]


@pytest.mark.slow
def test_the_best_epoch_is_kept_and_not_the_last(fit, tiny_base, monkeypatch):
    scores = iter([0.2, 0.9, 0.1])
    monkeypatch.setattr(
        "claimstance.models.trainer._score", lambda prediction: {"macro_f1": next(scores)}
    )
    answers = []
    evaluate = Trainer.evaluate
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_base, model_max_length=32)

    def spy(trainer, *args, **kwargs):
        answers.append(TransformerClassifier(trainer.model.classifier, tokenizer).logits(TEXTS))
        return evaluate(trainer, *args, **kwargs)

    monkeypatch.setattr(Trainer, "evaluate", spy)
    kept = fit(epochs=3).logits(TEXTS)
    assert kept == pytest.approx(answers[1], abs=1e-5)
    assert abs(answers[2] - answers[1]).max() > 0.01


@pytest.mark.slow
def test_the_same_configuration_twice_gives_the_same_model(fit):
    first, second = fit(work="one"), fit(work="two")
    assert first.predict_proba(TEXTS).tolist() == second.predict_proba(TEXTS).tolist()
    other = fit(work="three", seed=4)
    assert abs(other.predict_proba(TEXTS) - first.predict_proba(TEXTS)).max() > 1e-4


@pytest.mark.slow
def test_an_interrupted_training_ends_as_if_it_had_not_been(fit):
    told = []

    def pull_the_plug(epoch, figures):
        if epoch == 2:
            raise KeyboardInterrupt

    whole = fit(work="whole", epochs=3)
    with pytest.raises(KeyboardInterrupt):
        fit(pull_the_plug, work="broken", epochs=3)
    resumed = fit(lambda epoch, _: told.append(epoch), work="broken", epochs=3)
    assert told == [2, 3]  # epoch 1 had a checkpoint
    assert resumed.predict_proba(TEXTS) == pytest.approx(whole.predict_proba(TEXTS), abs=1e-6)


@pytest.mark.slow
def test_members_are_averaged_also_after_an_interruption(fit):
    told = []

    def pull_the_plug(epoch, figures):
        if epoch == 4:
            raise KeyboardInterrupt

    first = fit(work="first", epochs=2).logits(TEXTS)
    whole = fit(lambda epoch, _: told.append(epoch), work="whole", epochs=2, members=2)
    assert told == [1, 2, 3, 4]  # epochs are counted over all members
    assert abs(whole.logits(TEXTS) - first).max() > 1e-4
    with pytest.raises(KeyboardInterrupt):
        fit(pull_the_plug, work="broken", epochs=2, members=2)
    resumed = fit(work="broken", epochs=2, members=2)
    assert resumed.logits(TEXTS) == pytest.approx(whole.logits(TEXTS), abs=1e-5)


def test_the_average_of_weights_is_their_mean_and_counters_stay():
    one = {"weight": torch.tensor([1.0, 3.0]), "position_ids": torch.tensor([0, 1])}
    two = {"weight": torch.tensor([3.0, 5.0]), "position_ids": torch.tensor([0, 1])}
    average = finetune._average([one, two])
    assert average["weight"].tolist() == [2.0, 4.0]
    assert average["position_ids"].tolist() == [0, 1]


@pytest.mark.slow
def test_frozen_parts_keep_their_weights_and_the_others_move(fit, tiny_base):
    classifier = fit(freeze_embeddings=True, frozen_layers=1, epochs=1)
    before = transformers.AutoModel.from_pretrained(tiny_base).state_dict()
    after = classifier._model.base_model.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name].cpu())}
    assert not {name for name in moved if name.startswith(("embeddings", "encoder.layer.0."))}
    assert "encoder.layer.1.attention.self.query.weight" in moved
    assert "pooler.dense.weight" in moved


@pytest.mark.slow
def test_a_fine_tuned_model_answers_the_same_through_a_pipeline(fit, tmp_path):
    classifier = fit()
    classifier.set_temperature(1.7)
    classifier.save(tmp_path / "model")
    ours = classifier.predict_proba(TEXTS)
    for answer, row in zip(piped(tmp_path / "model", TEXTS), ours, strict=True):
        assert set(answer) == set(LABEL_NAMES)
        assert [answer[name] for name in LABEL_NAMES] == pytest.approx(row, abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["deberta-v2", "modernbert"])
def test_other_encoders_go_through_the_same_code(family, fit, other_base, tmp_path):
    large = load_model_config(LARGE).model_dump()
    changes = {key: large[key] for key in large.keys() - {"base", "data", "output", "max_tokens"}}
    classifier = fit(**changes, base=str(other_base(family)))
    before = classifier.logits(TEXTS)
    classifier.set_temperature(2.0)
    assert classifier.logits(TEXTS) == pytest.approx(before / 2, abs=1e-5)

    classifier.save(tmp_path / "model")
    ours = classifier.predict_proba(TEXTS)
    for answer, row in zip(piped(tmp_path / "model", TEXTS), ours, strict=True):
        assert [answer[name] for name in LABEL_NAMES] == pytest.approx(row, abs=1e-5)
