"""Access tokens from a command or a file: forms, expiry and clear errors."""

import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake_bot.mail.oauth import Token, TokenError, TokenSource, read_token

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def jwt(expires: datetime) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": int(expires.timestamp())}).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJub25lIn0.{claims}.signature"


@pytest.mark.parametrize(
    ("output", "token"),
    [
        ("ya29.abc\n", Token("ya29.abc")),
        ('{"access_token": "abc", "expires_in": 3600}', Token("abc", NOW + timedelta(hours=1))),
        ('{"access_token": "abc", "expires_in": "60"}', Token("abc", NOW + timedelta(minutes=1))),
        ('{"accessToken": "abc", "expires_on": 1795424400}', Token("abc", datetime.fromtimestamp(1795424400, UTC))),
        ('{"access_token": "abc", "expires_at": "2026-11-23T10:00:00+01:00"}', Token("abc", NOW + timedelta(hours=1))),
        ('{"access_token": "abc", "expires_in": "soon"}', Token("abc")),
        (jwt(NOW), Token(jwt(NOW), NOW)),
        ("a.b.c", Token("a.b.c")),
    ],
)
def test_forms_of_a_token(output: str, token: Token) -> None:
    assert read_token(output, NOW) == token


@pytest.mark.parametrize("output", ["", "  \n", "two words", "a\x01b", "{broken", '{"error": "invalid_grant"}', "clé"])
def test_what_is_no_token(output: str) -> None:
    with pytest.raises(TokenError):
        read_token(output, NOW)


def test_error_names_the_fields_and_not_their_values() -> None:
    with pytest.raises(TokenError, match="error, refresh_token") as caught:
        read_token('{"error": "x", "refresh_token": "very-secret"}', NOW)
    assert "very-secret" not in str(caught.value)
    assert "very-secret" not in repr(Token("very-secret"))


def test_token_is_fresh_until_a_minute_before_it_expires() -> None:
    token = Token("abc", NOW + timedelta(minutes=5))
    assert token.fresh(NOW)
    assert token.fresh(NOW + timedelta(minutes=3))
    assert not token.fresh(NOW + timedelta(minutes=4, seconds=1))
    assert not Token("abc").fresh(NOW)


def counting_command(tmp_path: Path, expires_in: int) -> tuple[str, Path]:
    count, script = tmp_path / "count", tmp_path / "token.py"
    script.write_text(
        f"import json, pathlib\np = pathlib.Path({str(count)!r})\n"
        f"n = len(p.read_text()) + 1 if p.exists() else 1\np.write_text('x' * n)\n"
        f"print(json.dumps({{'access_token': f'token{{n}}', 'expires_in': {expires_in}}}))\n"
    )
    return f"{sys.executable} '{script}'", count


def test_command_runs_once_while_its_token_lasts(tmp_path: Path) -> None:
    command, _ = counting_command(tmp_path, 3600)
    source = TokenSource(command)
    assert [source.token(), source.token(), source.token(refresh=True)] == ["token1", "token1", "token2"]


def test_command_runs_again_when_its_token_is_about_to_expire(tmp_path: Path) -> None:
    command, _ = counting_command(tmp_path, 30)
    source = TokenSource(command)
    assert [source.token(), source.token()] == ["token1", "token2"]


def test_file_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(jwt(datetime(2100, 1, 1, tzinfo=UTC)))
    source = TokenSource(file=str(file))
    source.token()
    file.write_text("new")
    assert source.token() == "new"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("/no/such/command", "cannot be run"),
        ("sh -c 'exit 4'", "exit code 4"),
        ("sh -c 'echo first >&2; echo why >&2; exit 1'", "why"),
        ("'unbalanced", "cannot be run"),
        ("true", "empty"),
    ],
)
def test_command_that_fails_says_why(command: str, message: str) -> None:
    with pytest.raises(TokenError, match=message):
        TokenSource(command).token()


def test_command_that_hangs_is_given_up() -> None:
    with pytest.raises(TokenError, match="did not end"):
        TokenSource("sleep 30", timeout=0.2).token()


def test_missing_file_and_missing_setting_are_named(tmp_path: Path) -> None:
    with pytest.raises(TokenError, match="nowhere"):
        TokenSource(file=str(tmp_path / "nowhere")).token()
    with pytest.raises(TokenError, match="neither"):
        TokenSource().token()
