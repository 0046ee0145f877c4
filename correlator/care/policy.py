"""The SOP's numbers, as policy; each cites its section."""

import msgspec


class CarePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    response_min_critical: int = 30
