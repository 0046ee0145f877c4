"""Questions and commands from the command line, to a real server of the HTTP door."""

import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from correlator.effects import Reason, Rejected
from correlator.events import HOUR_US, Command, Incoming
from correlator.explanation import Line
from correlator.rows.incidents import IncidentStatus, WindowRow
from correlator.rows.service_desk import AudienceRow, Stage
from correlator.service_desk.tickets import number_key
from correlator.state import SeenRow, TextRow
from streams.cli import board
from streams.cli.explaining import STATES
from streams.cli.service import Service
from tests.connectors.api.doorway import Door
from tests.connectors.house import ALARMS, DOWN, NOW_US, alarm, complaint_ticket, incident, outage_ticket
from tests.connectors.serving import serving
from tests.streams.cli.everything import app

TOKEN = "badge-noc_operator"


class Desk:
    """A shift's terminal."""

    def __init__(self, door: Door, url: str) -> None:
        self.door = door
        self.url = url

    def say(self, *words: str, token: str | None = TOKEN, **environment: str) -> Result:
        given = ["--url", self.url, *(["--token", token] if token else [])]
        return CliRunner(env={"COLUMNS": "200", "SIMPUL_TOKEN": "", **environment}).invoke(app, [*words, *given])


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)  # no simpul.toml and no data folder but this test's
    door = Door(tmp_path / "page")
    door.house.cut()
    with serving(door.app) as url:
        yield Desk(door, url)


def test_alarms_lists_what_stands_with_the_ids_that_an_order_takes(desk: Desk) -> None:
    assert desk.say("alarms").output == "No such alarm.\n"
    desk.door.house.commit([("alarms", row.key, row) for row in ALARMS])
    lines = desk.say("alarms", "--lang", "id", "--last", "3").output.splitlines()
    assert [line.split()[0] for line in lines] == ["Alarm", "a-SBY-CR12", "a-SBY-CR1/23", "a-DPS-CR1/1", "4"]
    assert lines[1].rstrip().endswith("tidak ada di inventaris")
    assert "[admin]" not in lines[2], "the text is for who asks for all"
    assert lines[2].rstrip().endswith("ditangguhkan sampai 2026-03-01 09:10:00")
    assert lines[3].rstrip().endswith("IN-000001  flapping")
    assert lines[4] == "4 alarm, ditampilkan 3 yang terbaru."
    ended = desk.say("alarms", "SBY-CR1", "--ended").output.splitlines()
    assert ended[1].rstrip().endswith("cleared 2026-03-01 08:03:00")
    told = json.loads(desk.say("alarms", "--incident", "IN-000001", "--json").output)
    assert [one["object"] for one in told["alarms"]] == ["DPS-CR1/1", "SBY-CR1/2"]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, "link_down  major"),
        ({"qualifier": "GigE0/1"}, "link_down (GigE0/1)  major"),
        ({"alarm_type": "other"}, "other  major"),
        ({"alarm_type": "other", "qualifier": "NodeDown", "text": "node is down"}, "other (NodeDown)  major"),
        ({"alarm_type": "other", "qualifier": "0" * 16, "text": "[red]NodeDown"}, "other ([red]NodeDown)  major"),
        ({"alarm_type": "other", "text": "so much\nto say " * 9}, "other (so much to say so much to say so much...)"),
    ],
)
def test_alarms_shows_the_type_and_what_tells_it_apart(desk: Desk, more: dict[str, str], kind: str) -> None:
    row = alarm("SBY-CR1/2", **more)
    desk.door.house.commit([("alarms", row.key, row)])
    assert f"SBY-CR1/2  {kind}" in desk.say("alarms").output


