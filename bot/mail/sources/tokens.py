"""Renew the access token of a mailbox (RFC 6749, section 6), and keep it until it runs out."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.errors import SourceError
from bot.http.fetcher import Fetcher
from bot.mail.sources.contract import OAuth

_EARLY = timedelta(minutes=2)
_SHORTEST = timedelta(minutes=1)


class Token:
    """One account's token; asked for when it is needed and no longer good."""

    def __init__(self, oauth: OAuth, *, name: str, fetcher: Fetcher, clock: Callable[[], datetime]) -> None:
        self._oauth = oauth
        self._name = name
        self._fetcher = fetcher
        self._clock = clock
        self._refresh_token = oauth.refresh_token
        self._token = ""
        self._good_until: datetime | None = None

    async def get(self) -> str:
        """Return a token that is good.

        Raises:
            SourceError: The server does not give one; `permanent` when a person has to log in again.
        """
        if self._good_until is None or self._clock() >= self._good_until:
            await self._renew()
        return self._token

    def forget(self) -> None:
        """Ask for another one next time: this one was refused."""
        self._good_until = None

    async def _renew(self) -> None:
        form = {
            "grant_type": "refresh_token",
            "client_id": self._oauth.client_id,
            "client_secret": self._oauth.client_secret,
            "refresh_token": self._refresh_token,
            "scope": self._oauth.scope,
        }
        answer = await self._fetcher.fetch(
            self._oauth.token_url,
            form={name: value for name, value in form.items() if value},
            accept="application/json",
            max_bytes=200_000,
            expected={400, 401, 403},
        )
        told = _load(answer.content)
        token = told.get("access_token")
        if answer.status != 200 or not isinstance(token, str) or not token:
            raise self._refused(str(told.get("error", "")), answer.status)
        seconds = told.get("expires_in")
        lifetime = timedelta(seconds=seconds if isinstance(seconds, int) and 0 < seconds < 1e6 else 3_600)
        self._token = token
        self._good_until = self._clock() + max(lifetime - _EARLY, _SHORTEST)
        following = told.get("refresh_token")
        if isinstance(following, str) and following:
            self._refresh_token = following  # some servers give a new one each time; the old one stays good

    def _refused(self, error: str, status: int) -> SourceError:
        if status == 200 or error == "temporarily_unavailable":
            return SourceError(f"The server that renews the login of {self._name} gives no token for now.")
        return SourceError(
            f"The login of {self._name} cannot be renewed. Whoever runs the bot has to log in again.",
            permanent=True,
        )


def _load(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
