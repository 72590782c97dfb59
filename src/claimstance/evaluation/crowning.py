"""Moving the alias `champion`: the decision, made on validation, put into the registry."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from claimstance.errors import ModelError
from claimstance.evaluation.champion import Decision, decide
from claimstance.evaluation.contenders import Contenders, check_split
from claimstance.evaluation.suites import gold_of
from claimstance.labelling.dataset import Dataset, Provenance
from claimstance.labelling.splits import Split
from claimstance.models.classifier import Classifier
from claimstance.models.loading import load_classifier


def crown_the_best(contenders: Contenders, dataset: Dataset, provenance: Provenance) -> str:
    """Decide between the contenders and the champion of today, move the alias; returns why.

    A champion that cannot be loaded, or that was trained under another split and so may know the
    validation articles, cannot be compared: it stays.
    """
    from claimstance.tracking import registry

    registered = next(iter(contenders.trained.values())).config.registered_model
    versions, classifiers = {}, {}
    for model in contenders.trained.values():
        version = registry.find_version(registered, model.manifest.digest)
        if version:
            versions[version.model_id] = version
            classifiers[version.model_id] = model.classifier
    if not versions:
        return f'Not decided: none of these models is registered as "{registered}" here.'
    current = registry.champion(registered)
    if current and current.model_id not in classifiers:
        try:
            classifiers[current.model_id] = _load(registry.fetch(current), provenance)
        except ModelError as error:
            return f"{current.model_id} stays champion, it cannot be compared: {error}"
    decision = _decide(classifiers, dataset, current.model_id if current else None)
    if decision.moved:
        registry.crown(versions[decision.champion], decision.reason)
    return decision.reason


def _load(folder: Path, provenance: Provenance) -> Classifier:
    check_split(folder, provenance)
    return load_classifier(folder)


def _decide(
    classifiers: Mapping[str, Classifier], dataset: Dataset, current: str | None
) -> Decision:
    validation = gold_of(dataset, Split.VALIDATION)
    texts = [item.sentence.text for item in validation]
    return decide(
        np.array([item.stance.id for item in validation]),
        {name: classifier.predict_proba(texts) for name, classifier in classifiers.items()},
        [item.sentence.article_id for item in validation],
        current,
    )
