"""Everything that is compared: yardsticks, peers, and ours."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import peers
from peers import Examples, Fitted

from claimstance.config import BaselineConfig, TransformerConfig, load_model_config, to_yaml
from claimstance.labelling.lexicon import Lexicon
from claimstance.models.yardsticks import AlwaysAsserted, RulesAlone
from claimstance.training import fit
from claimstance.training_report import calibrate

Fit = Callable[[Examples, Examples, int], Fitted]


@dataclass(frozen=True, slots=True)
class Contender:
    """`settings` is a digest of what it is made of; `seeded`: whether the seed matters."""

    name: str
    fit: Fit
    settings: str
    seeded: bool = True


def all_contenders(configs: Path, models: Path) -> list[Contender]:
    """In the order in which they are shown; ours are saved in `models`."""
    cues = configs / "cues.yaml"
    rules, peer = RulesAlone(Lexicon.load(cues)), _digest(Path(peers.__file__).read_bytes())
    always = AlwaysAsserted()
    return [
        Contender(always.id, lambda *_: Fitted(always.predict_proba, 0), "", seeded=False),
        Contender(
            rules.id,
            lambda *_: Fitted(rules.predict_proba, cues.stat().st_size),
            _digest(cues.read_bytes()),
            seeded=False,
        ),
        Contender("zero-shot", peers.zero_shot, peer, seeded=False),
        Contender("tfidf", peers.tfidf, peer, seeded=False),
        Contender("spacy", peers.spacy_textcat, peer),
        Contender("setfit", peers.setfit, peer),
        Contender("stock-2e-5", peers.stock(2e-5), peer),
        Contender("stock-5e-5", peers.stock(5e-5), peer),
        *(_ours(configs / name, models) for name in ("baseline.yaml", "transformer.yaml")),
    ]


def _ours(path: Path, models: Path) -> Contender:
    """What `claimstance train` does, without its tracking."""
    config = load_model_config(path)

    def train(train: Examples, validation: Examples, seed: int) -> Fitted:
        seeded = config.model_copy(update={"seed": seed})
        with tempfile.TemporaryDirectory() as work:
            classifier = fit(seeded, train.items, validation.items, Path(work), lambda *_: None)
        calibrate(classifier, validation.items, config.temperature_margin)
        folder = models / f"{config.name}-{seed}"
        folder.mkdir(parents=True, exist_ok=True)
        classifier.save(folder)
        return Fitted(classifier.predict_proba, peers.folder_size(folder))

    return Contender(f"ours-{config.name}", train, _made_of(config), _is_seeded(config))


def _made_of(config: BaselineConfig | TransformerConfig) -> str:
    content = to_yaml(config).encode()
    return _digest(
        content + config.cues.read_bytes() if isinstance(config, BaselineConfig) else content
    )


def _is_seeded(config: BaselineConfig | TransformerConfig) -> bool:
    return isinstance(config, TransformerConfig)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
