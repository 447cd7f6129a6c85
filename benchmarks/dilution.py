"""What 220 words of everyday business mail around a request cost in macro-F1 (DEV, French and English).

The surroundings are 110 words before and 110 after, from training mails that ask nothing and in which the keyword
baseline finds no right: text that names rights of its own is no surrounding but another mail.

Run: python benchmarks/dilution.py [MAILS]
"""

import random
import sys

from intake_bot.classifier.baseline import keyword_labels
from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.corpus import read_set
from intake_bot.classifier.evaluate import diluted, evaluate
from intake_bot.resources import data_dir
from intake_bot.service.classification import cut

LANGUAGES = ("fr", "en")
#: Words of each of the two surroundings.
WORDS = 110
#: Mails of DEV, drawn with one seed; all of them take ten minutes.
MAILS = 600


def surroundings(lang: str) -> list[str]:
    """Texts of one language, shuffled."""
    mails = (mail for mail in read_set(data_dir() / "corpus" / "train") if mail.lang == lang)
    everyday = (mail for mail in mails if not mail.labels and not mail.accept and not keyword_labels(mail))
    words = (mail.body.split() for mail in everyday if "\n>" not in mail.body)
    texts = [" ".join(found[:WORDS]) for found in words if len(found) >= WORDS]
    random.Random(5).shuffle(texts)
    return texts


def main() -> None:
    """Prints macro-F1, requests reached and other mails shown, without and with the surroundings."""
    limit = int(sys.argv[1]) if sys.argv[1:] else MAILS
    dev = [mail for mail in read_set(data_dir() / "corpus" / "dev") if mail.lang in LANGUAGES]
    plain = random.Random(5).sample(dev, min(limit, len(dev)))
    around = [mail for lang in LANGUAGES for mail in diluted([m for m in plain if m.lang == lang], surroundings(lang))]
    classifier = Classifier.load()
    print(f"{len(plain)} mails  macro-F1  reached  shown")
    found = []
    for name, mails in (("alone", plain), ("with 220 words around", around)):
        group = evaluate(name, mails, classifier, cut).figures.all
        found.append(group.macro_f1)
        print(f"{name:22} {group.macro_f1:8.3f} {group.reached:8.3f} {group.reviewed:6.3f}", flush=True)
    print(f"falls by {found[0] - found[1]:.3f} (bar 0.04), to {found[1] / found[0]:.3f} of it")


if __name__ == "__main__":
    main()
