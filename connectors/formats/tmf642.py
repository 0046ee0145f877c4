"""The words of TMF642 (Alarm Management) and X.733 for ours, both ways.

Only causes that say what ours says are evidence: a cause that may mean less (a power supply of two, a threshold) is
kept as `other`, with its own words, and explains nothing.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from correlator.events import AlarmType


class Cause(NamedTuple):
    """`alarm_type`: X.733 8.1.1, as TMF642 writes it; None: it does not say. `cause`: probableCause."""

    alarm_type: str | None
    cause: str


COMMUNICATIONS, EQUIPMENT, ENVIRONMENTAL = "communicationsAlarm", "equipmentAlarm", "environmentalAlarm"
QUALITY: Final = "qualityOfServiceAlarm"
CAUSES: Final[Mapping[AlarmType, Cause]] = {
    "loss_of_signal": Cause(COMMUNICATIONS, "lossOfSignal"),
    "link_down": Cause(COMMUNICATIONS, "linkDown"),
    "neighbor_down": Cause(COMMUNICATIONS, "neighborDown"),
    "device_unreachable": Cause(COMMUNICATIONS, "deviceUnreachable"),
    "protection_switch": Cause(COMMUNICATIONS, "protectionSwitch"),
    "fiber_break": Cause(COMMUNICATIONS, "fiberBreak"),
    "service_down": Cause(COMMUNICATIONS, "serviceDown"),
    "signal_degraded": Cause(QUALITY, "degradedSignal"),
    "power_failure": Cause(EQUIPMENT, "commercialPowerFailure"),
    "on_battery": Cause(EQUIPMENT, "batteryDischarging"),
    "dying_gasp": Cause(EQUIPMENT, "dyingGasp"),
    "card_failure": Cause(EQUIPMENT, "lineCardProblem"),
    "device_restart": Cause(EQUIPMENT, "deviceRestart"),
    "high_temperature": Cause(ENVIRONMENTAL, "temperatureUnacceptable"),
    "other": Cause(None, "other"),
}
ALSO: Final[Mapping[str, AlarmType]] = {
    "los": "loss_of_signal",
    "receivelossofsignal": "loss_of_signal",
    "signaldegraded": "signal_degraded",
    "fibrebreak": "fiber_break",
    "fibercut": "fiber_break",
    "fibrecut": "fiber_break",
    "neighbourdown": "neighbor_down",
    "mainspowerfailure": "power_failure",
    "hightemperature": "high_temperature",
    "cardfailure": "card_failure",
}


def plain(word: str) -> str:
    """`Loss of Signal`, `LOSS_OF_SIGNAL` and `lossOfSignal` are one word."""
    return "".join(sign for sign in word.casefold() if sign.isalnum())


MEANT: Final[Mapping[str, AlarmType]] = {
    **ALSO,
    **{plain(name): name for name in CAUSES},
    **{plain(said.cause): name for name, said in CAUSES.items()},
}
