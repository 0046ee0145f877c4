"""What a trap means, as data that a shift engineer can add to. The file format is in README.md beside this file."""

from connectors.listeners.rule_files import Fault
from connectors.snmp.catalogue.files import HOLE, SHIPPED, CatalogueError, compiled, load
from connectors.snmp.catalogue.rules import Catalogue, Entry, Rule

__all__ = ["HOLE", "SHIPPED", "Catalogue", "CatalogueError", "Entry", "Fault", "Rule", "compiled", "load"]