def test_one_long_name_does_not_widen_all_alarms(desk: Desk) -> None:
    port = f"SBY-CR1/{'p' * 237}-last"
    said = f"[{'q' * 250}]"
    typed = {port: "e-1", "SBY-CR1/4": "i" * 250}
    rows = [alarm("SBY-CR1/2"), alarm("SBY-CR1/3", qualifier=said)]
    rows += [alarm(name, first_id=event) for name, event in typed.items()]
    desk.door.house.commit([("alarms", row.key, row) for row in rows])
    lines = desk.say("alarms").output.splitlines()
    [long] = [line for line in lines if "SBY-CR1/ppp" in line]
    assert "..." in long
    assert "-last  link_down" in long
    assert "i" * 250 in "".join(lines), "an id is typed again"
    assert max(len(line) for line in lines if "iii" not in line) < 250
    told = json.loads(desk.say("alarms", "--json").output)["alarms"]
    assert {port, said} <= {one["object"] for one in told} | {one["qualifier"] for one in told}


@pytest.mark.parametrize("number", ["nt-20260301-900000", "NT-20260301-000007"])
def test_explain_takes_the_number_of_a_ticket_of_the_outage(desk: Desk, number: str) -> None:
    assert "root       backbone conduit C-77" in desk.say("explain", number).output


def test_explain_says_who_is_told_nothing_and_why(desk: Desk) -> None:
    row = AudienceRow("IN-000001", DOWN, DOWN, DOWN[:4])
    desk.door.house.commit([("audiences", row.incident, row)])
    said = desk.say("explain", "IN-000001").output
    assert "told       1 customer, not yet: not sure enough that they are down (told from 0.90)" in said
    said = desk.say("explain", "IN-000001", "--lang", "id").output
    assert "kabar      1 pelanggan, belum: belum cukup pasti bahwa mereka terputus (diberi tahu mulai 0,90)" in said


def test_a_ticket_without_an_incident_explains_nothing(desk: Desk) -> None:
    ticket = complaint_ticket()
    ticket.incident = None
    desk.door.house.commit([("tickets", ticket.id, ticket)])
    said = desk.say("explain", ticket.number)
    assert said.exit_code == 1
    assert f"belongs to no incident\n`simpul who {ticket.number}` tells whose it is" in said.output


@pytest.mark.parametrize("name", ["SBY-CR12", "a-SBY-CR12", "NT-20260301-900009"])
def test_explain_says_why_no_incident_explains_an_alarm(desk: Desk, name: str) -> None:
    desk.door.house.commit([("alarms", row.key, row) for row in ALARMS])
    light = outage_ticket(id="TK-9", number="NT-20260301-900009", incident=None, alarm="SBY-CR12\x1flink_down")
    numbered = ("texts", number_key(light.number), TextRow(light.id))
    desk.door.house.commit([("tickets", light.id, light), numbered])
    shown = desk.say("explain", name).output
    assert shown.startswith("SBY-CR12 link_down major  a-SBY-CR12  2026-03-01T08:02")
    assert "\n  The inventory lacks SBY-CR12: the alarm is shown" in shown
    assert "\n  SBY-CR12 tidak ada di inventaris" in desk.say("explain", name, "--lang", "id").output
    assert json.loads(desk.say("explain", name, "--json").output)["alarms"][0]["known"] is False


def test_explain_of_what_is_neither(desk: Desk) -> None:
    said = desk.say("explain", "nowhere")
    assert said.exit_code == 1
    assert "there is no alarm nowhere" in said.output


def test_what_is_only_suspected_is_not_said_to_touch_nobody(desk: Desk) -> None:
    row = incident(status="suspected", ticket=None, opened_us=None, customers_down=0, down_now=0, services_down=0)
    desk.door.house.commit([("incidents", row.id, row)])
    said = desk.say("explain", "IN-000001")
    assert "impact     2 customers down if so" in said.output
    assert "(2)" in desk.say("board", "--once").output
    assert "0 customers" not in said.output


def test_explain_says_what_broke_and_why(desk: Desk) -> None:
    said = desk.say("explain", "IN-000001")
    assert said.exit_code == 0, said.output
    for words in (
        "IN-000001 open  Critical",
        "root       backbone conduit C-77, confidence 0.95",
        "or else    S-2",
        "2 customers down now",
        "2 alarms, 1 complaint\n",
        "NT-20260301-900000, investigation",
        "conduit C-77 explains 2 of 2 alarms",
        "device DPS-CR1 (0.04)",
        "complaint c-1 belongs to the outage (SOP 4.2)",
    ):
        assert words in said.output


