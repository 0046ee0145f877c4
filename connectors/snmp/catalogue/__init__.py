"""What a trap means, as data that a shift engineer can add to. The file format is in README.md beside this file."""

from connectors.snmp.catalogue.rules import Catalogue, Entry, Rule, Template
from connectors.snmp.catalogue.shelf import SHIPPED, CatalogueError, Fault, compiled, load

__all__ = ["SHIPPED", "Catalogue", "CatalogueError", "Entry", "Fault", "Rule", "Template", "compiled", "load"]
