"""A month of an operator: complaints, incidents, staff who act by rota, and an auditor who shares no code with them."""

from bench.month.month import run

__all__ = ["run"]