def test_explain_in_bahasa_indonesia(desk: Desk) -> None:
    why = Line("explains", (2, "link_end", 12_400_000, ("P-1", "P-2")))
    desk.door.house.commit([("incidents", "IN-000001", incident(explanation=(why, "of an older version")))])
    said = desk.say("explain", "IN-000001", "--lang", "id")
    assert said.exit_code == 0, said.output
    for words in (
        "IN-000001 terbuka  Critical",
        "akar       saluran kabel backbone C-77, keyakinan 0,95",
        "atau       S-2",
        "2 pelanggan terputus sekarang",
        "NT-20260301-900000, investigasi",
        "Mengapa\n  Menjelaskan 2 x ujung link down (+12,4), misalnya P-1, P-2.\n  of an older version",
        "perangkat DPS-CR1 (0,04)",
        "diduga, akar C-77",
    ):
        assert words in said.output


@pytest.mark.parametrize(("language", "words"), [("en", "merged     into IN-000002"), ("id", "ke dalam IN-000002")])
def test_explain_says_into_what_an_incident_was_merged(desk: Desk, language: str, words: str) -> None:
    assert words not in desk.say("explain", "IN-000001", "--lang", language).output
    row = incident(status="merged", merged_into="IN-000002")
    desk.door.house.commit([("incidents", row.id, row)])
    assert words in desk.say("explain", "IN-000001", "--lang", language).output


def test_help_opens_with_what_simpul_is() -> None:
    said = CliRunner().invoke(app, ["--help"]).output
    assert "Simpul joins network alarms, complaints and the topology" in said
    assert "streams.cli" not in said


def test_every_state_has_its_word_in_bahasa_indonesia() -> None:
    assert STATES.keys() == {*get_args(IncidentStatus), *get_args(Stage)}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("CU-1", ["in an outage", "IN-000001 open, ticket NT-20260301-900000", "Ada gangguan pada layanan Bapak/Ibu"]),
        ("SV-3", ["in no known outage", "tidak ada gangguan"]),
        ("+62811", ["in an outage", "There has been an outage on your service since"]),
        ("NT-20260301-000007", ["NT-20260301-000007 complaint, Major, investigation: CU-1", "in an outage"]),
        ("nt-20260301-900000", ["NT-20260301-900000 outage, Critical", "names no customer"]),
    ],
)
def test_who_by_customer_service_phone_or_ticket_number(desk: Desk, asked: str, words: list[str]) -> None:
    said = desk.say("who", asked)
    assert said.exit_code == 0, said.output
    for part in words:
        assert part in said.output


def test_who_is_under_planned_work_is_told_so(desk: Desk) -> None:
    row = WindowRow("CR-1", ("JKT-CR1",), NOW_US, NOW_US + HOUR_US, "new card")
    desk.door.house.commit([("windows", row.id, row)])
    said = desk.say("who", "CU-3").output
    assert "in no known outage, but under planned work\n  planned work CR-1, from 2026-03-01T08:10" in said
    assert "Pemeliharaan direncanakan selesai tanggal 1 Maret pukul 09.10 WIB" in said
    assert "but under" not in desk.say("who", "CU-1").output


def test_answers_for_programs(desk: Desk) -> None:
    assert json.loads(desk.say("who", "CU-1", "--json").stdout)["affected"] is True
    assert json.loads(desk.say("explain", "IN-000001", "--json").stdout)["root"]["id"] == "C-77"


def done(desk: Desk, event: Incoming) -> None:
    assert isinstance(event, Command)
    desk.door.house.commit([("seen", f"command\x1f{event.id}", SeenRow(NOW_US + HOUR_US))])


def rejected(desk: Desk, event: Incoming) -> None:
    assert isinstance(event, Command)
    no = Reason("not_allowed", "the policy lets nobody do that", "SOP 10")
    refused = Rejected(id="RJ-1", at_us=NOW_US, event=event.id, field="role", reason=no)
    desk.door.house.commit([("seen", f"command\x1f{event.id}", SeenRow(NOW_US + HOUR_US, refused))])


