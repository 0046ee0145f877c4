"""A vendor's MIB files in, a catalogue to be looked through by staff out."""

from connectors.snmp.mibs.catalogue_text import catalogue_text
from connectors.snmp.mibs.modules import BadMib, Modules, named_in
from connectors.snmp.mibs.proposals import proposed

__all__ = ["BadMib", "Modules", "catalogue_text", "named_in", "proposed"]
