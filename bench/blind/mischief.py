"""What disturbs the telling: events that come twice, late, wrong, out of order, or for no reason."""

from bench.blind.case import Case

STRAY = (
    "%SYS-5-CONFIG_I: Configured from console by vty0",
    "SNMP authentication failure",
    "FAN tray 2 speed changed",
    "NTP peer lost sync",
    "License expires in 30 days",
    "user radius login failed",
)


def doubled(case: Case, share: float = 0.8) -> None:
    """A second manager tells the same alarms again, later, under its own name."""
    for when, event in list(case.events):
        if event["type"] == "alarm" and case.rng.random() < share:
            late = when + case.rng.uniform(1, 90)
            again = {**event, "id": f"nms2-{event['id']}", "source": "nms:umbrella", "received": case.at(late)}
            case.events.append((late, again))


def skewed(case: Case, most_s: float = 600) -> None:
    """Clocks of some devices run ahead or behind; when they are received is right."""
    off: dict[str, float] = {}
    for place, (when, event) in enumerate(case.events):
        source = str(event.get("source", ""))
        if event["type"] == "alarm" and source.startswith(("snmp", "syslog")):
            if source not in off:
                off[source] = case.rng.uniform(-most_s, most_s) if case.rng.random() < 0.5 else 0.0
            wrong = {**event, "time": case.at(when + off[source]), "received": case.at(when)}
            case.events[place] = (when, wrong)


def stray(case: Case, count: int, until: float) -> None:
    """Words that mean nothing: logins, fans, licences, warm cards."""
    devices = [one for one, row in case.physics.devices.items() if row["role"] not in ("splitter", "ont", "cpe")]
    for _ in range(count):
        device = case.rng.choice(devices)
        kind = case.rng.choice(["other", "other", "high_temperature"])
        case.trap(case.rng.uniform(0, until), device, kind, severity="warning", text=case.rng.choice(STRAY))


def bad_port(case: Case, port: str, begin: float, until: float, every: float) -> None:
    """A port that goes down and up, by a loose connector, with customers who notice nothing lasting."""
    when = begin
    while when < until:
        case.trap(when, port)
        case.trap(when + case.rng.uniform(1, 8), port, state="cleared")
        when += case.rng.uniform(0.7, 1.3) * every


def timeouts(case: Case, devices: list[str], begin: float, rounds: int = 1) -> None:
    """A poller that gets no answer while a line is full: gone after a round or two."""
    for device in devices:
        when = begin + case.rng.uniform(0, 60)
        case.poll(when, device)
        case.poll(when + rounds * case.net.habits.poll_s + case.rng.uniform(0, 15), device, "cleared")


def reboot(case: Case, device: str, when: float, seconds: float) -> None:
    """A router that restarts: its neighbours see the links go and come; it says so itself afterwards."""
    case.fault(device, when, when + seconds, optional=True, callers=0.0)


def early_clears(case: Case, share: float) -> None:
    """A manager that acknowledges by clearing: the clear comes, the fault stands."""
    for when, event in list(case.events):
        if event["type"] == "alarm" and event["state"] == "raised" and case.rng.random() < share:
            cleared = {key: value for key, value in event.items() if key not in ("severity", "received", "text")}
            gone = when + case.rng.uniform(60, 900)
            cleared |= {"id": f"{event['id']}c", "state": "cleared", "time": case.at(gone)}
            case.events.append((gone, cleared))


def reordered(case: Case, most_s: float = 45) -> None:
    """A collector that queues: events arrive out of their order, with their right times."""
    for place, (when, event) in enumerate(case.events):
        if event["type"] == "alarm":
            late = when + case.rng.uniform(0, most_s)
            case.events[place] = (late, {**event, "received": case.at(late)})
