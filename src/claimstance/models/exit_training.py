"""Fitting early exits to what the whole model answers, and choosing how sure they have to be."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from claimstance.evaluation.arrays import IntArray
from claimstance.evaluation.calibration import fit_temperature
from claimstance.models.agreement import RARE, rare_recall
from claimstance.models.exits import Exit, surplus
from claimstance.models.tagger import States
from claimstance.records import STANCES, Stance

EXITS_MAY_MISS = 0.003  # of the recall of denied and disputed on validation, by all exits together
MARGIN = 0.7  # log-odds on top of that: news is further away than validation (EXPERIMENTS.md)
_HIDDEN = 256
_EPOCHS = 8
_BATCH = 128
_PEAK = 1e-3  # learning rate
_DROPOUT = 0.1
_SEED = 13


def fit_exit(found: States, answers: IntArray) -> Exit:
    """An exit that gives the model's `answers` (n,) to features (n, 3 * width), never sure yet."""
    inputs, targets = torch.from_numpy(found), torch.from_numpy(answers)
    mean, spread = inputs.mean(dim=0), inputs.std(dim=0, correction=0).clamp(min=1e-6)
    with torch.random.fork_rng():
        torch.manual_seed(_SEED)
        inner, outer = _train((inputs - mean) / spread, targets)
    with torch.no_grad():  # what standardises becomes a part of the weights
        weight = (inner.weight / spread).T
        bias = inner.bias - mean @ weight
        inner_arrays = weight.numpy().copy(), bias.numpy().copy()
        outer_arrays = outer.weight.T.numpy().copy(), outer.bias.numpy().copy()
    return Exit(*inner_arrays, *outer_arrays, np.inf)


def _train(inputs: torch.Tensor, targets: torch.Tensor) -> tuple[torch.nn.Linear, torch.nn.Linear]:
    inner = torch.nn.Linear(inputs.shape[1], _HIDDEN)
    outer = torch.nn.Linear(_HIDDEN, len(STANCES))
    dropout = torch.nn.Dropout(_DROPOUT)
    head = torch.nn.Sequential(dropout, inner, torch.nn.ReLU(), dropout, outer)
    optimizer = torch.optim.AdamW(head.parameters(), lr=_PEAK, weight_decay=0.01)
    steps = _EPOCHS * -(-len(inputs) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _PEAK, total_steps=steps)
    for _ in range(_EPOCHS):
        for rows in torch.split(torch.randperm(len(inputs)), _BATCH):
            loss = torch.nn.functional.cross_entropy(head(inputs[rows]), targets[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return inner, outer


def calibrated(exit_: Exit, found: States, gold: IntArray) -> Exit:
    """An exit with the temperature that fits its answers on validation sentences best."""
    temperature = np.float32(fit_temperature(gold, exit_.logits(found)))
    cooled = exit_.outer / temperature, exit_.outer_bias / temperature
    return replace(exit_, outer=cooled[0], outer_bias=cooled[1])


def choose_thresholds(
    exits: Sequence[Exit],
    found: Sequence[States],
    gold: IntArray,
    answers: IntArray,
    least: float,
) -> list[Exit]:
    """The exits, each as eager as the loss of recall on validation sentences allows.

    `found` are the features behind each exit, `answers` those of the whole model. What an exit
    answers no later one sees. Each may use up an equal part of `EXITS_MAY_MISS`, and has to be
    surer by `MARGIN` than that; none is less sure than `least` log-odds.
    """
    chosen, current = list[Exit](), answers.copy()
    waiting = np.ones(len(gold), dtype=bool)
    for number, (exit_, inputs) in enumerate(zip(exits, found, strict=True), start=1):
        allowed = rare_recall(gold, answers) - EXITS_MAY_MISS * number / len(exits)
        odds = surplus(exit_.logits(inputs))
        threshold = max(_lowest(odds, waiting, gold, current, allowed) + MARGIN, least)
        taken = waiting & (odds >= threshold)
        current[taken] = Stance.ASSERTED.id
        waiting &= ~taken
        chosen.append(replace(exit_, threshold=threshold))
    return chosen


def _lowest(
    odds: np.ndarray, waiting: np.ndarray, gold: IntArray, current: IntArray, allowed: float
) -> float:
    """The lowest threshold at which recall stays as high as allowed; infinite without one."""
    lowest, answers = np.inf, current.copy()
    if not np.isin(gold, RARE).any():  # nothing to lose says nothing of what news would lose
        return lowest
    for row in np.argsort(-odds, kind="stable"):
        if not waiting[row]:
            continue
        answers[row] = Stance.ASSERTED.id
        if rare_recall(gold, answers) < allowed:
            break
        lowest = odds[row]
    return float(lowest)
