"""Fine-tunes the encoder on windows of mails. Needs torch; resumable, deterministic for a seed.

A mail is the largest of its windows, and its windows as a whole (`head.py`), in training as at run time but for the
windows of long mails: the loss is taken on the mail, so that no sentence-level labels are needed and small talk around
a request stays silent.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from intake_bot.classifier.augmentation import Augmentation
from intake_bot.classifier.base import BaseWeights
from intake_bot.classifier.corpus import Mail
from intake_bot.classifier.embeddings import Embeddings
from intake_bot.classifier.head import WIDTH, Head
from intake_bot.classifier.labels import INDEX, LABELS
from intake_bot.classifier.network import Encoder
from intake_bot.classifier.passages import passages
from intake_bot.classifier.subwords import Subwords
from intake_bot.errors import ModelMissing

Report = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """The settings of a fine-tuning run."""

    epochs: int = 1
    batch_mails: int = 16
    rate: float = 8e-5  # of the highest layer
    decay: float = 0.9
    dropout: float = 0.05
    head_rate: float = 5e-4
    context_rate: float = 1.7e-4
    weight_decay: float = 0.01
    warm_up: float = 0.05
    chunk_tokens: int = 512  # smaller chunks carry less padding
    augment: bool = True
    seed: int = 7


#: From the base there is a head to find first.
AFRESH = Recipe(epochs=3, rate=1e-4, head_rate=3e-3, context_rate=1e-3, warm_up=0.1)


class Finetuning:
    """One run: network, head, optimiser and the position in the schedule, saved after each epoch."""

    def __init__(self, weights: BaseWeights, embeddings: Embeddings, subwords: Subwords, recipe: Recipe) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.embeddings = embeddings
        self.subwords = subwords
        self.encoder = Encoder(weights, recipe.dropout)
        layers = self.encoder.rates(recipe.rate, recipe.decay)
        self.head = nn.Linear(WIDTH, len(LABELS))
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.bias, -2.0)
        self.context = nn.Linear(2 * WIDTH, len(LABELS), bias=False)
        nn.init.zeros_(self.context.weight)
        heads = [
            (list(self.head.parameters()), recipe.head_rate),
            (list(self.context.parameters()), recipe.context_rate),
        ]
        self.optimiser = torch.optim.AdamW(
            [{"params": trained, "lr": rate, "peak": rate} for trained, rate in [*layers, *heads]],
            weight_decay=recipe.weight_decay,
        )
        self.epoch = 0

    def start_from(self, layers: Mapping[str, Tensor], head: Head) -> None:
        """Goes on from the layers of an encoder (`export.read_layers`) and the head trained with them.

        Raises ModelMissing when they are not all layers of this network.
        """
        own = {name for name in self.encoder.state_dict() if name.startswith("layers.")}
        if own != set(layers):
            raise ModelMissing("The encoder in place is of another kind: restore models/rights, or give --afresh.")
        self.encoder.load_state_dict({**self.encoder.state_dict(), **layers})
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(head.weights))
            self.head.bias.copy_(torch.from_numpy(head.bias))
            self.context.weight.copy_(torch.from_numpy(head.context))

    def run(self, mails: Sequence[Mail], checkpoint: Path, report: Report) -> None:
        """Trains from the last checkpoint, if any, to the last epoch."""
        if checkpoint.is_file():
            self._resume(checkpoint)
            report(f"resumed after epoch {self.epoch}")
        augmentation = Augmentation(mails)
        batches = -(-len(mails) // self.recipe.batch_mails)
        while self.epoch < self.recipe.epochs:
            loss = self._epoch(mails, augmentation, batches, report)
            self.epoch += 1
            report(f"epoch {self.epoch}/{self.recipe.epochs}: loss {loss:.4f}")
            torch.save(self._state(), checkpoint)

    def _epoch(self, mails: Sequence[Mail], augmentation: Augmentation, batches: int, report: Report) -> float:
        generator = random.Random(f"{self.recipe.seed}/{self.epoch}")  # noqa: S311 - repeatable, guards nothing
        order = list(mails)
        generator.shuffle(order)
        torch.manual_seed(self.recipe.seed * 1000 + self.epoch)
        self.encoder.train()
        total = 0.0
        for number, batch in enumerate(_batches(order, self.recipe.batch_mails)):
            variants = [augmentation.variant(mail, generator) if self.recipe.augment else mail for mail in batch]
            self._schedule((self.epoch * batches + number) / (self.recipe.epochs * batches))
            total += self._step(variants)
            if number % 50 == 49:
                report(f"  epoch {self.epoch + 1}, batch {number + 1}/{batches}: loss {total / (number + 1):.4f}")
        return total / batches

    def _schedule(self, progress: float) -> None:
        """Linear warm-up, then linear down to 2 %."""
        warm = self.recipe.warm_up
        factor = progress / warm if progress < warm else 1 - 0.98 * (progress - warm) / (1 - warm)
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * max(factor, 0.02)

    def _step(self, mails: Sequence[Mail]) -> float:
        logits = self.logits(mails)
        target, weight = targets(mails)
        losses = nn.functional.binary_cross_entropy_with_logits(logits, target, weight=weight, reduction="sum")
        loss = losses / len(mails)
        self.optimiser.zero_grad()
        loss.backward()
        parameters = [p for group in self.optimiser.param_groups for p in group["params"]]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        self.optimiser.step()
        return float(loss.detach())

    def logits(self, mails: Sequence[Mail]) -> Tensor:
        """(mails, labels): the largest logit over the passages of each mail, and what they add as a whole."""
        texts = [passages(mail.subject, mail.body) for mail in mails]
        ids = self.subwords.encode([text for found in texts for text in found])
        owner = torch.tensor([number for number, found in enumerate(texts) for _ in found])
        vectors = self._vectors(ids)
        largest = _largest(self.head(vectors), owner, len(mails))
        wholes = torch.cat([_means(vectors, owner, len(mails)), _largest(vectors, owner, len(mails))], dim=1)
        logits: Tensor = largest + self.context(wholes)
        return logits

    def trained_head(self) -> Head:
        """The head as it is used at run time."""
        parts = (self.head.weight, self.head.bias, self.context.weight)
        weights, bias, context = (part.detach().numpy().copy() for part in parts)
        return Head(weights, bias, context)

    def _vectors(self, ids: Sequence[Sequence[int]]) -> Tensor:
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        parts = []
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for chunk in chunks(order, [len(found) for found in ids], self.recipe.chunk_tokens):
                words, mask = padded([ids[i] for i in chunk], self.embeddings)
                parts.append(self.encoder(torch.from_numpy(words), torch.from_numpy(mask)).float())
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        vectors: Tensor = torch.cat(parts)[back]
        return vectors

    def _state(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "encoder": self.encoder.state_dict(),
            "head": self.head.state_dict(),
            "context": self.context.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }

    def _resume(self, checkpoint: Path) -> None:
        state = torch.load(checkpoint, weights_only=True)
        self.epoch = int(state["epoch"])
        self.encoder.load_state_dict(state["encoder"])
        self.head.load_state_dict(state["head"])
        self.context.load_state_dict(state["context"])
        self.optimiser.load_state_dict(state["optimiser"])


def _largest(values: Tensor, owner: Tensor, mails: int) -> Tensor:
    """(mails, width): the largest of each column over the rows of each mail."""
    empty = torch.full((mails, values.shape[1]), -1e4)
    return empty.scatter_reduce(0, owner[:, None].expand_as(values), values, "amax")


def _means(values: Tensor, owner: Tensor, mails: int) -> Tensor:
    sums = torch.zeros(mails, values.shape[1]).index_add(0, owner, values)
    return sums / torch.bincount(owner, minlength=mails)[:, None]


def targets(mails: Sequence[Mail]) -> tuple[Tensor, Tensor]:
    """Target and weight of every (mail, label); an optional label weighs nothing."""
    target = torch.zeros(len(mails), len(LABELS))
    weight = torch.ones(len(mails), len(LABELS))
    for row, mail in enumerate(mails):
        for label in mail.labels:
            target[row, INDEX[label]] = 1.0
        for label in mail.optional:
            weight[row, INDEX[label]] = 0.0
    return target, weight


def chunks(order: Sequence[int], lengths: Sequence[int], limit: int) -> Iterator[list[int]]:
    """Cuts an order by ascending length into chunks of at most `limit` padded sub-words."""
    chunk: list[int] = []
    for item in order:
        if chunk and lengths[item] * (len(chunk) + 1) > limit:
            yield chunk
            chunk = []
        chunk.append(item)
    if chunk:
        yield chunk


def padded(
    ids: Sequence[Sequence[int]], embeddings: Embeddings
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Word embeddings (texts, longest, 384) and mask (texts, longest) of some texts."""
    longest = max(len(found) for found in ids)
    table = np.ones((len(ids), longest), dtype=np.int64)
    mask = np.zeros((len(ids), longest), dtype=np.float32)
    for row, found in enumerate(ids):
        table[row, : len(found)] = found
        mask[row, : len(found)] = 1.0
    return embeddings[table], mask


def _batches(mails: Sequence[Mail], size: int) -> Iterator[Sequence[Mail]]:
    for start in range(0, len(mails), size):
        yield mails[start : start + size]
