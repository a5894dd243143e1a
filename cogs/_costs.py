"""Say what each command costs, for the cooldowns: the one table, complete for commands.

A button or form that is not named here is light: it is answered from memory, or by a few rows of the store.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.chat.limiter import Cost

COSTS: Mapping[str, Cost] = MappingProxyType(
    {
        # commands, by qualified name
        "help": Cost.LIGHT,
        "settings": Cost.LIGHT,
        "status": Cost.LIGHT,
        "doctor": Cost.FETCH,
        "faq ask": Cost.LIGHT,
        "faq browse": Cost.LIGHT,
        "Answer from the FAQ": Cost.LIGHT,
        "Add to the FAQ": Cost.LIGHT,
        "faq add": Cost.LIGHT,
        "faq edit": Cost.LIGHT,
        "faq remove": Cost.LIGHT,
        "faq check": Cost.LIGHT,
        "faq gaps": Cost.LIGHT,
        "faq aliases": Cost.LIGHT,
        "faq export": Cost.WORK,
        "faq source add": Cost.FETCH,
        "faq source list": Cost.LIGHT,
        "faq source refresh": Cost.FETCH,
        "faq source remove": Cost.LIGHT,
        "faq editors": Cost.LIGHT,
        "faq helpers": Cost.LIGHT,
        "meeting next": Cost.LIGHT,
        "meeting list": Cost.LIGHT,
        "meeting calendar": Cost.WORK,
        "meeting add": Cost.LIGHT,
        "meeting edit": Cost.LIGHT,
        "meeting cancel": Cost.LIGHT,
        "meeting skip": Cost.LIGHT,
        "meeting settings": Cost.LIGHT,
        "list search": Cost.WORK,
        "list latest": Cost.LIGHT,
        "list thread": Cost.LIGHT,
        "list list": Cost.LIGHT,
        "list follow": Cost.FETCH,
        "list status": Cost.LIGHT,
        "list digest": Cost.LIGHT,
        "list live": Cost.LIGHT,
        "list explain": Cost.LIGHT,
        "list unfollow": Cost.LIGHT,
        "list filter": Cost.LIGHT,
        "list mute": Cost.LIGHT,
        "list pause": Cost.LIGHT,
        "list resume": Cost.LIGHT,
        "list ping": Cost.LIGHT,
        "list preview": Cost.WORK,
        "list notify": Cost.LIGHT,
        "list watch": Cost.LIGHT,
        "list reply": Cost.LIGHT,
        "privacy author": Cost.LIGHT,
        "config export": Cost.WORK,
        "config import": Cost.WORK,
        "privacy show": Cost.LIGHT,
        "privacy export": Cost.WORK,
        "privacy delete": Cost.LIGHT,
        "calendar follow": Cost.FETCH,
        "calendar list": Cost.LIGHT,
        "calendar preview": Cost.LIGHT,
        "calendar refresh": Cost.FETCH,
        "calendar unfollow": Cost.LIGHT,
        "calendar settings": Cost.LIGHT,
        # buttons, menus and forms that are not light, by kind
        "calendar.take": Cost.FETCH,
        "config.take": Cost.FETCH,
        "meeting.month": Cost.WORK,
        "digest.read": Cost.WORK,
        "digest.turn": Cost.WORK,
        "status.again": Cost.FETCH,
    }
)
