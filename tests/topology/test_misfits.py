"""msgspec's sentences, as its version that is installed writes them: where, what, and which kind."""

from typing import Any, Literal

import msgspec
import pytest

from topology.english import Misfit, misfit


class Row(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    kind: Literal["site", "link"] = "site"
    inner: "Row | None" = None
    rows: list["Row"] = []


@pytest.mark.parametrize(
    ("value", "found", "where"),
    [
        (7, Misfit("other", "Expected `object`, got `int`"), ""),
        ({"name": 7}, Misfit("other", "Expected `str`, got `int`", "name"), "name"),
        ({}, Misfit("missing", "Object missing required field `name`", "", "name"), "name"),
        ({"name": "", "x": 1}, Misfit("unknown", "Object contains unknown field `x`", "", "x"), "x"),
        ({"name": "", "kind": "y"}, Misfit("enumeration", "Invalid enum value 'y'", "kind"), "kind"),
        (
            {"name": "", "inner": {"name": "", "x": 1}},
            Misfit("unknown", "Object contains unknown field `x`", "inner", "x"),
            "inner.x",
        ),
        (
            {"name": "", "rows": [{"name": ""}, {}]},
            Misfit("missing", "Object missing required field `name`", "rows[1]", "name"),
            "rows[1].name",
        ),
    ],
)
def test_a_value_that_does_not_fit(value: Any, found: Misfit, where: str) -> None:
    with pytest.raises(msgspec.ValidationError) as told:
        msgspec.convert(value, Row)
    assert misfit(told.value) == found
    assert misfit(told.value).where == where


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'{"a": x}', Misfit("malformed", "invalid character", byte=6)),
        (b"[1] 2", Misfit("malformed", "trailing characters", byte=5)),
        (b"[NaN]", Misfit("malformed", "invalid character", byte=1)),
        (b"[1", Misfit("other", "Input data was truncated")),
    ],
)
def test_a_text_that_is_no_json(text: bytes, found: Misfit) -> None:
    with pytest.raises(msgspec.DecodeError) as told:
        msgspec.json.decode(text)
    assert misfit(told.value) == found


def test_a_place_in_a_list_at_the_top() -> None:
    with pytest.raises(msgspec.ValidationError) as told:
        msgspec.convert(["a", 7], list[str])
    assert misfit(told.value).where == "[1]"
