"""Writes a trained encoder as an ONNX graph of 8-bit weights. Needs torch and onnx."""

import logging
import tempfile
import warnings
from pathlib import Path

import torch

from intake_bot.classifier.network import WIDTH, Encoder

#: Weights that share one scale, and so do as many activations of one sub-word. One scale for all activations of a
#: passage cost a cosine of .98 to the full graph where this one has .9995 (docs/classifier.md).
BLOCK = 64
#: onnxruntime computes in 8-bit integers (MatMulNBits, accuracy_level 4).
INTEGERS = 4


def export_encoder(encoder: Encoder, target: Path) -> None:
    """Writes encoder.onnx: words (batch, length, 384) and mask (batch, length) -> vectors (batch, 384)."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

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
        recipe = DefaultWeightOnlyQuantConfig(BLOCK, is_symmetric=True, accuracy_level=INTEGERS, bits=8)
        logging.getLogger("onnxruntime.quantization.matmul_nbits_quantizer").setLevel(logging.WARNING)
        quantizer = MatMulNBitsQuantizer(onnx.load(full), algo_config=recipe)
        quantizer.process()
        quantizer.model.save_model_to_file(str(target))
