"""The store's memory twin. Rows are kept as bytes, so that what is read is never what somebody still writes to."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import msgspec

from connectors.listed import LISTS
from connectors.ports import Commit, Emitted, Fenced, Held, Listing, Loaded, Place, Sendable
from connectors.store.memory_desk import MemoryDesk
from connectors.store.memory_outbox import MemoryOutbox
from correlator.effects import Effect
from correlator.reports.lines import LINES
from correlator.reports.totals import Months, Totals, totals
from correlator.state import TABLES

ALL = 1 << 62  # rows

_encode = msgspec.msgpack.Encoder().encode


@dataclass(slots=True)
class _Domain:
    applied: int = 0
    rows: dict[str, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    effects: dict[str, Effect] = field(default_factory=dict)  # in order
    places: dict[str, tuple[int, int]] = field(default_factory=dict)  # of the effects: frame, place within it
    published: tuple[int, int] = (0, 0)  # the mark; frames count from 1
    archive: dict[tuple[str, str], tuple[str, int, bytes]] = field(
        default_factory=dict
    )  # (table, key) -> case, when, body
    crashes: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class MemoryStore:
    """`outbox` is the other side of it (port `OutboxStore`)."""

    def __init__(self, tables: Mapping[str, type[msgspec.Struct]] = TABLES) -> None:
        self._decoders = {name: msgspec.msgpack.Decoder(row) for name, row in tables.items()}
        self._domains: dict[str, _Domain] = {}
        self.outbox = MemoryOutbox()
        self.desk = MemoryDesk(
            lambda domain: [row for _, row in self.rows(domain, "tickets")],
            lambda domain: [row for _, row in self.archived(domain, "tickets", 0)],
        )

    def load(self, domain: str) -> Loaded:
        kept = self._domains.get(domain) or _Domain()
        rows = {table: dict(self.rows(domain, table)) for table in sorted(kept.rows) if kept.rows[table]}
        return Loaded(kept.applied, rows)

    def rehearse(self, commit: Commit) -> None:
        assert commit.applied > commit.expected, "an offset that does not grow"
        found = self.applied(commit.domain)
        if found != commit.expected:
            raise Fenced(f"Domain {commit.domain} stands at {found}, not at {commit.expected}: another owner has it")

    def commit(self, commit: Commit) -> None:
        self.rehearse(commit)
        domain = commit.domain
        encoded = [(table, key, None if row is None else _encode(row)) for table, key, row in commit.changes]
        kept = self._domains.setdefault(domain, _Domain())
        kept.applied = commit.applied
        for table, key, body in encoded:
            if body is None:
                kept.rows[table].pop(key, None)
            else:
                kept.rows[table][key] = body
        kept.archive |= {(one.table, one.key): (one.case, one.at_us, _encode(one.row)) for one in commit.archived}
        for place, effect in enumerate(commit.effects):
            if effect.id in kept.effects:
                continue
            kept.effects[effect.id] = effect
            kept.places[effect.id] = (commit.applied, place)
            if isinstance(effect, Sendable):
                self.outbox.add(domain, effect)

    def applied(self, domain: str) -> int:
        kept = self._domains.get(domain)
        return kept.applied if kept else 0

    def offsets(self, domains: Sequence[str]) -> dict[str, int]:
        return {domain: self.applied(domain) for domain in domains}

    def domains(self) -> list[str]:
        return sorted(self._domains)

    def rows(self, domain: str, table: str, prefix: str = "", shape: type | None = None) -> Iterator[tuple[str, Any]]:
        kept = self._domains.get(domain) or _Domain()
        found = sorted((key, body) for key, body in kept.rows[table].items() if key.startswith(prefix))
        decode = self._decoder(table, shape)
        return ((key, decode(body)) for key, body in found)

    def naming(self, domain: str, table: str, word: str) -> list[tuple[str, Any]]:
        kept = self._domains.get(domain) or _Domain()
        found = sorted((key, body) for key, body in kept.rows[table].items() if word.encode() in body)
        return [(key, self._decoders[table].decode(body)) for key, body in found]

    def newest(self, domain: str, table: str, last: int, prefix: str = "") -> list[tuple[str, Any]]:
        kept = self._domains.get(domain) or _Domain()
        decode = self._decoders[table].decode
        keys = sorted((key for key in kept.rows[table] if key.startswith(prefix)), reverse=True)
        return [(key, decode(kept.rows[table][key])) for key in keys[:last]]

    def listed(self, domain: str, listing: Listing, below: Place | None, limit: int) -> list[tuple[Place, Any]]:
        table, name, about = listing
        found = ((LISTS[table](row), key, row) for key, row in self.rows(domain, table))
        mine = [(Place(at.at_us, key), row) for at, key, row in found if (at.about if about else at.name) == name]
        mine.sort(key=itemgetter(0), reverse=True)
        return [one for one in mine if below is None or one[0] < below][:limit]

    def passed(self, domains: Sequence[str], listings: Sequence[Listing], number: int) -> Place | None:
        found = [place for one in domains for listing in listings for place, _ in self.listed(one, listing, None, ALL)]
        return sorted(found, reverse=True)[number - 1] if len(found) >= number else None

    def counted(self, domain: str, *listings: Listing) -> int:
        return sum(len(self.listed(domain, listing, None, ALL)) for listing in listings)

    def row(self, domain: str, table: str, key: str) -> Any | None:
        kept = self._domains.get(domain) or _Domain()
        body = kept.rows[table].get(key)
        return None if body is None else self._decoders[table].decode(body)

    def some(self, domain: str, table: str, keys: Collection[str]) -> dict[str, Any]:
        found = ((key, self.row(domain, table, key)) for key in keys)
        return {key: row for key, row in found if row is not None}

    def holders(self, domains: Sequence[str], places: Collection[tuple[str, str]]) -> dict[tuple[str, str], Held]:
        kept = {domain: self._domains.get(domain) or _Domain() for domain in domains}
        found = {}
        for table, key in places:
            live = tuple(domain for domain, one in kept.items() if key in one.rows[table])
            old = tuple(domain for domain, one in kept.items() if (table, key) in one.archive and domain not in live)
            if live or old:
                found[table, key] = Held(live, old)
        return found

    def case(self, domain: str, table: str, key: str) -> dict[str, dict[str, Any]] | None:
        kept = (self._domains.get(domain) or _Domain()).archive
        if (table, key) not in kept:
            return None
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for (its_table, its_key), (case, _, body) in sorted(kept.items()):
            if case == kept[table, key][0]:
                found[its_table][its_key] = self._decoders[its_table].decode(body)
        return dict(found)

    def archived(self, domain: str, table: str, since_us: int) -> Iterator[tuple[str, Any]]:
        kept = (self._domains.get(domain) or _Domain()).archive
        found = [(at_us, place[1], body) for place, (_, at_us, body) in kept.items() if place[0] == table]
        decode = self._decoders[table].decode
        return ((key, decode(body)) for at_us, key, body in sorted(found) if at_us >= since_us)

    def totals(self, domains: Sequence[str], months: Months) -> Totals:
        return totals(months, *(self._lines(domains, table) for table in LINES))

    def _lines(self, domains: Sequence[str], table: str) -> list[Any]:
        """Of the archive's rows, then of live ones, which know better."""
        found: dict[tuple[str, str], Any] = {}
        for domain in domains:
            kept, decode = self._domains.get(domain) or _Domain(), self._decoders[table].decode
            for (its_table, key), (_, at_us, body) in kept.archive.items():
                if its_table == table:
                    found[domain, key] = LINES[table](decode(body), at_us)
            for key, row in self.rows(domain, table):
                found[domain, key] = LINES[table](row, None)
        return list(found.values())

    def effects(self, domain: str, kinds: Sequence[str], last: int = 100) -> list[Effect]:
        kept = self._domains.get(domain) or _Domain()
        found = [effect for effect in kept.effects.values() if effect.__struct_config__.tag in kinds]
        return found[-last:] if last else []

    def unpublished(self, domain: str, limit: int = 500) -> list[Emitted]:
        kept = self._domains.get(domain) or _Domain()
        return [
            Emitted(*kept.places[one.id], one) for one in kept.effects.values() if kept.published < kept.places[one.id]
        ][:limit]

    def published(self, domain: str, last: Emitted) -> None:
        kept = self._domains.setdefault(domain, _Domain())
        kept.published = max(kept.published, (last.offset, last.place))

    def crashed(self, domain: str, place: str) -> int:
        kept = self._domains.setdefault(domain, _Domain())
        kept.crashes[place] += 1
        return kept.crashes[place]

    def prune(self, domain: str, before_us: int) -> int:
        kept = self._domains.get(domain) or _Domain()
        gone = self.outbox.prune(domain, before_us)
        needed = self.outbox.needed(domain)
        if kept.published > (0, 0):  # where none is published nobody is told of any
            needed = {*needed, *(one.effect.id for one in self.unpublished(domain, len(kept.effects)))}
        old = [one.id for one in kept.effects.values() if one.at_us < before_us and one.id not in needed]
        for effect_id in old:
            del kept.effects[effect_id], kept.places[effect_id]
        return gone + len(old)

    def forget_cases(self, domain: str, before_us: int) -> int:
        kept = self._domains.get(domain) or _Domain()
        old = [place for place, (_, at_us, _) in kept.archive.items() if at_us < before_us]
        for place in old:
            del kept.archive[place]
        return len(old)

    def close(self) -> None:
        """Nothing to close."""

    def _decoder(self, table: str, shape: type | None) -> Callable[[bytes], Any]:
        return self._decoders[table].decode if shape is None else msgspec.msgpack.Decoder(shape).decode
