"""Every id, button, menu and form of one server, used in another: nothing is found, and no row changes."""

import re
from collections.abc import Mapping

import pytest
import pytest_asyncio
from simcord.results import InteractionResult

from cogs._permissions import PERMISSIONS
from tests.e2e.neighbours import SECRETS, Neighbours, make_neighbours, string_options
from tests.e2e.presses import ARGUMENTS, FORMS, NOWHERE, VALUES, fill
from tests.e2e.test_permissions import OPTIONS
from tests.e2e.wire import Wire, changed, open_wire, rows
from tests.e2e.world import World

pytestmark = pytest.mark.parametrize("style", ["components"], indirect=True)

STALE = "That button is out of date. Run the command again."
KINDS = sorted(name for name in PERMISSIONS.names() if re.fullmatch(r"[a-z]+\.[a-z_]+", name))
# What names something that is stored, or kept in memory.
NAMING = [kind for kind in KINDS if any(not place.startswith("=") for place in ARGUMENTS.get(kind, ()))]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(world: World) -> Neighbours:
    """Nothing of it may change: so all tests here share it."""
    return await make_neighbours(world)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(pair: Neighbours) -> Wire:
    return await open_wire(pair.ours, pair.ours.manager)


def told(pair: Neighbours, result: InteractionResult) -> str:
    """Return what the manager was told: it pings nobody, and holds nothing of the neighbours."""
    if result.modal is not None:
        return "a form"
    if result.response is None and not result.followups:
        return "nothing"
    seen = pair.ours.world.seen(result.followups[-1] if result.followups else result)
    assert seen.pinged == ()
    everything = "\n".join((seen.text, *seen.labels, *seen.options))
    assert not any(secret in everything for secret in SECRETS), everything
    return seen.text


async def use(wire: Wire, custom_id: str, kind: str, ids: Mapping[str, str]) -> InteractionResult:
    """Press, pick or send in, as it is meant to be."""
    if kind in FORMS:
        return await wire.submit(custom_id, FORMS[kind])
    return await wire.press(custom_id, fill([VALUES[kind]], ids) if kind in VALUES else ())


async def test_every_kind_signed_for_another_server_is_stale_here(pair: Neighbours, wire: Wire) -> None:
    before = await rows(pair.ours)
    for kind in KINDS:
        custom_id = wire.sign(kind, fill(ARGUMENTS.get(kind, ()), pair.foreign), guild_id=pair.theirs.id)
        for result in (await use(wire, custom_id, kind, pair.foreign), await wire.submit(custom_id, {})):
            assert (told(pair, result), result.ephemeral) == (STALE, True), kind
    assert changed(before, await rows(pair.ours)) == []


def forgeries(custom_id: str, other: str) -> dict[str, str]:
    """Return what somebody might make of a rightly signed one."""
    content, _, mac = custom_id.rpartition("~")
    flipped = mac[:-1] + ("A" if mac[-1] != "A" else "B")
    return {
        "altered": f"{content}~{flipped}",
        "cut off": custom_id[:-1],
        "unsigned": content,
        "another's": f"{content}~{other.rpartition('~')[2]}",
        "longer": f"{content}:1~{mac}",
        "too long": f"{content}:{'9' * 4000}~{mac}",
        "not ASCII": f"{content}~ﬀé{mac[3:]}",
        "half a character": f"{content}\ud800~{mac}",
        "nothing": "",
    }


async def test_no_forgery_of_any_kind_is_heard(pair: Neighbours, wire: Wire) -> None:
    signed = {kind: wire.sign(kind, fill(ARGUMENTS.get(kind, ()), pair.own)) for kind in KINDS}
    before = await rows(pair.ours)
    for kind, other in zip(KINDS, KINDS[1:] + KINDS[:1], strict=True):
        for name, forged in forgeries(signed[kind], signed[other]).items():
            for result in (await wire.press(forged), await wire.submit(forged, FORMS.get(kind, {}))):
                assert (told(pair, result), result.ephemeral) == (STALE, True), (kind, name)
    assert changed(before, await rows(pair.ours)) == []


async def test_no_button_is_a_form_and_no_form_a_button(pair: Neighbours, wire: Wire) -> None:
    before = await rows(pair.ours)
    for kind in KINDS:
        custom_id = wire.sign(kind, fill(ARGUMENTS.get(kind, ()), pair.own))
        result = await (wire.press(custom_id) if kind in FORMS else wire.submit(custom_id, {}))
        assert (told(pair, result), result.ephemeral) == (STALE, True), kind
    assert changed(before, await rows(pair.ours)) == []


