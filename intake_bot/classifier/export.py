"""Writes a trained encoder as an ONNX graph of 8-bit integer weights. Needs torch and onnx."""

import tempfile
import warnings
from pathlib import Path

import torch

from intake_bot.classifier.network import WIDTH, Encoder


def export_encoder(encoder: Encoder, target: Path) -> None:
    """Writes encoder.onnx: words (batch, length, 384) and mask (batch, length) -> vectors (batch, 384)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    encoder = encoder.float().eval()
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "encoder.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                encoder,
                (torch.randn(2, 9, WIDTH), torch.ones(2, 9)),
                str(full),
                input_names=["words", "mask"],
                output_names=["vectors"],
                dynamic_axes={"words": {0: "batch", 1: "length"}, "mask": {0: "batch", 1: "length"}},
                opset_version=17,
                dynamo=False,
            )
        quantize_dynamic(full, target, per_channel=True, weight_type=QuantType.QInt8)
