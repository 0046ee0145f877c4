"""What an effect says and to whom, for the outbox: asked whenever a message is sent, so no text is ever stored."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, assert_never

from connectors.access.links import Links
from connectors.ports import Addressed, Sendable, Unusable
from connectors.sending_ports import Attachment
from correlator.customers import unpack
from correlator.effects import Alert, Announced, Campaign, Notice, ReportFacts
from correlator.service_desk.notices import notice_words, notices
from correlator.world import World
from topology.graph import Topology
from topology.model import Language

TICKET = "TK-"  # how the ids of tickets begin
BLOCK = 4096  # customers of an audience that are unpacked together: of a million only those that are asked for


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is made by others. `reports`: the files of a report that goes by itself; `announced`: what a system that
    subscribed is told."""

    reports: Callable[[ReportFacts], Sequence[Attachment]] = lambda _: ()
    announced: Callable[[Announced], str] = lambda _: ""


NOTHING: Final = Elsewhere()


class Rendering:
    """A `ports.Renderer`. `world`: the one in force; `earlier`: an inventory by its hash, None where it is gone.

    `on_duty`: persons' ids of a role now, who is called first at first; `links`: what messages that ask are answered
    by, None where this door is not reached from outside.
    """

    def __init__(
        self,
        world: Callable[[], World],
        earlier: Callable[[str], Topology | None],
        on_duty: Callable[[str], Sequence[str]] = lambda _: (),
        links: Links | None = None,
        elsewhere: Elsewhere = NOTHING,
    ) -> None:
        self._world = world
        self._earlier = earlier
        self._on_duty = on_duty
        self._links = links
        self._elsewhere = elsewhere

    def fan_out(self, effect: Sendable, start: int) -> Iterator[Addressed]:
        """Its messages from number `start` on: a campaign's by customer number, the others have one."""
        match effect:
            case Campaign():
                yield from self._to_many(effect, start)
            case Notice() if start == 0:
                yield Addressed(effect.again or effect.id, self._person(effect), effect.via, effect.language)
            case Alert():
                yield from islice(self._to_staff(effect), start, None)
            case Announced():
                own = [Addressed(f"{effect.id}:{hub}", f"hub:{hub}", "hub", "en") for hub in effect.hubs]
                yield from own[start:]
            case Notice():
                return
            case _:
                assert_never(effect)

    def text(self, effect: Sendable, message: Addressed) -> tuple[str | None, str]:
        """Subject and body, in the customer's language and zone; staff read both languages."""
        match effect:
            case Alert():
                return notices.alert_text(effect, self._answer_at(effect, message))
            case Campaign():
                topology = self._topology(effect)
                name = message.recipient.partition(":")[2]
                customer = topology.customer_index[name]
                subject, body = notices.text(topology, self._world().policy.care, effect, customer)
                return subject, self._with_survey(effect, name, body, topology.customer_language[customer])
            case Notice():
                world = self._world()
                customer = world.topology.customer_index.get(effect.customer or "", -1)
                subject, body = notices.text(world.topology, world.policy.care, effect, customer)
                if effect.kind == "question" and self._links is not None:
                    url = self._links.question(effect.id, effect.ticket, effect.language, effect.at_us)
                    body = f"{body} {notice_words.answer_at(url, effect.language)}"
                return subject, body
            case Announced():
                return None, self._elsewhere.announced(effect)
            case _:
                assert_never(effect)

    def files(self, effect: Sendable) -> Sequence[Attachment]:
        """The report that an alert is, where it is one."""
        report = effect.report if isinstance(effect, Alert) else None
        return () if report is None else self._elsewhere.reports(report)

    def _to_many(self, campaign: Campaign, start: int) -> Iterator[Addressed]:
        topology = self._topology(campaign)
        audience = unpack(campaign.audience)
        for at in range(start, len(audience), BLOCK):
            for customer in audience[at : at + BLOCK].tolist():
                name = topology.customer_ids[customer]
                word = notices.channel_of(topology, customer)
                language = topology.customer_language[customer]
                yield Addressed(notices.message_id(campaign, name), f"customer:{name}", word, language)

    def _to_staff(self, alert: Alert) -> Iterator[Addressed]:
        """All who are on duty, or the one who is called. Nobody is: to the role's own address."""
        word = "staff" if alert.report is None else "report"
        persons = self._on_duty(alert.role)
        if not persons:
            yield Addressed(alert.id, f"staff:{alert.role}", word, "id")
            return
        place = alert.place
        for person in persons if place is None else [persons[min(place, len(persons) - 1)]]:
            yield Addressed(f"{alert.id}:{person}", f"staff:{alert.role}/{person}", word, "id")

    def _with_survey(self, campaign: Campaign, customer: str, body: str, language: Language) -> str:
        """Where the score is given; it is said to the desk where this door is not reached from outside."""
        until_us = campaign.facts.until_us
        if campaign.kind != "survey" or self._links is None or until_us is None:
            return body
        url = self._links.survey(campaign.ticket, customer, language, until_us)
        return f"{body} {notice_words.survey_at(url, language)}"

    def _answer_at(self, alert: Alert, message: Addressed) -> str | None:
        """By which whoever reads an alert about a ticket says that they are on it."""
        if self._links is None or alert.about is None or not alert.about.startswith(TICKET):
            return None
        person = message.recipient.partition("/")[2]
        return self._links.alert((alert.id, alert.about), (alert.role, person), alert.at_us, call=alert.answer)

    def _person(self, notice: Notice) -> str:
        """One whom the inventory lacks is reached by the contact that came with the complaint."""
        if notice.customer is not None and notice.customer in self._world().topology.customer_index:
            return f"customer:{notice.customer}"
        return f"complaint:{notice.complaint}"

    def _topology(self, campaign: Campaign) -> Topology:
        world = self._world()
        if campaign.inventory == world.topology.hash:
            return world.topology
        earlier = self._earlier(campaign.inventory)
        if earlier is None:
            raise Unusable(
                f"campaign {campaign.id} counts the customers of inventory {campaign.inventory}, which is not at hand",
                "Put that inventory back into the cache of worlds.",
            )
        return earlier
