"""Sign what a button carries, so that a forged, stale or foreign one is recognised.

A custom_id is `kind:arg:arg~SIGNATURE`. The signature is an HMAC over guild and content: an id taken from
another guild, or made up, does not verify. The key is random and lives in the store (and its backups).
"""

import base64
import hashlib
import hmac

from bot.delivery.post import Action
from bot.text import limits

_SIGNATURE_BYTES = 9  # 72 bits; 12 characters


class Signer:
    """Turn actions into custom_ids and back."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, action: Action, *, guild_id: int) -> str:
        """Return the custom_id of an action in a guild.

        Raises:
            ValueError: It would be longer than Discord allows, or an argument holds a separator.
        """
        content = ":".join((action.kind, *action.args))
        if "~" in content or content.count(":") != len(action.args):
            raise ValueError(f"an action's parts may not hold separators: {content!r}")
        custom_id = f"{content}~{self._signature(content, guild_id)}"
        if len(custom_id) > limits.CUSTOM_ID:
            raise ValueError(f"custom_id too long: {custom_id!r}")
        return custom_id

    def verify(self, custom_id: str, *, guild_id: int) -> Action | None:
        """Return the action, or None when the id is not ours, not this guild's, or altered."""
        content, separator, signature = custom_id.rpartition("~")
        if not separator or not signature.isascii():
            return None
        if not hmac.compare_digest(signature, self._signature(content, guild_id)):
            return None
        kind, *args = content.split(":")
        return Action(kind=kind, args=tuple(args))

    def _signature(self, content: str, guild_id: int) -> str:
        message = f"{guild_id}\n{content}".encode("utf-8", "surrogatepass")
        digest = hmac.new(self._key, message, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()
