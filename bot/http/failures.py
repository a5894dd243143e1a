"""Put into words what went wrong with somebody else's server: for a person, and without secrets.

A calendar's private address is a password. So no message holds more of an address than the host, and none
tells what a server that must not be reached would have answered.
"""

import ssl

import httpcore

from bot.errors import SourceError

# What the network may raise below httpx. One door, so one list.
NETWORK_ERRORS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)

# OpenSSL's X509_V_ERR_* numbers, which Python hands on as `verify_code`.
_CERTIFICATE_FAULTS = {
    9: "is not valid yet",
    10: "has expired",
    18: "is signed by itself",
    19: "is signed by an unknown authority",
    20: "is signed by an unknown authority, or its server leaves out a link of the chain",
    62: "is made out to another name",
    64: "is made out to another address",
}


class UnansweredError(SourceError):
    """Nothing was received yet, and asking again soon may help."""


class TooLargeError(SourceError):
    """It is larger than what was allowed for it."""


def not_public(host: str) -> SourceError:
    """Refuse an address that is not on the public internet; say nothing about what is there."""
    return SourceError(
        f"{host}: address not public. Only servers on the public internet can be read; "
        "whoever runs this bot can open an internal network with ALLOW_PRIVATE_NETS.",
        permanent=True,
    )


def bad_address(what: str) -> SourceError:
    """Refuse an address for its form."""
    return SourceError(f"This address cannot be used: {what}.", permanent=True)


def too_large(host: str, max_bytes: int) -> SourceError:
    """Refuse a body above the limit."""
    return TooLargeError(
        f"{host} sends more than {_size(max_bytes)}, which is too large. Use a smaller page or export.",
        permanent=True,
    )


def leads_elsewhere(host: str) -> SourceError:
    """Refuse to carry a question with its content to another server."""
    return SourceError(
        f"{host} redirects to another server, which is not given what was sent. Give that server's address.",
        permanent=True,
    )


def too_slow(host: str, deadline_seconds: float) -> SourceError:
    """Report that the deadline passed, wherever the time went."""
    return SourceError(
        f"{host} did not deliver within {deadline_seconds:g} seconds. It may be busy; try again later."
    )


def unreadable(host: str, what: str) -> SourceError:
    """Report an answer that was damaged on its way or at its source: the next one may be whole."""
    return SourceError(f"{host} {what}. Try again later; if it stays so, tell those who run that server.")


def explain_network(error: Exception, host: str) -> SourceError:
    """Put an exception of the network layer into words, before any of the body was read."""
    cause = _find_tls_error(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        fault = _CERTIFICATE_FAULTS.get(cause.verify_code, "cannot be trusted")
        return SourceError(
            f"The TLS certificate of {host} {fault}. Those who run that server have to renew or correct it."
        )
    if cause is not None:
        return unreadable(host, "does not manage a secure (TLS) connection at this port")
    match error:
        case httpcore.TimeoutException():
            return UnansweredError(f"{host} does not answer. It may be down or busy; try again later.")
        case httpcore.NetworkError():
            return UnansweredError(f"{host} cannot be reached. It may be down; try again later.")
        case httpcore.LocalProtocolError():
            return bad_address("it cannot be put into an HTTP request")
        case _:
            return UnansweredError(f"{host} does not speak proper HTTP. Check the address and its port.")


def explain_status(status: int, host: str, retry_after_seconds: float | None) -> SourceError:
    """Put a refusing status into words, with the decision whether asking again can help."""
    match status:
        case 429 if retry_after_seconds is None:
            # It does not say when, so a guess of ours would be the next nuisance; the regular poll is not.
            return SourceError(f"{host} asks us to come less often (429). That passes by itself.")
        case 429:
            text = f"{host} asks us to come less often (429). That passes by itself."
        case 403 if retry_after_seconds is not None:
            # GitHub and some CDNs limit the rate with 403 and a Retry-After; then it is no lasting refusal.
            text = f"{host} asks us to come back later (403)."
        case 408 | 425 | 500 | 502 | 503 | 504 | 520 | 521 | 522 | 523 | 524:
            text = f"{host} has trouble of its own ({status}). That usually passes by itself."
        case _ if status >= 500:
            return unreadable(host, f"has trouble of its own ({status})")
        case _ if status >= 400:
            return SourceError(_explain_refusal(status, host), permanent=True)
        case _:
            return unreadable(host, f"gives an answer that makes no sense here ({status})")
    return UnansweredError(text, retry_after_seconds=retry_after_seconds)


def _explain_refusal(status: int, host: str) -> str:
    match status:
        case 401 | 407:
            return (
                f"{host} wants a login ({status}). Make the page public, or give an address that needs none."
            )
        case 403:
            return f"{host} refuses to show this page (403). Make it public, or give another address."
        case 404:
            return f"{host} has no such page (404). Check the address."
        case 410:
            return f"{host} says that this page is gone for good (410). Remove it, or give its new address."
        case 451:
            return f"{host} must not show this page for legal reasons (451). Give another address."
        case _:
            return f"{host} does not accept the request ({status}). Check the address."


def _find_tls_error(error: BaseException | None) -> ssl.SSLError | None:
    # httpcore raises its own errors `from` the real one, sometimes through a second layer.
    for _ in range(4):
        if error is None or isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _size(count: int) -> str:
    return f"{count / 1_000_000:.3g} MB" if count >= 1_000_000 else f"{count / 1_000:.3g} kB"
