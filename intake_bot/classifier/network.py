"""The encoder as a torch network, for training and for the export to ONNX. Never imported at run time."""

# mypy: disallow-subclassing-any=False

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from intake_bot.classifier.base import BaseWeights
from intake_bot.classifier.head import VECTOR_SCALE, WIDTH

LAYERS = 12
#: Layers of the lower half. Both halves are trained; what passes between them serves the evidence (`encoder.py`).
LOWER_LAYERS = 6
HEADS = 12
INNER = 1536
MAX_POSITIONS = 256
EPSILON = 1e-12


class Layer(nn.Module):
    """One BERT layer, post-norm, exact GELU."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Hidden states (batch, length, 384) and additive attention bias (batch, 1, 1, length)."""
        batch, length, _ = hidden.shape
        parts = self.qkv(hidden).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        # Written out: on processors torch's fused attention is ten times slower backwards, in bfloat16.
        weights = torch.softmax(
            query @ key.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + bias.to(query.dtype), dim=-1
        )
        context = (weights @ value).transpose(1, 2).reshape(batch, length, WIDTH)
        hidden = self.norm1(hidden + self.out(context))
        return self.norm2(hidden + self.dropout(self.outer(functional.gelu(self.inner(hidden)))))


class Encoder(nn.Module):
    """Word embeddings of one window -> one vector: positions, layers, mean over the window, unit length."""

    def __init__(self, weights: BaseWeights, dropout: float) -> None:
        super().__init__()
        position = _tensor(weights, "emb.pos", (512, WIDTH))[:MAX_POSITIONS].clone()
        self.position = nn.Parameter(position, requires_grad=False)
        self.kind = nn.Parameter(_tensor(weights, "emb.type", (2, WIDTH))[0].clone(), requires_grad=False)
        self.norm = nn.LayerNorm(WIDTH, EPSILON).requires_grad_(False)
        _load(self.norm, weights, "emb.ln", (WIDTH,))
        self.layers = nn.ModuleList(_layer(weights, index, dropout) for index in range(LAYERS))

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        """Words (batch, length, 384) and mask (batch, length; 1 real, 0 padding) -> vectors (batch, 384)."""
        return self.upper(self.lower(words, mask), mask)

    def lower(self, words: Tensor, mask: Tensor) -> Tensor:
        """Words and mask -> hidden states (batch, length, 384) after the lower half."""
        hidden: Tensor = self.norm(words + self.position[: words.shape[1]] + self.kind)
        for layer in self.layers[:LOWER_LAYERS]:
            hidden = layer(hidden, _bias(mask))
        return hidden

    def upper(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Hidden states of the lower half and mask -> vectors (batch, 384)."""
        for layer in self.layers[LOWER_LAYERS:]:
            hidden = layer(hidden, _bias(mask))
        weight = mask[:, :, None]
        mean = (hidden * weight).sum(1) / weight.sum(1)
        return mean / mean.norm(dim=1, keepdim=True).clamp_min(1e-6) * VECTOR_SCALE

    def rates(self, top: float, decay: float) -> list[tuple[list[nn.Parameter], float]]:
        """The parameters of each layer and its learning rate, the highest layer's first; what stands below the layers
        stays as it is in the base. The lower a layer, the less of it is about rights: each learns at `decay` of the
        rate of the one above."""
        return [(list(layer.parameters()), top * decay**depth) for depth, layer in enumerate(reversed(self.layers))]


def _bias(mask: Tensor) -> Tensor:
    return (1.0 - mask)[:, None, None, :] * -1e4


def _tensor(weights: BaseWeights, name: str, shape: Sequence[int]) -> Tensor:
    return torch.from_numpy(weights.tensor(name).copy()).view(*shape)


def _load(module: nn.Linear | nn.LayerNorm, weights: BaseWeights, name: str, shape: Sequence[int]) -> None:
    with torch.no_grad():
        module.weight.copy_(_tensor(weights, f"{name}.w", shape))
        module.bias.copy_(_tensor(weights, f"{name}.b", shape[:1]))


def _layer(weights: BaseWeights, index: int, dropout: float) -> Layer:
    layer = Layer(dropout)
    square = (WIDTH, WIDTH)
    with torch.no_grad():
        layer.qkv.weight.copy_(torch.cat([_tensor(weights, f"l{index}.{part}.w", square) for part in "qkv"]))
        layer.qkv.bias.copy_(torch.cat([_tensor(weights, f"l{index}.{part}.b", (WIDTH,)) for part in "qkv"]))
    _load(layer.out, weights, f"l{index}.ao", square)
    _load(layer.norm1, weights, f"l{index}.aln", (WIDTH,))
    _load(layer.inner, weights, f"l{index}.fi", (INNER, WIDTH))
    _load(layer.outer, weights, f"l{index}.fo", (WIDTH, INNER))
    _load(layer.norm2, weights, f"l{index}.oln", (WIDTH,))
    return layer
