"""How many, in words that agree."""

from topology.english import counted


def test_a_count_and_its_words_agree() -> None:
    assert [counted(number, "row") for number in (0, 1, 2, 1234)] == ["0 rows", "1 row", "2 rows", "1,234 rows"]
    assert [counted(number, "day is", "days are") for number in (1, 3)] == ["1 day is", "3 days are"]
