"""The baseline learns, is calibrated inside its weights, and is stored without pickle."""

from zipfile import ZipFile

import numpy as np
import pytest
import sklearn.linear_model  # noqa: F401 (heavy: outside the timed tests)
import skops.io

from claimstance.errors import ConfigError, ModelError
from claimstance.models.baseline import CUES, FILE, BaselineClassifier, fit_baseline
from claimstance.models.loading import load_classifier
from claimstance.models.store import seal
from claimstance.records import LABEL_NAMES, STANCES, Stance

NEW = [
    "The police said the school was burning.",
    "The governor did not open the station friday.",
    "The governor disputed the claim that the town was empty.",
    "Who opened the school friday?",
]


class Foreign:
    """A type that scikit-learn does not bring."""

    def __init__(self):
        self.payload = [1]


@pytest.fixture(scope="module")
def fitted(baseline_config, toy):
    return fit_baseline(baseline_config, *toy)


@pytest.fixture
def fresh(baseline_config, toy):
    """One that a test may change."""
    texts, labels = toy
    return fit_baseline(baseline_config, texts[::2], labels[::2])


def test_it_learns_and_carries_over_to_other_names(fitted):
    answers = [LABEL_NAMES[row.argmax()] for row in fitted.predict_proba(NEW)]
    assert answers == list(LABEL_NAMES)


def test_probabilities_sum_to_one(fitted):
    probabilities = fitted.predict_proba([*NEW, "", "Ω ≠ \n\n 🙂"])
    assert probabilities.shape == (6, 4)
    assert probabilities.min() > 0
    assert probabilities.sum(axis=1) == pytest.approx(1)


def test_nothing_in_nothing_out(fitted):
    assert fitted.predict_proba([]).shape == (0, len(STANCES))


def test_one_sentence_gets_the_same_answer_alone_and_among_others(fitted):
    together = fitted.predict_proba(NEW)
    alone = np.vstack([fitted.predict_proba([text]) for text in NEW])
    assert together == pytest.approx(alone)


def test_typographic_quotes_make_no_difference(fitted):
    curly, straight = fitted.predict_proba(["It didn’t “open”.", 'It didn\'t "open".'])
    assert curly.tolist() == straight.tolist()


def test_the_same_sentences_fit_the_same_model(fitted, baseline_config, toy):
    again = fit_baseline(baseline_config, *toy)
    assert again.predict_proba(NEW).tolist() == fitted.predict_proba(NEW).tolist()


def test_a_stance_it_never_saw_gets_zero(baseline_config, toy):
    seen = [
        (text, label)
        for text, label in zip(*toy, strict=True)
        if label != Stance.DISPUTED.id  # the ids after it must not slip into its place
    ]
    probabilities = fit_baseline(baseline_config, *zip(*seen, strict=True)).predict_proba(NEW)
    assert probabilities[:, Stance.DISPUTED.id].tolist() == [0] * len(NEW)
    assert probabilities[3].argmax() == Stance.NO_CLAIM.id
    assert probabilities.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_a_temperature_changes_the_confidence_and_not_the_answer(fresh, temperature):
    before = fresh.predict_proba(NEW)
    fresh.set_temperature(temperature)
    after = fresh.predict_proba(NEW)
    assert (after.argmax(axis=1) == before.argmax(axis=1)).all()
    assert ((after.max(axis=1) < before.max(axis=1)) == (temperature > 1)).all()
    logits = np.log(before) / temperature
    assert after == pytest.approx(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))


def test_a_stored_model_answers_the_same(fresh, tmp_path):
    fresh.set_temperature(2.0)
    fresh.save(tmp_path)
    loaded = BaselineClassifier.load(tmp_path, "plain-0123")
    assert loaded.id == "plain-0123"
    assert loaded.predict_proba(NEW).tolist() == fresh.predict_proba(NEW).tolist()


def test_a_stored_model_brings_its_own_lexicon(fresh, tmp_path, baseline_config):
    fresh.save(tmp_path)
    assert (tmp_path / CUES).read_bytes() == baseline_config.cues.read_bytes()
    (tmp_path / CUES).unlink()
    with pytest.raises(ConfigError, match=r"cues\.yaml not found"):
        BaselineClassifier.load(tmp_path, "plain")


def test_the_file_needs_no_pickle_and_no_trust(fitted, tmp_path):
    fitted.save(tmp_path)
    assert skops.io.get_untrusted_types(file=tmp_path / FILE) == []


def test_the_same_model_is_the_same_file_whenever_it_is_written(
    fitted, baseline_config, toy, tmp_path
):
    again = fit_baseline(baseline_config, *toy)
    for name, model in (("one", fitted), ("two", again)):
        (tmp_path / name).mkdir()
        model.save(tmp_path / name)
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()
    schema = ZipFile(tmp_path / "one" / FILE).read("schema.json").decode()
    assert str(id(None)) not in schema  # an address: the next process would write another


def test_a_word_that_looks_like_skops_own_keys_survives(baseline_config, toy, tmp_path):
    texts, labels = toy
    odd = [f'{text} file __id__ "file": "7.npy" "__id__": 7' for text in texts]
    model = fit_baseline(baseline_config, odd, labels)
    model.save(tmp_path)
    loaded = BaselineClassifier.load(tmp_path, "plain")
    assert loaded.predict_proba(odd).tolist() == model.predict_proba(odd).tolist()


def test_a_file_with_foreign_types_is_refused(fitted, tmp_path):
    fitted.save(tmp_path)
    skops.io.dump(Foreign(), tmp_path / FILE)
    seal(tmp_path, kind="baseline", name="plain", temperature=1.0, dataset="", commit="")
    with pytest.raises(ModelError, match=r"model\.skops: holds types that are not trusted.*Forei"):
        load_classifier(tmp_path)


def test_the_votes_of_the_rules_are_features(baseline_config, toy):
    deaf = fit_baseline(baseline_config.model_copy(update={"cue_weight": 0.0}), *toy)
    keen = fit_baseline(baseline_config.model_copy(update={"cue_weight": 5.0}), *toy)
    unseen = ["Xyz denied qrs."]  # only the cue is known
    denied = Stance.DENIED.id
    assert keen.predict_proba(unseen)[0, denied] > deaf.predict_proba(unseen)[0, denied]
