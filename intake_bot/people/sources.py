"""The directories: a CSV file, a query on a foreign SQLite database, an HTTP endpoint. All read-only."""

import csv
import ipaddress
import json
import sqlite3
import time
import tomllib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from intake_bot.errors import IntakeError
from intake_bot.people.directory import Details, Directory, DirectoryError, Person, agreement, person_from

MAX_RECORDS = 2_000_000  # octets of an HTTP answer
MAX_ROWS = 200
CACHE_ENTRIES = 500


class CsvDirectory:
    """Persons in a CSV file with a header line (columns of person_from), read anew when the file changes."""

    def __init__(self, path: Path) -> None:
        self.name = f"csv {path.name}"
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._persons: tuple[Person, ...] = ()

    def by_address(self, address: str) -> Sequence[Person]:
        return [person for person in self._all() if person.address == address]

    def by_details(self, details: Details) -> Sequence[Person]:
        return [person for person in self._all() if agreement(person, details)][:MAX_ROWS]

    def _all(self) -> tuple[Person, ...]:
        try:
            found = self._path.stat()
            state = (found.st_mtime_ns, found.st_size)
            if state != self._read_at:
                with self._path.open(encoding="utf-8-sig", newline="") as file:
                    self._persons = tuple(person_from(row) for row in csv.DictReader(file))
                self._read_at = state
        except (OSError, csv.Error, UnicodeDecodeError) as error:
            raise DirectoryError(f"the file cannot be read ({type(error).__name__})") from error
        return self._persons


class SqliteDirectory:
    """Persons in a foreign SQLite database, by queries of the administrator whose columns are those of person_from.

    `address_query` takes :address. `details_query` is run once for each detail that a mail gives and takes :name,
    :client, :reference, :phone and :address, of which all but one are NULL. Opened read-only; a query that runs longer
    than `seconds` is stopped.
    """

    def __init__(self, path: Path, address_query: str, details_query: str = "", *, seconds: float = 2.0) -> None:
        self.name = f"sqlite {path.name}"
        self._path = path
        self._address_query = address_query
        self._details_query = details_query
        self._seconds = seconds

    def by_address(self, address: str) -> Sequence[Person]:
        return self._select(self._address_query, [{"address": address}])

    def by_details(self, details: Details) -> Sequence[Person]:
        if not self._details_query:
            return []
        given = {
            "name": details.names,
            "client": details.clients,
            "reference": details.references,
            "phone": details.phones,
            "address": details.addresses,
        }
        empty = dict.fromkeys(given)
        asked = [{**empty, key: value} for key, values in given.items() for value in values[:5]]
        found = self._select(self._details_query, asked)
        return [person for person in dict.fromkeys(found) if agreement(person, details)]

    def _select(self, query: str, parameters: Sequence[Mapping[str, Any]]) -> list[Person]:
        until = time.monotonic() + self._seconds
        found: list[Person] = []
        try:
            with _closing(
                sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=1)
            ) as database:
                database.row_factory = sqlite3.Row
                database.execute("PRAGMA query_only = ON")
                database.set_progress_handler(lambda: int(time.monotonic() > until), 1_000)
                for values in parameters:
                    rows = database.execute(query, values).fetchmany(MAX_ROWS)
                    found += [person_from(dict(row)) for row in rows]
        except sqlite3.Error as error:
            raise DirectoryError(f"the query failed ({type(error).__name__})") from error
        return found


class _closing:
    """Closes a connection at the end, which sqlite3's own context manager does not."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> sqlite3.Connection:
        return self._database

    def __exit__(self, *error: object) -> None:
        self._database.close()


class HttpDirectory:
    """Persons behind an HTTP endpoint of the house.

    A lookup is a POST with JSON, {"address": ...} or the lists of Details, so that no address stands in an access log;
    the answer is a JSON list of records (person_from). HTTPS, or plain HTTP on this machine. Answers are kept for
    `cache_seconds`, in memory only. Redirects are not followed.
    """

    def __init__(
        self, url: str, *, token: str = "", seconds: float = 3.0, cache_seconds: float = 300.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_local(parts.hostname or "")):
            raise IntakeError("a directory is asked over https, or over http on this machine only")
        self.name = f"http {parts.hostname}"
        self._url = url
        self._seconds = seconds
        self._cache_seconds = cache_seconds
        self._cache: OrderedDict[str, tuple[float, tuple[Person, ...]]] = OrderedDict()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(
            timeout=seconds, headers=headers, follow_redirects=False, transport=transport, trust_env=False
        )

    def by_address(self, address: str) -> Sequence[Person]:
        return self._ask({"address": address})

    def by_details(self, details: Details) -> Sequence[Person]:
        asked = {
            "names": details.names,
            "clients": details.clients,
            "references": details.references,
            "phones": details.phones,
            "addresses": details.addresses,
        }
        return [person for person in self._ask(asked) if agreement(person, details)]

    def close(self) -> None:
        """Close the connections and forget what was kept."""
        self._cache.clear()
        self._client.close()

    def _ask(self, question: Mapping[str, Any]) -> tuple[Person, ...]:
        key = json.dumps(question, sort_keys=True)
        kept = self._cache.get(key)
        now = time.monotonic()
        if kept is not None and now - kept[0] < self._cache_seconds:
            return kept[1]
        try:
            found = self._fetch(question, now + self._seconds)
        except (httpx.HTTPError, ValueError) as error:
            raise DirectoryError(f"no answer ({type(error).__name__})") from error
        self._cache[key] = (now, found)
        while len(self._cache) > CACHE_ENTRIES:
            self._cache.popitem(last=False)
        return found

    def _fetch(self, question: Mapping[str, Any], until: float) -> tuple[Person, ...]:
        octets = bytearray()
        with self._client.stream("POST", self._url, json=question) as response:
            if response.status_code != httpx.codes.OK:
                raise DirectoryError(f"the endpoint answered {response.status_code}")
            for chunk in response.iter_bytes():
                octets += chunk
                if len(octets) > MAX_RECORDS or time.monotonic() > until:
                    raise DirectoryError("the answer is too long or too slow")
        records = json.loads(octets)
        if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
            raise DirectoryError("the answer is not a list of records")
        return tuple(person_from(item) for item in records[:MAX_ROWS])


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_directories(path: Path) -> tuple[Directory, ...]:
    """The directories of a TOML file with [[directory]] tables (docs/identity.md). Raises IntakeError on a mistake."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("directory", [])
        if not tables:
            raise IntakeError(f"{path} names no directory: each is a table [[directory]] (docs/identity.md)")
        return tuple(_directory(table, path.parent) for table in tables)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise IntakeError(f"{path} cannot be read as TOML: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise IntakeError(f"{path}: a [[directory]] lacks or misuses {error}") from error


def _directory(table: Mapping[str, Any], folder: Path) -> Directory:
    kind = table["kind"]
    if kind == "csv":
        return CsvDirectory(folder / table["path"])
    if kind == "sqlite":
        queries = (table["by_address"], table.get("by_details", ""))
        return SqliteDirectory(folder / table["path"], *queries, seconds=float(table.get("seconds", 2)))
    if kind == "http":
        token = (folder / table["token_file"]).read_text(encoding="utf-8").strip() if "token_file" in table else ""
        seconds, cached = float(table.get("seconds", 3)), float(table.get("cache_seconds", 300))
        return HttpDirectory(table["url"], token=token, seconds=seconds, cache_seconds=cached)
    raise IntakeError(f"a directory is of kind csv, sqlite or http, not {kind}")