def test_an_order_is_sent_and_its_end_is_told(desk: Desk) -> None:
    desk.door.inbox.then = lambda event: done(desk, event)
    said = desk.say("do", "assign", "TK-1", "to=budi", "alarms=a-1,a-2", "count=3", "--reason", "night shift")
    assert said.exit_code == 0, said.output
    assert "done: assign TK-1" in said.output
    [order] = desk.door.inbox.events
    assert isinstance(order, Command)
    assert (order.action, order.target, order.reason) == ("assign", "TK-1", "night shift")
    assert order.arguments == {"to": "budi", "alarms": ["a-1", "a-2"], "count": 3}
    assert order.role == "noc_operator"


def test_an_order_that_the_policy_refuses_fails(desk: Desk) -> None:
    desk.door.inbox.then = lambda event: rejected(desk, event)
    said = desk.say("do", "close", "IN-000001", "-r", "tired")
    assert said.exit_code == 1
    assert "rejected: the policy lets nobody do that" in said.output


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("do", "dance", "IN-1", "-r", "x"), 2, "there is no action dance"),
        (("do", "close", "IN-1"), 2, "a command needs a reason"),
        (("do", "close", "IN-1", "budi", "-r", "x"), 2, "budi is no key=value"),
        (("explain", "IN-9"), 1, "there is no incident IN-9"),
        (("who", "NOBODY"), 1, "no customer, service or phone is NOBODY"),
        (("who", "NT-20260301-999999"), 1, "there is no ticket NT-20260301-999999"),
    ],
)
def test_mistakes_are_named_with_their_remedy(desk: Desk, words: tuple[str, ...], status: int, said: str) -> None:
    answer = desk.say(*words)
    assert answer.exit_code == status, answer.output
    assert said in answer.output
    assert desk.door.inbox.events == []


@pytest.mark.parametrize("command", [("explain", "IN-000001"), ("who", "CU-1"), ("board", "--once")])
def test_a_wrong_token_or_none_says_how_to_give_one(desk: Desk, command: tuple[str, ...]) -> None:
    wrong = desk.say(*command, token="nonsense")
    assert wrong.exit_code == 1
    assert "unknown, wrong, revoked or expired" in wrong.output
    assert "--token or SIMPUL_TOKEN" in wrong.output
    none = desk.say(*command, token=None)
    assert none.exit_code == 1
    assert "a token is needed" in none.output


def test_the_token_may_come_from_the_environment_or_the_data_folder(desk: Desk) -> None:
    assert desk.say("who", "CU-1", token=None, SIMPUL_TOKEN=TOKEN).exit_code == 0
    kept = Path("data/token")
    kept.parent.mkdir()
    kept.write_text(f"{TOKEN}\n")
    assert desk.say("who", "CU-1", token=None).exit_code == 0


