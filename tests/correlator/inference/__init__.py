import pytest

pytest.register_assert_rewrite("tests.correlator.inference.engines.compliance", "tests.correlator.inference.books")
