import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.custom_ids import Signer
from bot.delivery.post import Action

GUILD, OTHER_GUILD = 1001, 1002
SIGNER = Signer(b"k" * 32)
ACTION = Action(kind="faq.helpful", args=("e12ab", "0123456789abcdef"))

part = st.text(st.characters(codec="utf-8", exclude_characters=":~"), max_size=12)


@given(kind=part, args=st.lists(part, max_size=4), guild_id=st.integers(1, 2**63))
def test_an_action_survives_the_round_trip(kind: str, args: list[str], guild_id: int) -> None:
    action = Action(kind=kind, args=tuple(args))
    custom_id = SIGNER.sign(action, guild_id=guild_id)
    assert len(custom_id) <= 100
    assert SIGNER.verify(custom_id, guild_id=guild_id) == action


def test_an_id_is_short() -> None:
    custom_id = SIGNER.sign(ACTION, guild_id=GUILD)
    assert len(custom_id) == len("faq.helpful:e12ab:0123456789abcdef~") + 12


def test_another_guilds_id_is_not_ours() -> None:
    assert SIGNER.verify(SIGNER.sign(ACTION, guild_id=GUILD), guild_id=OTHER_GUILD) is None


def test_an_id_of_another_key_is_not_ours() -> None:
    assert SIGNER.verify(Signer(b"o" * 32).sign(ACTION, guild_id=GUILD), guild_id=GUILD) is None


@pytest.mark.parametrize(
    "altered",
    [
        lambda good: good.replace("helpful", "bin", 1),
        lambda good: good.replace("e12ab", "e12ac", 1),
        lambda good: good.replace(":", "", 1),
        lambda good: good[:-1],
        lambda good: good + "A",
        lambda good: good.rpartition("~")[0],
        lambda good: good.rpartition("~")[0] + "~",
        lambda good: "x" + good,
        lambda good: good.upper(),
    ],
)
def test_an_altered_id_is_not_ours(altered: object) -> None:
    assert SIGNER.verify(altered(SIGNER.sign(ACTION, guild_id=GUILD)), guild_id=GUILD) is None


@given(st.text(st.characters(), max_size=120))
def test_what_was_never_signed_is_not_ours(custom_id: str) -> None:
    assert SIGNER.verify(custom_id, guild_id=GUILD) is None


@pytest.mark.parametrize(
    "forged", ["", "~", "faq.bin", "faq.bin~", "faq.bin:1:e1~AAAAAAAAAAAA", "\ud800~é", "\ud800~A"]
)
def test_a_forged_id_is_not_ours(forged: str) -> None:
    assert SIGNER.verify(forged, guild_id=GUILD) is None


@pytest.mark.parametrize(
    "action",
    [
        Action(kind="faq.bin", args=("a:b",)),
        Action(kind="faq.bin", args=("a~b",)),
        Action(kind="faq~bin"),
        Action(kind="faq:bin"),
        Action(kind="faq.bin", args=("x" * 90,)),
    ],
)
def test_what_cannot_be_read_back_is_not_signed(action: Action) -> None:
    with pytest.raises(ValueError, match=r"custom_id too long|may not hold separators"):
        SIGNER.sign(action, guild_id=GUILD)
