"""What net-snmp's snmpd asks for the ALARM-MIB (`pass_persist`): the rows of a JSON file, read anew at each question.

`python alarm_agent.py FILE`; the file is a list of [oid, type, value], as snmpd.conf(5) has types.
"""

import json
import sys
from pathlib import Path


def rows(file: Path) -> list[tuple[tuple[int, ...], str, str]]:
    listed = json.loads(file.read_text())
    return sorted((tuple(map(int, oid.split("."))), kind, value) for oid, kind, value in listed)


def answer(file: Path, question: str, oid: str) -> str:
    asked = tuple(map(int, oid.strip(".").split(".")))
    for name, kind, value in rows(file):
        if (name > asked) if question == "getnext" else (name == asked):
            return f".{'.'.join(map(str, name))}\n{kind}\n{value}"
    return "NONE"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(file: Path) -> None:
    for line in sys.stdin:
        question = line.strip()
        if question == "PING":
            say("PONG")
        elif question in ("get", "getnext"):
            say(answer(file, question, sys.stdin.readline().strip()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
