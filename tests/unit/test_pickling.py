"""What crosses between processes comes out as it went in, and is as frozen as before."""

import copy
import pickle
import pickletools
from dataclasses import FrozenInstanceError, dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.mail.models import Attachment, Email, Problem, RawMail
from bot.mail.quotes.own_words import OwnWords
from bot.mail.stripping import Written
from bot.pickling import quick_to_pickle

_NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
_VALUES = (
    Problem(where="Date", what="it is missing, or no date"),
    Attachment(name="a.pdf", size=3, media_type="application/pdf"),
    RawMail(data=b"Subject: x\n\n", arrived_at=_NOON),
    Written(text="Yes.", parents=("Really?",), is_reply=True),
    OwnWords(text="Yes.", in_context="> Really?\n\nYes.", is_all_quoted=False, patch=None, is_cut=True),
    Email(
        key="a@example.org",
        references=("b@example.org", "c@example.org"),
        date=_NOON,
        body="Yes.\ud800",
        attachments=(Attachment(name="a.pdf", size=3, media_type="application/pdf"),),
        problems=(Problem(where="body", what="it is longer than is kept; its end is left out"),),
    ),
)


@quick_to_pickle
@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    second: object = 2
    first: object = 1


@pytest.mark.parametrize("value", _VALUES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_value_comes_out_of_its_pickle_as_it_went_in(value: object, protocol: int) -> None:
    made = pickle.loads(pickle.dumps([value, value], protocol))

    assert made == [value, value]
    assert type(made[0]) is type(value)
    assert made[0] is made[1]
    assert repr(made[0]) == repr(value)
    assert hash(made[0]) == hash(value)


@pytest.mark.parametrize("value", _VALUES, ids=lambda value: type(value).__name__)
def test_a_value_out_of_a_pickle_is_frozen(value: object) -> None:
    made = pickle.loads(pickle.dumps(value))
    name = type(value).__slots__[0]  # type: ignore[attr-defined]  # of these all have them

    with pytest.raises(FrozenInstanceError):
        setattr(made, name, None)


@pytest.mark.parametrize("value", _VALUES, ids=lambda value: type(value).__name__)
def test_no_pickle_has_a_state_to_set_field_by_field(value: object) -> None:
    assert "BUILD" not in {code.name for code, _, _ in pickletools.genops(pickle.dumps(value))}


def test_fields_keep_their_places_whatever_order_they_are_given_in() -> None:
    assert pickle.loads(pickle.dumps(_Pair(first="a", second="b"))) == _Pair(second="b", first="a")


def test_a_copy_and_a_changed_one_are_of_the_same_class() -> None:
    made = pickle.loads(pickle.dumps(_Pair()))

    assert copy.deepcopy(made) == _Pair()
    assert replace(made, first=3) == _Pair(first=3)
