"""What a line means, as data that a shift engineer can add to. The file format is in README.md beside this file."""

from connectors.listeners.rule_files import Fault
from connectors.syslog.patterns.files import SHIPPED, PatternError, compiled, load
from connectors.syslog.patterns.rules import Entry, Form, Patterns, Rule, Vendor

__all__ = ["SHIPPED", "Entry", "Fault", "Form", "PatternError", "Patterns", "Rule", "Vendor", "compiled", "load"]
