"""Deadlines: the least first, whatever was moved or disarmed; and what was is not kept until it would have been due."""

from random import Random

from correlator.deadlines import SPARE, DeadlineRow, Deadlines

FAR_US = 10**12
MANY = 20_000


def drained(deadlines: Deadlines) -> list[DeadlineRow]:
    found = []
    while deadlines.next_due_us() is not None:
        found.append(deadlines.pop())
    return found


def test_what_was_moved_and_disarmed_takes_no_memory_for_long() -> None:
    deadlines = Deadlines({})
    for n in range(MANY):
        deadlines.arm("clock", f"TK-{n % 3}", FAR_US + n)
    for n in range(MANY):
        del deadlines.rows[deadlines.arm("ask", f"TK-{n}", FAR_US)]
    assert deadlines.entries <= 2 * len(deadlines.rows) + SPARE + 1
    assert [(one.subject, one.due_us) for one in drained(deadlines)] == [
        (f"TK-{(MANY - n) % 3}", FAR_US + MANY - n) for n in (3, 2, 1)
    ]


def test_they_come_in_order_though_the_heap_was_made_anew() -> None:
    chance, deadlines = Random(1), Deadlines({})
    for _ in range(MANY):
        subject = f"TK-{chance.randrange(500)}"
        if chance.random() < 0.3:
            deadlines.rows.pop(Deadlines.key("clock", subject), None)
        else:
            deadlines.arm("clock", subject, chance.randrange(FAR_US))
    armed = sorted((row.due_us, row.kind, row.subject) for row in deadlines.rows.values())
    assert [(row.due_us, row.kind, row.subject) for row in drained(deadlines)] == armed
