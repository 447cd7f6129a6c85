"""Latency of the classifier by length of mail, what the memory of passages saves, load time and peak memory.

Run: python benchmarks/classify.py [repetitions]
"""

import json
import resource
import statistics
import sys
import time

SENTENCES = (
    "Nous avons bien reçu votre proposition pour le salon de septembre.",
    "The invoice of last month still shows our former billing address.",
    "Je voudrais une copie de toutes les données que vous avez sur moi.",
    "Der Zeitplan für die Schulung am Montag passt uns leider nicht.",
    "¿Podrían confirmarnos el número de licencias antes del viernes?",
    "Il collega che segue il progetto rientra la settimana prossima.",
)
#: Words of the mail and the bar in milliseconds.
LENGTHS = ((12, 15), (30, 15), (157, 120), (500, None), (2000, 1200), (20_000, None))


def mail(words: int, salt: int) -> str:
    """A mail of about so many words; the salt makes every sentence new to the classifier."""
    found: list[str] = []
    number = 0
    while sum(len(sentence.split()) for sentence in found) < words:
        found.append(f"{SENTENCES[(number + salt) % len(SENTENCES)][:-1]} {salt}-{number}.")
        number += 1
    return " ".join(" ".join(found).split()[:words])


def peak_megabytes() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(repetitions: int = 7) -> None:
    """Prints a table and one line of JSON."""
    begun = time.perf_counter()
    from intake_bot.classifier.classifier import Classifier

    classifier = Classifier.load()
    load = time.perf_counter() - begun
    classifier.classify("", "warm up")
    rows = []
    for words, bar in LENGTHS:
        fresh, repeated = [], []
        for salt in range(repetitions if words <= 2000 else 2):
            text = mail(words, salt)
            for timings in (fresh, repeated):
                at = time.perf_counter()
                classifier.classify("Demande", text)
                timings.append(1000 * (time.perf_counter() - at))
        rows.append((words, statistics.median(fresh), max(fresh), statistics.median(repeated), bar))
    print(f"load {load:.2f} s, peak memory {peak_megabytes():.0f} MB")
    print(" words  median ms  max ms  same mail again ms  bar ms")
    for words, median, worst, again, bar in rows:
        print(f"{words:6} {median:10.1f} {worst:7.1f} {again:19.1f}  {bar or '-'}")
    print(json.dumps({"load_s": load, "peak_mb": peak_megabytes(), "median_ms": {row[0]: row[1] for row in rows}}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
