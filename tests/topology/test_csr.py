"""Lists of numbers in flat arrays."""

import numpy as np
import pytest

from topology.csr import how_often


@pytest.mark.parametrize("values", [[], [7], [5, 5, 5], [9, 2, 9, 4, 2, 9]])
def test_how_often_each_comes(values: list[int]) -> None:
    found = how_often(np.array(values, dtype=np.int32))
    assert list(found.items()) == [(one, values.count(one)) for one in sorted(set(values))]
