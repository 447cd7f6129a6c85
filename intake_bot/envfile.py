"""The settings file and the environment as values by key. What cannot be read is a problem, never passed over."""

import io
import stat
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import parse_stream

from intake_bot.keys import KEYS, PREFIX

#: Read by the command line, not a setting of the service.
ENV_FILE = f"{PREFIX}ENV_FILE"


def named_file(option: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The settings file that the option or else INTAKE_ENV_FILE names. None when that is there and empty: no file."""
    if option is not None:
        return option
    named = environment.get(ENV_FILE, ".env")
    return Path(named).expanduser() if named else None


def from_file(file: Path, problems: list[str]) -> dict[str, str]:
    """The values of a settings file, taken as they stand: `$` is a sign like any other.

    A line that is none of NAME=VALUE, a key without its prefix, and a secret that everyone can read are noted.
    """
    text = read_text(file, f"{file}", problems)
    values: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            original = binding.original.string
            line = binding.original.line + original[: len(original) - len(original.lstrip())].count("\n")
            problems.append(
                f"{file}, line {line} is not NAME=VALUE: a value with # or blanks stands in single quotes, an "
                "apostrophe in it as \\'"
            )
        elif binding.key:
            values[binding.key] = binding.value or ""
    problems += [f"{file}: {name}: write {PREFIX}{name}" for name in values if _is_key(name)]
    secret = [name for name, value in values.items() if value and _is_secret(name.removeprefix(PREFIX))]
    if secret and file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        problems.append(f"{file} holds {', '.join(secret)} and everyone can read it: chmod 600 {file}")
    return values


def known(merged: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """The values by key without the prefix, those of KEY_FILE read; an unknown key is noted."""
    found: dict[str, str] = {}
    for name, value in merged.items():
        if not name.startswith(PREFIX) or name == ENV_FILE:
            continue
        short = name.removeprefix(PREFIX)
        if short in KEYS:
            found[short] = value.strip()
        elif _is_key(short):
            if value.strip():
                text = read_text(Path(value.strip()), f"{name}: {value}", problems)
                found[short.removesuffix("_FILE")] = text.strip()
        else:
            problems.append(f"{name} is not a key of this program: see `intake-bot init --show` for all of them")
    return found


def read_text(file: Path, said: str, problems: list[str]) -> str:
    """The text of a file in UTF-8; "" when it cannot be read, which is noted under the name `said`."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        problems.append(f"{said} cannot be read ({error.strerror})")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problems.append(f"{said} cannot be read: line {line} is not UTF-8, save the file in that encoding")
    return ""


def _is_key(short: str) -> bool:
    """Whether this is a key without its prefix, or a secret one with _FILE."""
    return short in KEYS or (short.endswith("_FILE") and _is_secret(short.removesuffix("_FILE")))


def _is_secret(short: str) -> bool:
    return short in KEYS and KEYS[short].secret
