"""POST of JSON to a program of the administrator's, with an end in time; used by every webhook of ours."""

import time
from collections.abc import Mapping

import httpx

from intake_bot.errors import IntakeError

#: Seconds for connecting and for each wait; an answer that drips is cut off after LONGEST.
WAIT, LONGEST = 10.0, 30.0
#: Octets of an answer that are read.
ANSWER = 65_536


#: Answers that speak of the content: another body might be taken (RFC 9110 15.5).
CONTENT_REFUSED = frozenset({400, 409, 413, 415, 422})


class PostFailed(IntakeError):
    """The receiver did not take it. The message names the status or the kind of failure, nothing of its content."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        self.of_content = status in CONTENT_REFUSED
        super().__init__(message)


def post_json(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Hand a body over. Returns the first octets of the answer. Raises PostFailed on all but a 2xx.

    Redirects are not followed: a receiver is where it was configured.
    """
    begun = time.monotonic()
    answer = b""
    try:
        sent = {"Content-Type": "application/json", **headers}
        with httpx.stream("POST", url, content=body, headers=sent, timeout=WAIT, follow_redirects=False) as reply:
            if not reply.is_success:
                raise PostFailed(f"HTTP {reply.status_code}", status=reply.status_code)
            for chunk in reply.iter_bytes(4096):
                answer += chunk
                if len(answer) >= ANSWER or time.monotonic() - begun > LONGEST:
                    break
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PostFailed(type(error).__name__) from error
    return answer[:ANSWER]
