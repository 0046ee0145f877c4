"""A month of a small town, as rows and as the facts that documents are made of."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from correlator.events import HOUR_US, MINUTE_US
from correlator.policy.care import default_owners
from correlator.reports.facts import Facts
from correlator.reports.lines import notice_line, rca_line, ticket_line
from correlator.reports.network import Network
from correlator.reports.recap import Recap, recap_of
from correlator.reports.totals import Months, totals
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import AffectedRow, CampaignRow, Clock, NamedSpell, RcaRow, TicketRow
from tests.connectors.house import WORLD
from tests.correlator.reports.rows import at, incident, outage, period, ticket

NETWORK = Network(WORLD.topology)
NOW_US = at("04-05 08:00")
SERVICES = {"SV-1": ("CU-1", "broadband"), "SV-2": ("CU-2", "dia"), "SV-3": ("CU-2", "vpn"), "SV-4": ("CU-3", "dia")}
REGIONS = {"SV-1": "Bali", "SV-4": "DKI Jakarta"}


def facts(
    tickets: Sequence[TicketRow] = (),
    incidents: Sequence[IncidentRow] = (),
    affected: Mapping[str, AffectedRow] | None = None,
    rcas: Sequence[RcaRow] = (),
    campaigns: Sequence[CampaignRow] = (),
    month: str = "2026-03",
    **more: Any,
) -> Facts:
    """Of a month and the eleven before."""
    last = period(month).number
    return Facts(
        moment_us=NOW_US,
        network=NETWORK,
        divisions=default_owners(),
        totals=totals(
            Months(last - 11, last),
            {row.id: ticket_line(row, None) for row in tickets}.values(),
            {row.id: rca_line(row, None) for row in rcas}.values(),
            {row.id: notice_line(row, None) for row in campaigns}.values(),
        ),
        incidents=incidents,
        affected=affected or {},
        **more,
    )


def recap(*rows: Any, months: int = 1, month: str = "2026-03", **more: Any) -> Recap:
    """Of these tickets."""
    return recap_of(facts(rows, month=month, **more), period(month), months)


def complaint(number: int, opened: str, repaired: str | None = None, **more: Any) -> TicketRow:
    """Of SV-1 (broadband, in Bali), unless `service` names another; its customer has it."""
    service = more.pop("service", "SV-1")
    customer, product = SERVICES[service]
    whose = {"service": service, "customer": customer, "product": product, "channel": "phone"}
    whose["region"] = REGIONS.get(service)
    return ticket(number, opened, opened, repaired, **{**whose, **more})


def broke(number: int, root: str, since: str, until: str | None = None, **more: Any) -> tuple[TicketRow, IncidentRow]:
    """An outage with its incident `IN-number`."""
    row = incident(number, root, more.pop("customers", 2))
    row.down_since_us = at(since)
    row.resolved_us = None if until is None else at(until)
    row.user_us = more.pop("user_minutes", 0) * MINUTE_US
    return outage(number, since, until, region=NETWORK.region_of(root), **more), row


def hit(*services: str, since: str | None = None, until: str | None = None) -> AffectedRow:
    """An outage took these down, all of its time or between these times."""
    customers = tuple(SERVICES[service][0] for service in services)
    return AffectedRow(customers, (NamedSpell(customers, services, _us(since), _us(until)),))


def _us(when: str | None) -> int:
    return 0 if when is None else at(when)


def drawn(seed: int, number: int) -> list[TicketRow]:
    """Any tickets, from January to April."""
    chance, rows = Random(seed), []
    for n in range(1, number + 1):
        opened_us = at("01-01 00:00") + chance.randrange(115 * 24) * HOUR_US
        row = complaint(
            n,
            "03-01 00:00",
            service=chance.choice(list(SERVICES)),
            severity=chance.choice(("Minor", "Major", "Critical")),
            category=chance.choice(("network", "service", "billing", "account")),
            channel=chance.choice(("phone", "email", "portal", "walk_in", None)),
            opened_us=opened_us,
        )
        row.responded_us = chance.choice((None, opened_us + chance.randrange(300) * MINUTE_US))
        row.repaired_us = chance.choice((None, opened_us + chance.randrange(3000) * MINUTE_US))
        row.closed_us = None if row.repaired_us is None else row.repaired_us + chance.randrange(50) * HOUR_US
        row.clocks = [
            Clock("response", opened_us, opened_us + HOUR_US, row.responded_us, breached=chance.random() < 0.3),
            Clock(
                "resolution",
                opened_us,
                opened_us + HOUR_US,
                row.repaired_us,
                chance.randrange(9),
                chance.random() < 0.3,
            ),
            Clock("stage_receipt", opened_us, opened_us + HOUR_US, chance.choice((None, opened_us))),
        ]
        rows.append(row)
    return rows
