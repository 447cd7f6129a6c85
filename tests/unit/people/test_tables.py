"""The tables of clients and platforms."""

from datetime import date
from pathlib import Path

import pytest

from intake_bot import resources
from intake_bot.errors import IntakeError
from intake_bot.people.clients import COLUMNS, Client, load_clients
from intake_bot.people.platforms import KINDS, platform_of, platforms, platforms_named
from intake_bot.rights import Right

HEADER = ",".join(COLUMNS) + "\n"


def test_the_example_of_the_client_table() -> None:
    clients = load_clients(resources.data_dir() / "clients.example.csv")
    grand = clients.of_address("Jeanne@mail.grand-client.example")
    assert grand is not None
    assert (grand.name, grand.arranged_on) == ("Grand Client SA", date(2025, 6, 1))
    assert (grand.who_answers(Right.ACCESS), grand.who_answers(Right.PORTABILITY)) == ("both", "us")
    assert (grand.role_for("hosting"), grand.role_for("account")) == ("processor", "joint")
    assert clients.of_address("x@other.example") is None
    assert clients.of_address("x@notgrand-client.example") is None
    assert "grand-client.test" in clients.domains


def test_without_an_arrangement_we_answer() -> None:
    assert Client("X").who_answers(Right.ERASURE) == "us"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",a.example,,,,", "needs a name"),
        ("X,a.example,,31/01/2026,,", "arranged_on"),
        ("X,a.example,,,access=nobody,", "answers"),
        ("X,a.example,,,acces=client,", "answers"),
        ("X,a.example,,,,account=owner", "roles"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, row: str, problem: str) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(IntakeError, match=f"line 2.*{problem}"):
        load_clients(path)


def test_a_missing_table_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="cannot be read"):
        load_clients(tmp_path / "none.csv")


def test_platforms_are_recognised_by_their_domain() -> None:
    found = platform_of("noreply@requests.incogni.com")
    assert found is not None
    assert (found.name, found.acts_for_another) == ("Incogni", True)
    letter = platform_of("x@datenanfragen.de")
    assert letter is not None
    assert not letter.acts_for_another
    assert platform_of("x@notincogni.com") is None
    assert [item.name for item in platforms_named("see https://www.privacybee.com/verify?x=1")] == ["Privacy Bee"]


def test_the_table_of_platforms_is_sound() -> None:
    domains = [domain for item in platforms() for domain in item.domains]
    assert len(domains) == len(set(domains))
    assert all(domain == domain.lower() and "." in domain and "@" not in domain for domain in domains)
    assert {item.kind for item in platforms()} == KINDS
