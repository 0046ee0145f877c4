"""The families of cases, by name."""

from bench.blind.families import attacks, awkward, hand, large, noises, people, plain, power, quiet, several
from bench.blind.family import Family

ROOMS = (plain, power, quiet, several, noises, awkward, people, attacks, hand, large)
FAMILIES: dict[str, Family] = {one.name: one for room in ROOMS for one in room.FAMILIES}
