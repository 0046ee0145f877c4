"""The numbers of fault inference, as policy."""

import msgspec


class FaultPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    settle_s: int = 45
