import ssl

import httpcore
import pytest

from bot.errors import SourceError
from bot.http.failures import UnansweredError, explain_network, explain_status


@pytest.mark.parametrize(
    ("status", "retry_after", "kind", "is_permanent"),
    [
        (400, None, SourceError, True),
        (401, None, SourceError, True),
        (403, None, SourceError, True),
        (403, 30.0, UnansweredError, False),
        (404, None, SourceError, True),
        (404, 30.0, SourceError, True),
        (408, None, UnansweredError, False),
        (410, None, SourceError, True),
        (418, None, SourceError, True),
        (429, None, SourceError, False),
        (429, 30.0, UnansweredError, False),
        (451, None, SourceError, True),
        (500, None, UnansweredError, False),
        (501, None, SourceError, False),
        (503, 30.0, UnansweredError, False),
        (522, None, UnansweredError, False),
        (600, None, SourceError, False),
        (304, None, SourceError, False),
        (305, None, SourceError, False),
        (101, None, SourceError, False),
    ],
)
def test_status_decides_whether_to_ask_again(status, retry_after, kind, is_permanent):
    error = explain_status(status, "h.example", retry_after)
    assert (type(error), error.permanent) == (kind, is_permanent)
    assert str(error).startswith("h.example ")
    assert str(status) in str(error)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (10, "has expired"),
        (9, "is not valid yet"),
        (18, "is signed by itself"),
        (62, "is made out to another name"),
        (20, "unknown authority"),
        (99, "cannot be trusted"),
    ],
)
def test_certificate_fault_is_named(code, words):
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_code = code
    error = httpcore.ConnectError("x")
    error.__cause__ = cause
    explained = explain_network(error, "h.example")
    assert words in str(explained)
    assert type(explained) is SourceError
    assert not explained.permanent


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (httpcore.ConnectTimeout("secret"), UnansweredError, "does not answer"),
        (httpcore.ReadTimeout("secret"), UnansweredError, "does not answer"),
        (httpcore.ConnectError("secret"), UnansweredError, "cannot be reached"),
        (httpcore.ReadError("secret"), UnansweredError, "cannot be reached"),
        (httpcore.RemoteProtocolError("secret"), UnansweredError, "does not speak proper HTTP"),
        (httpcore.LocalProtocolError("secret"), SourceError, "cannot be put into an HTTP request"),
    ],
)
def test_network_failure_is_put_into_words_of_ours(error, kind, words):
    explained = explain_network(error, "h.example")
    assert type(explained) is kind
    assert words in str(explained)
    assert "secret" not in str(explained)
