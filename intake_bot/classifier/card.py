"""The model card: what the trained model is, its figures on DEV, and what they mean for a DPO's day."""

from pathlib import Path
from typing import Any

#: Mails a day for which the load is stated, and the share of rights mails among them that is assumed.
DAILY = (50, 100, 200)
RIGHTS_SHARE = 0.04


def expectations(dev: dict[str, Any]) -> dict[str, float]:
    """Expected missed, reviewed and wrongly opened mails per 1,000 mails, at RIGHTS_SHARE rights mails."""
    group = dev["all"]
    rights, nothing = 1000 * RIGHTS_SHARE, 1000 * (1 - RIGHTS_SHARE)
    return {
        "missed": rights * (1 - group["reached"]),
        "reviewed": nothing * (group["reviewed"] - group["opened"])
        + rights * (group["reached"] - dev["rights_opened"]),
        "wrongly_opened": nothing * group["opened"],
    }


def write_card(path: Path, facts: dict[str, Any]) -> None:
    """Writes README.md of a model folder from its card.json."""
    dev, group = facts["dev"], facts["dev"]["all"]
    expected = expectations(dev)
    load = ", ".join(f"{daily * expected['reviewed'] / 1000:.1f} at {daily} mails a day" for daily in DAILY)
    labels = "\n".join(
        f"| {label} | {row['precision']:.2f} | {row['recall']:.2f} | {row['f1']:.2f} | {row['mails']} |"
        for label, row in dev["labels"].items()
    )
    languages = "\n".join(
        f"| {lang} | {row['mails']} | {row['rights']} | {row['reached']:.3f} | {row['reviewed']:.3f} | "
        f"{row['macro_f1']:.2f} |"
        for lang, row in dev["languages"].items()
    )
    digests = ", ".join(f"`{name}` {digest[:16]}" for name, digest in facts["encoder_sha256"].items())
    path.write_text(
        f"""# Model {facts["version"]}

Reads the subject and the new text of a mail in any of the 24 official languages of the Union and gives each of
{len(facts["labels"])} labels a calibrated probability. It says what a mail asks for, never whether the request is
admissible. A person decides; a mail between the thresholds *review* and *open* is shown to one.

- Encoder: multilingual-e5-small (MIT), 8-bit ONNX. Words are in `models/base`; its twelve layers were fine-tuned on
  {facts["training"]["mails"]} written mails: sha256 of {digests}.
- The training mails were written for this project; no mail of a real person was used. Real mail will be harder.
- Not for: deciding on a request, reading attachments, languages outside the Union.

## On DEV ({group["mails"]} mails, {group["rights"]} of them rights requests; thresholds were chosen here)

Rights mails reaching review or open {group["reached"]:.3f}; mails that ask nothing reaching review
{group["reviewed"]:.3f}, opened {group["opened"]:.4f}; macro-F1 {group["macro_f1"]:.3f}; exact label set
{group["exact"]:.3f}; expected calibration error {dev["ece_any"]:.3f} (any right), {dev["ece_labels"]:.3f} (labels).

Per 1,000 mails of which {1000 * RIGHTS_SHARE:.0f} are rights requests, expect {expected["missed"]:.1f} missed,
{expected["reviewed"]:.0f} to review, {expected["wrongly_opened"]:.1f} wrongly opened. The DPO reviews {load}.

| label | precision | recall | F1 | mails |
| --- | --- | --- | --- | --- |
{labels}

| language | mails | rights | reached | reviewed | macro-F1 |
| --- | --- | --- | --- | --- | --- |
{languages}
""",
        encoding="utf-8",
    )
