"""Which test ran which line, and so which tests may notice a change of it."""

import msgspec

from dev.mutants.places import Mutant

IMPORT = -1  # in place of a test: the line was run outside of any


class Lines(msgspec.Struct):
    """What one run of the tests showed."""

    tests: list[str]
    seconds: list[float]
    lines: dict[str, dict[int, list[int]]]  # by file and line: tests by their place in the list

    def ran(self, mutant: Mutant) -> set[int]:
        """Those that ran the changed line; where no line of its own was noted, those that ran its statement."""
        known = self.lines.get(mutant.file, {})
        exact = set(known.get(mutant.line, ()))
        return exact or {test for line in mutant.statement for test in known.get(line, ())}

    def order(self, mutant: Mutant) -> list[int]:
        """All tests that run the package: first those that ran the line, then those of its file, quick ones first.

        The others are not in vain: what is imported or cached once is noted of the first test alone.
        """
        line, file = self.ran(mutant), self._of([mutant.file])
        return sorted(
            self._of(list(self.lines)) - {IMPORT},
            key=lambda test: (test not in line, test not in file, self.seconds[test], test),
        )

    def _of(self, files: list[str]) -> set[int]:
        return {test for file in files for tests in self.lines.get(file, {}).values() for test in tests}


class Chosen(msgspec.Struct):
    """A test that shall be played, and after how long it hangs."""

    test: str
    most_s: float
