"""Tags of tokens: what each token is part of, and what the second task leaves behind."""

import pytest
import torch
import transformers

from claimstance.models import tagger
from claimstance.models.decoding import TAGS
from claimstance.models.spans import (
    IGNORED,
    SpanCollator,
    SpanTagger,
    tag_tokens,
)
from claimstance.records import LabelledSentence, Origin, Sentence, Spans, Stance

TEXT = "The he-man said he was not there."
WORDS = ["The", "he", "-", "man", "said", "he", "was", "not", "there", "."]


def places(words, text):
    found, end = [(0, 0)], 0  # the first token is special
    for word in words:
        start = text.index(word, end)
        end = start + len(word)
        found.append((start, end))
    return found


def tags(spans):
    return tag_tokens(TEXT, spans, places(WORDS, TEXT))


def test_each_part_has_a_first_and_other_tokens():
    found = tags(Spans(source="The he-man", cue="said", claim="he was not there"))
    assert found == [IGNORED, 1, 2, 2, 2, 5, 3, 4, 4, 4, 0]
    assert max(found) < TAGS


def test_whole_words_come_before_pieces_of_words():
    assert tags(Spans(claim="he"))[1:] == [0, 3, 0, 0, 0, 0, 0, 0, 0, 0]
    text = "There he goes."
    found = tag_tokens(text, Spans(claim="he"), places(["There", "he", "goes", "."], text))
    assert found[1:] == [0, 3, 0, 0]


def test_a_cue_inside_the_claim_is_tagged_as_the_cue():
    assert tags(Spans(cue="not", claim="he was not there"))[6:] == [3, 4, 5, 4, 0]


def test_what_is_not_annotated_or_not_found_is_ignored():
    assert set(tags(None)) == {IGNORED}
    assert set(tags(Spans(source="Nobody"))) == {IGNORED}
    assert set(tags(Spans())[1:]) == {0}


def test_typographic_quotes_are_the_same():
    text = "It isn't so."
    found = tag_tokens(text, Spans(claim="isn’t"), places(["It", "isn't", "so", "."], text))
    assert found[1:] == [0, 3, 0, 0]


def test_a_claim_without_spans_was_not_annotated():
    def item(stance, spans):
        return LabelledSentence(Sentence("a", 0, 0, 2, "It"), stance, Origin.GOLD, spans=spans)

    items = [
        item(Stance.DENIED, Spans()),
        item(Stance.NO_CLAIM, Spans()),
        item(Stance.ASSERTED, Spans(claim="It")),
    ]
    assert [item.annotated for item in items] == [None, Spans(), Spans(claim="It")]


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_batch_is_padded_with_what_is_ignored(side, tiny_base):
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_base, padding_side=side)
    rows = [
        {"input_ids": [2, 7, 3], "attention_mask": [1, 1, 1], "span_labels": [-100, 1, -100]},
        {"input_ids": [2, 3], "attention_mask": [1, 1], "span_labels": [-100, -100]},
    ]
    batch = SpanCollator(tokenizer)([row | {"labels": 1} for row in rows])
    assert batch["span_labels"].shape == batch["input_ids"].shape == (2, 3)
    assert (batch["span_labels"][batch["attention_mask"] == 0] == IGNORED).all()
    assert batch["span_labels"][0].tolist() == [-100, 1, -100]
    assert batch["labels"].tolist() == [1, 1]


def test_the_second_task_shapes_the_encoder_and_is_gone_afterwards(tiny_base):
    torch.manual_seed(0)
    classifier = transformers.AutoModelForSequenceClassification.from_pretrained(
        tiny_base, num_labels=4
    )
    joint = SpanTagger(classifier).train()
    inputs = {"input_ids": torch.tensor([[2, 7, 3]]), "attention_mask": torch.ones(1, 3).long()}
    loss = joint(**inputs, span_labels=torch.tensor([[IGNORED, 1, IGNORED]])).loss
    loss.backward()
    assert classifier.bert.encoder.layer[0].output.dense.weight.grad.abs().max() > 0
    ignored = joint(**inputs, span_labels=torch.full((1, 3), IGNORED)).loss
    assert ignored.item() == 0
    plain, inside = classifier.eval()(**inputs), joint.eval()(**inputs)
    assert inside.loss is None
    assert torch.equal(inside.logits, plain.logits)


def test_the_head_predicts_as_it_was_trained(tiny_base, tmp_path):
    torch.manual_seed(0)
    classifier = transformers.AutoModelForSequenceClassification.from_pretrained(tiny_base)
    head = SpanTagger(classifier).eval()
    states = torch.randn(2, 5, 32)
    mask = torch.tensor([[1] * 5, [1] * 3 + [0] * 2])
    tagger.write(tmp_path / "t.npz", head.tagger())
    stored = tagger.read(tmp_path / "t.npz")
    found = stored(states.numpy(), mask.numpy())
    with torch.no_grad():
        expected = head.head(states, mask).softmax(dim=2).numpy()
        alone = head.head(states[1:, :3], mask[1:, :3]).softmax(dim=2).numpy()
    assert found[0] == pytest.approx(expected[0], abs=1e-5)
    assert found[1, :3] == pytest.approx(expected[1, :3], abs=1e-5)
    assert found[1:, :3] == pytest.approx(alone, abs=1e-5)  # what pads a batch changes nothing
