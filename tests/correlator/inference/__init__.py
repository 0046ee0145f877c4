import pytest

pytest.register_assert_rewrite("tests.correlator.inference.compliance", "tests.correlator.inference.books")
