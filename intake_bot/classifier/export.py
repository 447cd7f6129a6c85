"""Writes the halves of an encoder as ONNX graphs of 8-bit weights, and reads them back. Needs torch and onnx."""

# mypy: disallow-subclassing-any=False

import logging
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from intake_bot.classifier.head import WIDTH
from intake_bot.classifier.network import Encoder

#: Weights that share one scale, and so do as many activations of one sub-word. One scale for all activations of a
#: passage cost a cosine of .98 to the full graph where this one has .9995 (docs/classifier.md).
BLOCK = 64
#: What stands for 0 in 8 bits without a sign.
ZERO = 128
LAYER = "encoder.layers."
#: onnxruntime computes in 8-bit integers (MatMulNBits, accuracy_level 4).
INTEGERS = 4

Forward = Callable[[Tensor, Tensor], Tensor]


def export_lower(encoder: Encoder, target: Path) -> None:
    """Writes lower.onnx: words (batch, length, 384) and mask (batch, length) -> hidden (batch, length, 384)."""
    _export(_Half(encoder, encoder.lower), "words", "hidden", target)


def export_upper(encoder: Encoder, target: Path) -> None:
    """Writes upper.onnx: hidden (batch, length, 384) and mask (batch, length) -> vectors (batch, 384)."""
    _export(_Half(encoder, encoder.upper), "hidden", "vectors", target)


def read_layers(graphs: Sequence[Path]) -> dict[str, Tensor]:
    """The layers of an encoder, by the names of the network, from the graphs of its halves.

    Rounded to 8 bits: a run that goes on from them starts within a cosine of .9996 of where the last one ended.
    """
    import onnx
    from onnx import numpy_helper

    found: dict[str, Tensor] = {}
    for path in graphs:
        graph = onnx.load(path).graph
        values = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
        for name, value in values.items():
            if name.startswith(LAYER):
                found[name.removeprefix("encoder.")] = torch.from_numpy(value.copy())
        for node in graph.node:
            if node.op_type == "MatMulNBits":
                packed, scales = values[node.input[1]], values[node.input[2]]
                weights = (packed.astype("float32") - ZERO) * scales.reshape(len(packed), -1, 1)
                _, layer, part, _ = node.name.split("/")  # /layers.6/qkv/MatMul_Q8
                found[f"{layer}.{part}.weight"] = torch.from_numpy(weights.reshape(len(packed), -1))
    return found


class _Half(nn.Module):
    def __init__(self, encoder: Encoder, forward: Forward) -> None:
        super().__init__()
        self.encoder = encoder.float()
        self._forward = forward
        self.eval()

    def forward(self, values: Tensor, mask: Tensor) -> Tensor:
        return self._forward(values, mask)


def _export(half: _Half, source: str, result: str, target: Path) -> None:
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                half,
                (torch.randn(2, 9, WIDTH), torch.ones(2, 9)),
                str(full),
                input_names=[source, "mask"],
                output_names=[result],
                dynamic_axes={name: {0: "batch", 1: "length"} for name in (source, "mask")},
                opset_version=17,
                dynamo=False,
            )
        recipe = DefaultWeightOnlyQuantConfig(BLOCK, is_symmetric=True, accuracy_level=INTEGERS, bits=8)
        logging.getLogger("onnxruntime.quantization.matmul_nbits_quantizer").setLevel(logging.WARNING)
        quantizer = MatMulNBitsQuantizer(onnx.load(full), algo_config=recipe)
        quantizer.process()
        quantizer.model.save_model_to_file(str(target))
