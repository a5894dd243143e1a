"""Say who may do what: the one table that every command, button and form is checked against."""

from bot.chat.permissions import Level, PermissionTable

PERMISSIONS = PermissionTable(
    {
        # commands, by qualified name
        "help": Level.MEMBER,
        "settings": Level.MANAGER,
        "faq ask": Level.MEMBER,
        "faq browse": Level.MEMBER,
        "Answer from the FAQ": Level.MEMBER,
        "Add to the FAQ": Level.EDITOR,
        "faq add": Level.EDITOR,
        "faq edit": Level.EDITOR,
        "faq remove": Level.EDITOR,
        "faq check": Level.EDITOR,
        "faq gaps": Level.EDITOR,
        "faq aliases": Level.EDITOR,
        "faq export": Level.EDITOR,
        "faq source add": Level.MANAGER,
        "faq source list": Level.EDITOR,
        "faq source refresh": Level.EDITOR,
        "faq source remove": Level.MANAGER,
        "faq editors": Level.MANAGER,
        "faq helpers": Level.MANAGER,
        # buttons, menus and forms, by kind
        "settings.admin_channel": Level.MANAGER,
        "settings.help_channel": Level.MANAGER,
        "settings.status_channel": Level.MANAGER,
        "settings.editors_role": Level.MANAGER,
        "settings.zone_ask": Level.MANAGER,
        "settings.zone_typed": Level.MANAGER,
        "settings.zone_pick": Level.MANAGER,
        "faq.pick": Level.MEMBER,
        "faq.none": Level.MEMBER,
        "faq.helpful": Level.MEMBER,
        "faq.not_it": Level.MEMBER,
        "faq.bin": Level.MEMBER,  # asker or moderator: checked where the message is known
        "faq.open": Level.MEMBER,
        "faq.turn": Level.MEMBER,
        "faq.create": Level.EDITOR,
        "faq.save": Level.EDITOR,
        "faq.restore": Level.EDITOR,
        "faq.gap_draft": Level.EDITOR,
        "faq.gap_which": Level.EDITOR,
        "faq.gap_same": Level.EDITOR,
        "faq.gap_dismiss": Level.EDITOR,
        "faq.gap_answer": Level.EDITOR,
        "faq.gaps_turn": Level.EDITOR,
        "faq.alias_confirm": Level.EDITOR,
        "faq.alias_revoke": Level.EDITOR,
        "faq.aliases_turn": Level.EDITOR,
        "faq.take": Level.EDITOR,
    }
)
