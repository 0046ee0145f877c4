from tests.connectors.api.conftest import door

__all__ = ["door"]