async def test_menus_take_whatever_is_picked(pair: Neighbours, wire: Wire) -> None:
    """Nothing of it is an error of ours, and nothing of it is stored."""
    before = await rows(pair.ours)
    for kind in VALUES:
        custom_id = wire.sign(kind, fill(ARGUMENTS.get(kind, ()), pair.own))
        for values in (("",), ("x" * 4000,), ("-1",), ("9" * 30,), ("\ud800",), ("@everyone", "2")):
            told(pair, await wire.press(custom_id, values))
    assert changed(before, await rows(pair.ours)) == []


async def test_forms_take_whatever_is_typed(pair: Neighbours, wire: Wire) -> None:
    """Nothing of it is an error of ours; the bot would have told of one when it stopped."""
    for kind, fields in FORMS.items():
        custom_id = wire.sign(kind, fill(ARGUMENTS.get(kind, ()), NOWHERE))
        for typed in ("", "x" * 9000, "\x00\ud800 @everyone {0} %s"):
            told(pair, await wire.submit(custom_id, dict.fromkeys((*fields, "other"), typed)))


async def test_what_another_version_signed_is_stale(pair: Neighbours, wire: Wire) -> None:
    before = await rows(pair.ours)
    others = [("faq.gone", ()), ("nothing", ("1",))]
    for kind in ARGUMENTS:
        args = fill(ARGUMENTS[kind], pair.own)
        others += [(kind, args[:-1]), (kind, (*args, "1"))]
    for kind, args in others:
        result = await wire.press(wire.sign(kind, args))
        assert (told(pair, result), result.ephemeral) == (STALE, True), (kind, args)
    assert changed(before, await rows(pair.ours)) == []


async def test_what_is_another_servers_is_as_if_it_were_not_there(pair: Neighbours, wire: Wire) -> None:
    """Signed for this server, which nobody but the bot can: if one check fails, the next holds."""
    before = await rows(pair.ours)
    for kind in NAMING:
        said = [
            told(pair, await use(wire, wire.sign(kind, fill(ARGUMENTS[kind], ids)), kind, ids))
            for ids in (pair.foreign, NOWHERE)
        ]
        assert said[0] == said[1], kind
    assert changed(before, await rows(pair.ours)) == []


async def test_nothing_of_another_server_can_be_picked_for_what_is_here(pair: Neighbours, wire: Wire) -> None:
    before = await rows(pair.ours)
    for kind, place in VALUES.items():
        if place.startswith("="):
            continue
        custom_id = wire.sign(kind, fill(ARGUMENTS.get(kind, ()), pair.own))
        said = [
            told(pair, await wire.press(custom_id, fill([place], ids))) for ids in (pair.foreign, NOWHERE)
        ]
        assert said[0] == said[1], kind
    assert changed(before, await rows(pair.ours)) == []


# Options that take words, not what something is called: what is typed there is new.
WORDS = {
    "calendar follow": {"url", "name"},
    "faq browse": {"topic"},
    "faq source add": {"url", "language"},
    "list digest": {"when", "zone"},
    "list filter": {"authors", "subjects", "tags"},
    "list follow": {"url", "name"},
    "list search": {"words", "from", "after", "before"},
    "list watch": {"words"},
    "meeting add": {"title", "when", "duration", "zone", "link", "agenda"},
    "meeting edit": {"title", "when", "duration", "zone", "link", "agenda"},
    "settings": {"zone"},
}
NOTHING = ("nothing", "no body", "9999999999", "9999999999-1", "9999999999.nothing", "nobody@example.net")
NO_ENTRY = "The FAQ has no such entry (any more). Pick one of the choices offered."


async def answer(pair: Neighbours, command: str, option: str, value: str) -> str:
    """Run a command with a value, and return the answer without it."""
    result = await pair.ours.run(command, **OPTIONS.get(command, {}) | {option: value})
    return told(pair, result).replace(value, "…")


async def test_no_option_finds_what_is_another_servers(pair: Neighbours) -> None:
    before = await rows(pair.ours)
    tried = 0
    for command, option in string_options(pair.ours):
        if option in WORDS.get(command, ()):
            continue
        is_question = command == "faq ask"  # it takes anything, but what it offers are ids
        values = (pair.foreign["entry"],) if is_question else pair.handed_out
        unknown = {NO_ENTRY}
        if not is_question:
            unknown |= {await answer(pair, command, option, each) for each in NOTHING}
        for value in values:
            said = await answer(pair, command, option, value)
            assert said in unknown, (said, command, option, value)
            tried += 1
    assert tried > 500
    assert changed(before, await rows(pair.ours)) == []
