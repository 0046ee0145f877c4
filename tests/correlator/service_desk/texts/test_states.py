"""The lists of the rules are compared with what `words_of` leaves: what that respells or drops is found nowhere."""

from types import ModuleType

import pytest

from correlator.service_desk.texts import lamps, spelling, states
from correlator.service_desk.texts.features import words_of

LISTS = [
    (module, name)
    for module in (states, lamps, spelling)
    for name, value in vars(module).items()
    if isinstance(value, frozenset) and name not in ("FILLERS", "KEPT_WHOLE")
]


@pytest.mark.parametrize(("module", "name"), LISTS)
def test_each_word_of_a_rule_can_be_found_in_a_text(module: ModuleType, name: str) -> None:
    assert [word for word in vars(module)[name] if words_of(word) != [word]] == []


def test_each_spelling_can_be_met_and_leads_to_a_word_that_stays() -> None:
    for one, word in spelling.SPELLINGS.items():
        assert words_of(one) == [kept for kept in words_of(word) if kept not in spelling.FILLERS], one
