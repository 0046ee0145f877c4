from tests.connectors.api.desk.conftest import desk

__all__ = ["desk"]