@pytest.mark.parametrize("command", [("explain", "IN-1"), ("who", "x"), ("do", "close", "x", "-r", "y"), ("board",)])
def test_a_service_that_is_not_there(command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = CliRunner().invoke(app, [*command, "--url", f"http://127.0.0.1:{port}", "--token", "x"])
    assert said.exit_code == 1
    assert f"nothing answers at http://127.0.0.1:{port}" in said.output
    assert "simpul run" in said.output


def test_the_board_in_the_terminal(desk: Desk) -> None:
    said = desk.say("board", "--once")
    assert said.exit_code == 0, said.output
    assert "1 open, 0 suspected, 2 customers down" in said.output
    for words in ("IN-000001", "Critical", "C-77", "NT-20260301-900000"):
        assert words in said.output


def test_the_board_counts_who_is_down_under_two_incidents_once(desk: Desk) -> None:
    later = incident(id="IN-000002", ticket=None, down_now=2)
    desk.door.house.commit([("incidents", later.id, later), ("audiences", later.id, AudienceRow(later.id, DOWN, DOWN))])
    assert "2 open, 0 suspected, 2 customers down" in desk.say("board", "--once").output


def test_a_wide_terminal_shows_all_columns(desk: Desk) -> None:
    terminal = Console(width=140, record=True, file=io.StringIO())
    terminal.print(board.drawn(board.look(Service(desk.url, TOKEN)), terminal.width, "en"))
    shown = terminal.export_text()
    for words in ("C-77  backbone conduit", "95%", "At risk"):
        assert words in shown


def test_a_quiet_board(desk: Desk) -> None:
    desk.door.house.commit([("incidents", "IN-000001", None)])
    assert "The network is well" in desk.say("board").output
    assert "Jaringan normal" in desk.say("board", "--lang", "id").output


def test_a_board_of_a_service_that_is_ill_does_not_say_that_all_is_well(desk: Desk) -> None:
    desk.door.wrong = "the disk is full [data]"
    for language, words in (("en", "This service itself has a problem"), ("id", "Sistem Simpul sendiri bermasalah")):
        shown = desk.say("board", "--lang", language).output
        assert f"{words}: worker: the disk is full [data]" in shown
        assert shown.index(words) < shown.index("IN-000001")
    desk.door.house.commit([("incidents", "IN-000001", None)])
    for language, calm in (("en", "\nNo incident.\n"), ("id", "\nTidak ada insiden.\n")):
        shown = desk.say("board", "--lang", language).output
        assert calm in shown
        assert "disk is full" in shown


def test_a_board_counts_alarms_that_nothing_explains(desk: Desk) -> None:
    """Of major and critical ones; neither shelved, nor over, nor explained."""
    desk.door.house.commit([("alarms", row.key, row) for row in ALARMS])  # one of them counts
    more = (alarm("CAB", severity="critical"), alarm("JKT", severity="minor"), alarm("DPS", severity=None))
    desk.door.house.commit([("alarms", row.key, row) for row in more])
    assert "Major or critical alarms that no incident explains: 2\n" in desk.say("board").output, "beside an incident"
    row = incident(status="resolved")
    desk.door.house.commit([("incidents", row.id, row)])
    assert "Major or critical alarms that no incident explains: 2\n" in desk.say("board").output
    desk.door.house.commit([("incidents", row.id, None)])
    shown = desk.say("board").output
    assert "Major or critical alarms that no incident explains: 2\n\nNo incident.\n" in shown
    shown = desk.say("board", "--lang", "id").output
    assert "Alarm major atau critical yang belum dijelaskan insiden mana pun: 2\n\nTidak ada insiden.\n" in shown


def test_the_board_names_planned_work_of_now_and_of_the_next_day(desk: Desk) -> None:
    assert "lanned work" not in desk.say("board").output
    for name, hours in (("CR-1", -1), ("CR-2", 23), ("CR-3", 25)):
        start_us = NOW_US + hours * HOUR_US
        row = WindowRow(name, ("DPS-CR1", "L-3"), start_us, start_us + 2 * HOUR_US, "new [card]")
        desk.door.house.commit([("windows", row.id, row)])
    lines = desk.say("board").output.splitlines()
    assert lines[-2] == "Planned work now: CR-1 from 01/03 07:10 to 01/03 09:10 at DPS-CR1, L-3 (new [card])"
    assert lines[-1].startswith("Planned work to come: CR-2 from 02/03 07:10")
    desk.door.house.commit([("incidents", "IN-000001", None)])
    lines = desk.say("board", "--lang", "id").output.splitlines()
    assert "Jaringan normal" in lines[-4]
    assert lines[-2].startswith(
        "Pekerjaan terencana sedang berjalan: CR-1 dari 01/03 07:10 sampai 01/03 09:10 di DPS-C"
    )
    assert lines[-1].startswith("Pekerjaan terencana mendatang: CR-2")


def test_the_board_in_bahasa_indonesia(desk: Desk) -> None:
    terminal = Console(width=140, record=True, file=io.StringIO())
    terminal.print(board.drawn(board.look(Service(desk.url, TOKEN)), terminal.width, "id"))
    shown = terminal.export_text()
    for words in ("1 terbuka, 0 diduga, 2 pelanggan terputus", "C-77  saluran kabel backbone", "Terancam", "terbuka"):
        assert words in shown
    assert "1 terbuka" in desk.say("board", "--once", "--lang", "id").output
