"""The operator's rules as data: every number that a person may want to change, with the place it comes from.

Loaded from TOML or JSON by `streams.settings`; defaults are the SOP's and `docs/decisions`' values. Immutable.
"""

import hashlib
from functools import cached_property

import msgspec

from correlator.policy.alarms import AlarmPolicy
from correlator.policy.care import CarePolicy
from correlator.policy.faults import FaultPolicy
from correlator.policy.quality import QualityPolicy
from correlator.policy.sources import SourcePolicy
from topology.domains import MOST


class DomainPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which kernels share the network (`topology.domains`); none named: one decides on all of it.

    A domain's place among the names is in its ticket numbers and ids: new ones come last, none is ever taken away.
    """

    names: tuple[str, ...] = ()  # the national one first
    regions: dict[str, str] = {}  # of the inventory -> name of the domain; others: the national one

    def __post_init__(self) -> None:
        if len(set(self.names)) < len(self.names) or len(self.names) > MOST:
            raise ValueError(f"domains.names: each name once, and at most {MOST} of them")
        for region, name in self.regions.items():
            if name not in self.names:
                raise ValueError(f"domains.regions: {region} is given to {name}, which domains.names lacks")


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    faults: FaultPolicy = FaultPolicy()
    alarms: AlarmPolicy = AlarmPolicy()
    sources: SourcePolicy = SourcePolicy()
    care: CarePolicy = CarePolicy()
    quality: QualityPolicy = QualityPolicy()
    domains: DomainPolicy = DomainPolicy()
    remember_days: int = 7  # repeats of a complaint, command, reply or receipt are known for so long
    keep_days: int = 90  # after its end a case leaves the live rows for the archive
    keep_dissolved_days: int = 7  # the same of a suspicion that never opened

    @cached_property
    def hash(self) -> str:
        """Of the content: sha-256, hex."""
        content = msgspec.json.encode(self, order="deterministic")
        return hashlib.sha256(content).hexdigest()
