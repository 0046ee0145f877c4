"""`make sop`: the SOP clause by clause, with what proves each, run now. Exit status 1 where a proof fails."""

import sys

import pytest

from dev.sop.clauses import CLAUSES, node


class Heard:
    """What became of each test."""

    def __init__(self) -> None:
        self.failed: set[str] = set()
        self.ran: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid
        for wanted in (name, name.partition("[")[0]):
            self.ran.add(wanted)
            if report.failed:
                self.failed.add(wanted)


def main() -> int:
    heard = Heard()
    wanted = sorted({node(proof) for clause in CLAUSES for proof in clause.proofs})
    pytest.main(["-q", "--no-header", "--tb=short", "-p", "no:cacheprovider", *wanted], plugins=[heard])
    bad, lines = 0, list[str]()
    for clause in CLAUSES:
        lines.append(f"\n{clause.number:6} {clause.says}")
        for proof in clause.proofs:
            name = node(proof)
            result = "failed" if name in heard.failed else "holds" if name in heard.ran else "did not run"
            bad += result != "holds"
            lines.append(f"       {result}: {proof}")
        if clause.lacking:
            lines.append(f"       lacking: {clause.lacking}")
    lacking = sum(bool(clause.lacking) for clause in CLAUSES)
    lines.append(
        f"\n{len(CLAUSES)} clauses, {lacking} of them lived in part or not yet, {bad} proofs that do not hold\n"
    )
    sys.stdout.write("\n".join(lines))
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
