"""Indonesia's public holidays and joint leave (cuti bersama), by year: what is no working day (SOP 5, "hari kerja").

Written down, not asked of a library, so that a journal gives the same clocks whatever is installed; a test holds it
against the library `holidays`. Where the moon decides the later years are estimates; joint leave is decreed a year
ahead. What the operator knows better stands in the policy.
"""

DAYS: dict[int, str] = {
    2025: (
        "01-01 01-27 01-28 01-29 03-28 03-29 03-31 04-01 04-02 04-03 04-04 04-07 04-18 04-20 05-01 05-12 "
        "05-13 05-29 05-30 06-01 06-06 06-09 06-27 08-17 08-18 09-05 12-25 12-26"
    ),
    2026: (
        "01-01 01-16 02-16 02-17 03-18 03-19 03-20 03-21 03-22 03-23 03-24 04-03 04-05 05-01 05-14 05-15 "
        "05-27 05-28 05-31 06-01 06-16 08-17 08-25 12-24 12-25"
    ),
    2027: (
        "01-01 01-05 02-05 02-06 03-08 03-09 03-10 03-11 03-12 03-15 03-25 03-26 03-28 05-01 05-06 05-17 "
        "05-18 05-19 05-20 06-01 06-06 08-15 08-17 12-24 12-25 12-26"
    ),
    2028: ("01-01 01-26 02-27 02-28 03-26 04-14 04-16 05-01 05-05 05-09 05-25 05-26 06-01 08-04 08-17 12-14 12-25"),
    2029: ("01-01 02-13 02-15 02-16 03-15 03-30 04-01 04-25 05-01 05-10 05-15 05-27 06-01 07-24 08-17 12-04 12-25"),
    2030: ("01-01 02-03 02-04 02-05 03-05 04-14 04-19 04-21 05-01 05-04 05-16 05-30 06-01 07-13 08-17 11-23 12-25"),
}
JOINT_LEAVE_UNTIL = 2027  # of later years it is not decreed yet
NATIONAL: tuple[str, ...] = tuple(f"{year}-{day}" for year, days in DAYS.items() for day in days.split())
