"""train and evaluate: a new model from the corpus, and how good it is."""

from pathlib import Path
from typing import Annotated

import typer

from intake_bot.commands.context import JsonOption, out, print_json
from intake_bot.errors import IntakeError


def train(
    full: Annotated[
        bool, typer.Option("--full", help="Fine-tune the encoder too (an hour or more; needs [train]).")
    ] = False,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="With --full: from the base, not from the encoder in place.")
    ] = False,
    target: Annotated[Path | None, typer.Option(help="Where the model goes; models/rights when empty.")] = None,
    corpus: Annotated[Path | None, typer.Option(help="The corpus; data/corpus when empty.")] = None,
    seed: Annotated[int, typer.Option(help="Same start and same seed, same model.")] = 1,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the corpus with --full; 1 (afresh 3) when empty.")
    ] = None,
) -> None:
    """Train the classifier from the corpus. Without --full only the head, in minutes.

    With --full the encoder in place learns on from the whole corpus, and the outcome takes its place if it is better on
    DEV. A run that was stopped goes on from its last epoch when the same command is given again.
    """
    if afresh and not full:
        raise IntakeError("--afresh goes with --full: without it the encoder stays as it is")
    from intake_bot.classifier.train import train_command
    from intake_bot.service.classification import cut

    trained = train_command(full=full, afresh=afresh, target=target, corpus=corpus, seed=seed, epochs=epochs, cut=cut)
    out.print("Installed." if trained.installed else "Not installed: the model in place is better on DEV.")


def evaluate(
    set_: Annotated[str, typer.Option("--set", help="dev, test, or a file of JSON lines.")] = "dev",
    html: Annotated[Path | None, typer.Option(help="Also write a report with charts.")] = None,
    commit: Annotated[str, typer.Option(help="What a run on test is logged under.")] = "",
    json: JsonOption = False,
) -> None:
    """Measure the classifier on a labelled set: recall, precision, F1 per label and language, calibration."""
    if set_ not in ("train", "dev", "test") and not (Path(set_).is_file() and Path(set_).stat().st_size):
        raise IntakeError(f"--set {set_} is neither dev nor test nor a file with mails in it")
    from intake_bot.classifier.evaluate import evaluate_command
    from intake_bot.service.classification import cut

    evaluation = evaluate_command(
        name=set_, cut=cut, html_path=html, commit=commit, report=(lambda line: None) if json else print
    )
    if json:
        print_json(evaluation.as_json())
