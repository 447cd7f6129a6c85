"""Known persons, in a CSV file, a foreign SQLite database and behind a real HTTP endpoint."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from intake_bot.errors import IntakeError
from intake_bot.people.directory import Details, DirectoryError, Person, agreement, look_up, person_from, same_name
from intake_bot.people.sources import CsvDirectory, HttpDirectory, SqliteDirectory, load_directories

CSV = (
    "reference,address,name,client,phone,invoices,shared,alive\n"
    "A-1,Jeanne@client.example,Jeanne Martin,Grand Client,06 12 34 56 78,FA-1;FA-2,,\n"
    "A-2,jm@other.example,Jeanne Martin,Autre,,FA-9,,no\n"
    "A-3,contact@client.example,,Grand Client,,,yes,\n"
    "A-4,paul@home.example,Paul Durand,,+33 6 99 88 77 66,,,\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "crm.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE users (id TEXT, email TEXT, full_name TEXT, company TEXT)")
        connection.execute("INSERT INTO users VALUES ('A-1', 'Jeanne@client.example', 'Jeanne Martin', 'Grand Client')")
    connection.close()
    return path


BY_ADDRESS = (
    "SELECT id AS reference, email AS address, full_name AS name, company AS client FROM users "
    "WHERE lower(email) = :address"
)
BY_DETAILS = (
    "SELECT id AS reference, email AS address, full_name AS name, company AS client FROM users "
    "WHERE id = :reference OR full_name = :name"
)


class Endpoint(BaseHTTPRequestHandler):
    answer: Any = ({"reference": "A-1", "address": "jeanne@client.example", "name": "Jeanne Martin"},)
    status = 200
    delay = 0.0
    asked: list[tuple[str, Any, str]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, body, self.headers.get("Authorization", "")))
        time.sleep(self.delay)
        octets = json.dumps(self.answer).encode()
        self.send_response(self.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def endpoint() -> Iterator[tuple[str, type[Endpoint]]]:
    handler = type("OneEndpoint", (Endpoint,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/people", handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_csv_file_is_looked_up_by_address_and_details(table: Path) -> None:
    directory = CsvDirectory(table)
    assert [person.reference for person in directory.by_address("jeanne@client.example")] == ["A-1"]
    assert [person.reference for person in directory.by_details(Details(names=("MARTIN Jeanne",)))] == ["A-1", "A-2"]
    assert directory.by_address("nobody@client.example") == []
    person = directory.by_address("jm@other.example")[0]
    assert (person.alive, person.invoices) == (False, ("FA-9",))


def test_a_csv_file_is_read_anew_when_it_changes(table: Path) -> None:
    directory = CsvDirectory(table)
    assert not directory.by_address("new@client.example")
    table.write_text(CSV + "A-5,new@client.example,New Person,,,,,\n", encoding="utf-8")
    assert directory.by_address("new@client.example")


def test_a_missing_file_is_a_failed_search(tmp_path: Path) -> None:
    found = look_up([CsvDirectory(tmp_path / "none.csv")], "a@b.example", Details())
    assert not found.searched
    assert "none.csv" in found.problems[0]


def test_a_sqlite_query_is_read_only(database: Path) -> None:
    directory = SqliteDirectory(database, BY_ADDRESS, BY_DETAILS)
    assert directory.by_address("jeanne@client.example")[0].client == "Grand Client"
    assert [
        item.reference for item in directory.by_details(Details(names=("Jeanne Martin",), references=("A-1",)))
    ] == ["A-1"]
    assert directory.by_address("' OR 1=1 --") == []
    writing = SqliteDirectory(database, "DELETE FROM users WHERE email = :address RETURNING id AS reference")
    with pytest.raises(DirectoryError):
        writing.by_address("jeanne@client.example")


def test_a_slow_query_is_stopped(database: Path) -> None:
    numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    endless = f"{numbers} SELECT max(x) AS reference FROM n WHERE :address <> ''"
    started = time.monotonic()
    with pytest.raises(DirectoryError):
        SqliteDirectory(database, endless, seconds=0.2).by_address("a@b.example")
    assert time.monotonic() - started < 3


def test_an_endpoint_is_asked_once_and_the_address_is_not_in_the_url(endpoint: tuple[str, type[Endpoint]]) -> None:
    url, handler = endpoint
    directory = HttpDirectory(url, token="geheim")
    for _ in range(3):
        assert directory.by_address("jeanne@client.example")[0].reference == "A-1"
    assert handler.asked == [("/people", {"address": "jeanne@client.example"}, "Bearer geheim")]
    assert directory.by_details(Details(names=("Jeanne Martin",)))
    assert len(handler.asked) == 2
    directory.close()


@pytest.mark.parametrize(
    ("answer", "status"), [({"not": "a list"}, 200), (["text"], 200), ([], 500), ([], 302), ([{"name": "no key"}], 200)]
)
def test_a_wrong_answer_is_a_failed_search(endpoint: tuple[str, type[Endpoint]], answer: Any, status: int) -> None:
    url, handler = endpoint
    handler.answer, handler.status = answer, status
    found = look_up([HttpDirectory(url)], "jeanne@client.example", Details())
    assert not found.searched
    assert "jeanne" not in " ".join(found.problems)
    assert len(handler.asked) == 1


def test_a_slow_endpoint_is_given_up(endpoint: tuple[str, type[Endpoint]]) -> None:
    url, handler = endpoint
    handler.delay = 1.0
    with pytest.raises(DirectoryError):
        HttpDirectory(url, seconds=0.1).by_address("jeanne@client.example")


def test_an_endpoint_elsewhere_needs_tls() -> None:
    with pytest.raises(IntakeError, match="https"):
        HttpDirectory("http://crm.example/people")


def test_a_lookup_tells_one_from_several(table: Path) -> None:
    directories = [CsvDirectory(table)]
    alone = look_up(directories, "paul@home.example", Details(names=("Paul Durand",)))
    assert alone.known is not None
    assert alone.match is None  # a name alone is not certain
    homonyms = look_up(directories, "new@home.example", Details(names=("Jeanne Martin",)))
    assert (homonyms.known, homonyms.match, len(homonyms.matches)) == (None, None, 2)
    settled = look_up(directories, "new@home.example", Details(names=("Jeanne Martin",), references=("fa 9",)))
    assert settled.match is not None
    assert settled.match.reference == "A-2"
    by_two = look_up(directories, "new@home.example", Details(names=("Paul Durand",), phones=("0699887766",)))
    assert by_two.match is not None
    nothing = look_up(directories, "new@home.example", Details(names=("Nobody Here",)))
    assert (nothing.found, nothing.searched) == (False, True)


def test_no_directory_is_no_search() -> None:
    assert not look_up([], "a@b.example", Details(names=("A B",))).searched


def test_names_and_records() -> None:
    assert same_name("Élodie MÜLLER", "Muller Elodie")
    assert not same_name("Martin", "Martin")
    with pytest.raises(DirectoryError):
        person_from({"name": "x"})
    assert agreement(Person("A-1", "a@b.example", client="X"), Details(clients=("x",))) == ("client",)


def test_directories_are_told_by_a_file(tmp_path: Path, table: Path, database: Path) -> None:
    (tmp_path / "token").write_text("t\n")
    (tmp_path / "directories.toml").write_text(
        '[[directory]]\nkind = "csv"\npath = "people.csv"\n'
        f'[[directory]]\nkind = "sqlite"\npath = "crm.sqlite"\nby_address = "{BY_ADDRESS}"\n'
        '[[directory]]\nkind = "http"\nurl = "https://crm.example/people"\ntoken_file = "token"\n'
    )
    names = [directory.name for directory in load_directories(tmp_path / "directories.toml")]
    assert names == ["csv people.csv", "sqlite crm.sqlite", "http crm.example"]
    for wrong in ("[[directory]]", '[[directory]]\nkind = "ldap"', "]"):
        (tmp_path / "wrong.toml").write_text(wrong)
        with pytest.raises(IntakeError):
            load_directories(tmp_path / "wrong.toml")
