"""fastprob.stats at the ends of its range, against closed forms, mpmath and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as theirs

from fastprob import stats


@pytest.mark.parametrize("given", [((0.3,), {}), ((0.3, 2), {}), ((), {"p": 0.3, "loc": np.int8(2)}), ((0.3, 2.0), {})])
def test_frozen_bernoulli_expects_as_scipys(given):
    """A function of whole numbers may be an indexed table, or of bits."""
    args, kwds = given
    ours, other = stats.bernoulli(*args, **kwds), theirs.bernoulli(*args, **kwds)
    assert ours.expect(lambda k: k * k) == pytest.approx(float(other.expect(lambda k: k * k)), rel=1e-15)
    if args != (0.3, 2.0):
        table = np.array([1.0, 10.0, 100.0, 1000.0])
        for func in (lambda k: table[k], lambda k: k & 1):
            assert ours.expect(func) == pytest.approx(float(other.expect(func)), rel=1e-15)
