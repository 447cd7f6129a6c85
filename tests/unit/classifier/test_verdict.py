from intake_bot.classifier.verdict import Evidence, Verdict


def test_round_trip() -> None:
    verdict = Verdict(
        labels=("erasure",),
        scores={"erasure": 0.97, "access": 0.01},
        lang="fr",
        route="open",
        evidence=(Evidence("erasure", "body", "Supprimez-moi « vite »", 3, 25),),
        opened=("erasure",),
        reviewed=("erasure",),
        model_version="2026.01.01-abc",
    )
    assert Verdict.from_json(verdict.to_json()) == verdict
    assert "\n" not in verdict.to_json()
