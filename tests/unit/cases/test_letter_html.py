import pytest

from intake_bot.cases.letters import html_body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Votre demande : oui ?", "<p>Votre demande\u00a0: oui\u00a0?</p>"),
        ("Le « registre » ; voilà !", "<p>Le «\u00a0registre\u00a0»\u00a0; voilà\u00a0!</p>"),
        ("Your request: yes?", "<p>Your request: yes?</p>"),
        ("- un : deux", "<ul><li>un\u00a0: deux</li></ul>"),
    ],
)
def test_no_line_breaks_before_french_signs(text: str, expected: str) -> None:
    assert expected in html_body(text)
