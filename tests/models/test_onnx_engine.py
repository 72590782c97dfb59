"""The engine answers as PyTorch does, to the last thousandth, and without PyTorch."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import transformers
from threadpoolctl import threadpool_info, threadpool_limits

from claimstance.models import exits, tokens
from claimstance.models.onnx_engine import UNSURE, OnnxClassifier, unsure
from claimstance.models.tokens import Tokens, batches_of
from claimstance.typography import normalise

ODD = [
    "",
    "   ",
    "Ω ≠ \n\n 🙂",
    "The minister’s “no” — don't!",
    "ÉTÉ naïve Straße",
    "did\x00not \x07 enter",
    "[SEP] the [MASK] army [PAD]",
    "日本 said it was safe",
    "word" * 200,
    "the army denied " * 90,
]


@pytest.fixture(scope="module")
def engine(tiny_engine):
    return OnnxClassifier(tiny_engine, "tiny", int8=True)


def test_tokens_are_those_of_transformers(tiny_engine, toy):
    theirs = transformers.AutoTokenizer.from_pretrained(tiny_engine)
    texts = [*ODD, *toy[0]]
    cleaned = [normalise(text) for text in texts]
    expected = theirs(cleaned, truncation=True, return_offsets_mapping=True)
    found = Tokens(tiny_engine)(texts)
    assert [each.ids for each in found] == expected["input_ids"]
    assert [each.offsets for each in found] == expected["offset_mapping"]
    assert max(len(each.ids) for each in found) == 64  # some were cut


def test_float32_answers_as_pytorch_does(sure_model, tiny_engine, toy):
    texts = [*toy[0], *ODD]
    found = OnnxClassifier(tiny_engine, "tiny", int8=False).logits(texts)
    assert found == pytest.approx(sure_model.logits(texts), abs=1e-4)


@pytest.mark.parametrize("options", [{"int8": False}, {"int8": True, "early": True}])
def test_spans_are_those_of_pytorch(sure_model, tiny_engine, toy, options):
    texts = [*toy[0], *ODD]
    expected = sure_model.answer(texts).spans
    found = OnnxClassifier(tiny_engine, "tiny", **options).answer(texts).spans
    same = [
        span.text == wanted.text and span.confidence == pytest.approx(wanted.confidence, abs=0.05)
        for ours, theirs in zip(found, expected, strict=True)
        for span, wanted in zip(parts(ours), parts(theirs), strict=True)
    ]
    assert np.mean(same) > (0.75 if options["int8"] else 0.99)
    assert len({span.text for spans in found for span in parts(spans)}) > 10


def parts(spans):
    return spans.source, spans.cue, spans.claim


def test_where_tags_are_wanted_none_leaves_through_an_exit_without_a_tagger(tiny_engine, toy):
    early = OnnxClassifier(tiny_engine, "tiny", int8=True, early=True)
    (found,) = exits.read(tiny_engine / exits.FILE)
    everything = replace(found, threshold=-1e9)
    early._int8._exits = [replace(everything, tagger=None)]
    plain = OnnxClassifier(tiny_engine, "tiny", int8=True)
    spans = early.answer(toy[0]).spans
    assert spans == plain.answer(toy[0]).spans
    assert (
        early.first_look(toy[0]).argmax(axis=1).tolist()
        != plain.first_look(toy[0]).argmax(axis=1).tolist()
    )  # all of them left when no tags were wanted
    early._int8._exits = [replace(everything, tagger=early._int8._tagger)]
    assert all(each for each in early.answer(toy[0]).spans)


def test_what_exits_are_sure_of_is_asserted_and_the_rest_is_as_without_them(tiny_engine, toy):
    texts = [*toy[0], *ODD]
    plain = OnnxClassifier(tiny_engine, "tiny", int8=True)
    found = exits.read(tiny_engine / exits.FILE)
    assert len(found) == 1  # two layers have one border
    odds = exits.surplus(found[0].logits(plain.features(texts)[0]))
    middle = float(np.median(odds))
    early = OnnxClassifier(tiny_engine, "tiny", int8=True, early=True)
    early._int8._exits = [replace(found[0], threshold=middle)]
    logits = early.first_look(texts)
    sure = odds >= middle
    assert 0 < sure.sum() < len(texts)
    assert exits.surplus(logits)[sure] == pytest.approx(odds[sure], abs=1e-4)
    assert logits[~sure] == pytest.approx(plain.first_look(texts)[~sure], abs=1e-4)


def test_int8_comes_close_and_float32_decides_what_is_unsure(sure_model, engine, toy):
    texts = toy[0]
    expected, first, found = (
        sure_model.logits(texts),
        engine.first_look(texts),
        engine.logits(texts),
    )
    assert 0 < abs(first - expected).mean() < 0.1 * expected.std()
    close = unsure(first, UNSURE)
    assert 0 < close.sum() < len(texts)
    assert found[close] == pytest.approx(expected[close], abs=1e-4)
    assert (found[~close] == first[~close]).all()


def test_unsure_is_where_the_first_stance_hardly_leads():
    logits = np.array([[0.0, 3.0, 2.6, 1.0], [3.0, 0.0, 0.0, 2.4], [1.0, 1.0, 1.0, 1.0]])
    assert unsure(logits, 0.5).tolist() == [True, False, True]
    assert unsure(logits, 1.0).all()


def test_probabilities_are_those_of_the_logits(engine, toy):
    probabilities = engine.predict_proba(toy[0])
    assert probabilities.dtype == np.float64
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert np.log(probabilities).argmax(axis=1).tolist() == engine.logits(toy[0]).argmax(1).tolist()


def test_nothing_in_nothing_out(engine):
    assert engine.predict_proba([]).shape == (0, 4)


def test_int8_answers_the_same_whatever_shares_its_batch(engine, toy):
    together = engine.first_look(toy[0])
    alone = np.concatenate([engine.first_look([text]) for text in toy[0]])
    assert together == pytest.approx(alone, abs=1e-6)


def test_the_same_texts_give_the_same_bytes_on_any_number_of_threads(tiny_engine, toy, monkeypatch):
    texts = [f"{text} {n}" for n in range(20) for text in [*toy[0], *ODD]]
    one = OnnxClassifier(tiny_engine, "tiny", int8=True).predict_proba(texts)
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    four = OnnxClassifier(tiny_engine, "tiny", int8=True)
    assert four.predict_proba(texts).tobytes() == one.tobytes()
    assert four.predict_proba(texts).tobytes() == one.tobytes()


def test_sums_of_exits_do_not_depend_on_the_number_of_cores(tiny_engine):
    with threadpool_limits(2, "blas"):
        OnnxClassifier(tiny_engine, "tiny", int8=True, early=True)
        blas = [found for found in threadpool_info() if found["user_api"] == "blas"]
        assert blas
        assert {found["num_threads"] for found in blas} == {1}


def test_answers_come_in_the_order_of_the_texts(engine, toy, monkeypatch):
    straight = engine.predict_proba(toy[0])
    monkeypatch.setattr(tokens, "BATCH_TOKENS", 64)  # many batches
    assert engine.predict_proba(toy[0][::-1])[::-1] == pytest.approx(straight, abs=1e-6)


def test_identical_sentences_are_computed_once(engine, toy, monkeypatch):
    twice = [*toy[0][:3], *toy[0][:3]]
    expected = engine.predict_proba(twice)
    run, sizes = engine._map, []
    monkeypatch.setattr(
        engine, "_map", lambda what, tokens: run(what, sizes.append(len(tokens)) or tokens)
    )
    found = engine.predict_proba(twice)
    assert max(sizes) == 3
    assert found[:3].tolist() == found[3:].tolist() == expected[:3].tolist()


def test_batches_are_no_longer_than_they_may_be_and_hold_every_row_once(monkeypatch):
    monkeypatch.setattr(tokens, "BATCH_TOKENS", 10)
    lengths = [3, 20, 1, 5, 5, 2, 9, 1]
    batches = list(batches_of(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(8))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= 10
    assert [lengths[row] for batch in batches for row in batch] == sorted(lengths)


def test_it_needs_neither_pytorch_nor_transformers(tiny_engine):
    code = (
        "import sys; from pathlib import Path; "
        "from claimstance.models.onnx_engine import OnnxClassifier; "
        f"OnnxClassifier(Path({str(tiny_engine)!r}), 'tiny', int8=True).predict_proba(['Who?']); "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "onnxruntime" in run.stdout.split()
    heavy = {"torch", "transformers", "mlflow", "sklearn", "scipy", "pandas", "datasets"}
    assert not heavy & set(run.stdout.split())
