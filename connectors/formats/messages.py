"""What an effect says and to whom, for the outbox: asked whenever a message is sent, so no text is ever stored."""

from collections.abc import Callable, Iterator
from typing import assert_never

from connectors.ports import Addressed, Sendable, Unusable
from correlator.customers import unpack
from correlator.effects import Alert, Campaign, Notice
from correlator.service_desk.notices import notices
from correlator.world import World
from topology.graph import Topology

BLOCK = 4096  # customers of an audience that are unpacked together: of a million only those that are asked for


class Rendering:
    """A `ports.Renderer`. `world`: the one in force; `earlier`: an inventory by its hash, None where it is gone."""

    def __init__(self, world: Callable[[], World], earlier: Callable[[str], Topology | None]) -> None:
        self._world = world
        self._earlier = earlier

    def fan_out(self, effect: Sendable, start: int) -> Iterator[Addressed]:
        """Its messages from number `start` on: a campaign's by customer number, the others have one."""
        match effect:
            case Campaign():
                yield from self._to_many(effect, start)
            case Notice() if start == 0:
                yield Addressed(effect.id, self._person(effect), effect.via, effect.language)
            case Alert() if start == 0:
                yield Addressed(effect.id, f"staff:{effect.role}", "staff", "id")
            case Notice() | Alert():
                return
            case _:
                assert_never(effect)

    def text(self, effect: Sendable, message: Addressed) -> tuple[str | None, str]:
        """Subject and body, in the customer's language and zone; staff read both languages."""
        match effect:
            case Alert():
                return notices.alert_text(effect)
            case Campaign():
                topology = self._topology(effect)
                customer = topology.customer_index[message.recipient.partition(":")[2]]
                return notices.text(topology, self._world().policy.care, effect, customer)
            case Notice():
                world = self._world()
                customer = world.topology.customer_index.get(effect.customer or "", -1)
                return notices.text(world.topology, world.policy.care, effect, customer)
            case _:
                assert_never(effect)

    def _to_many(self, campaign: Campaign, start: int) -> Iterator[Addressed]:
        topology = self._topology(campaign)
        audience = unpack(campaign.audience)
        for at in range(start, len(audience), BLOCK):
            for customer in audience[at : at + BLOCK].tolist():
                name = topology.customer_ids[customer]
                word = notices.channel_of(topology, customer)
                language = topology.customer_language[customer]
                yield Addressed(notices.message_id(campaign, name), f"customer:{name}", word, language)

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
