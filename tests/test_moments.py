"""Moments: what their names mean, limits and types; and check_params. Their errors are those of all operations."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from scipy import stats

import fastprob
from fastprob import bernoulli, logistic, normal, uniform

NAMES = ("mean", "var", "std", "median", "mode", "skew", "kurtosis", "entropy")


def test_hard_cases():
    assert bernoulli.entropy(logits=40.0) == pytest.approx(1.7418252446695514e-16, rel=3e-16)
    assert bernoulli.entropy(logits=[math.inf, -math.inf]).tolist() == [0, 0]
    assert bernoulli.entropy([0.0, 1.0]).tolist() == [0, 0]
    assert bernoulli.entropy(1e-20) == pytest.approx(4.705170185988092e-19, rel=3e-16)
    assert uniform.entropy(-1e308, 1e308) == pytest.approx(709.8893558227261, rel=3e-16)
    assert uniform.mean(-1e308, 1.6e308) == 3e307
    assert uniform.std(-1e308, 1e308) == pytest.approx(1e308 / math.sqrt(3), rel=3e-16)
    assert uniform.mean(5e-324, 5e-324) == 5e-324


def test_against_scipy():
    """Conventions: excess kurtosis, and everything else that a formula could mean."""
    pairs = [
        (normal, (1.5, 2.5), stats.norm(1.5, 2.5)), (logistic, (1.5, 2.5), stats.logistic(1.5, 2.5)),
        (uniform, (1.5, 4.0), stats.uniform(1.5, 2.5)), (bernoulli, (0.3,), stats.bernoulli(0.3)),
    ]  # fmt: skip
    for module, parameters, frozen in pairs:
        mean, var, skew, kurtosis = map(float, frozen.stats("mvsk"))
        wanted = (mean, var, float(frozen.std()), float(frozen.median()), None, skew, kurtosis, float(frozen.entropy()))
        for name, value in zip(NAMES, wanted, strict=True):
            if value is not None:
                assert getattr(module, name)(*parameters) == pytest.approx(value, rel=1e-12, abs=1e-15), (module, name)
        assert module.support(*parameters) == tuple(map(float, frozen.support()))
    assert (normal.mode(1.5), logistic.mode(1.5), uniform.mode(1, 4)) == (1.5, 1.5, 2.5)
    assert (bernoulli.mode(0.7), bernoulli.mode(0.5)) == (1, 0)


def test_limits_and_bad_parameters():
    inf, nan = math.inf, math.nan
    with np.errstate(all="raise"):
        for name in (*NAMES, "support"):
            for module, bad in (
                (normal, [(0, 0), (0, -1), (nan, 1), (0, nan)]),
                (logistic, [(0, 0), (0, -1), (nan, 1), (0, nan)]),
                (uniform, [(1, 0), (nan, 1), (0, nan), (-inf, 0), (0, inf)]),
                (bernoulli, [(-0.1,), (1.1,), (nan,)]),
            ):
                for parameters in bad:
                    assert np.isnan(getattr(module, name)(*parameters)).all(), (module, name, parameters)
            assert np.isnan(getattr(bernoulli, name)(logits=nan)).all()
        assert normal.entropy(0, inf) == logistic.entropy(0, inf) == normal.var(0, inf) == logistic.var(0, inf) == inf
        assert normal.entropy(0, 5e-324) == pytest.approx(math.log(5e-324) + 1.4189385332046727)
        assert (uniform.var(2, 2), uniform.std(2, 2), uniform.mean(2, 2)) == (0, 0, 2)
        assert np.isnan([uniform.entropy(2, 2), uniform.skew(2, 2), uniform.kurtosis(2, 2)]).all()
        for logit, p in ((inf, 1.0), (-inf, 0.0)):
            for name in ("mean", "var", "std", "median", "entropy", "kurtosis"):
                assert getattr(bernoulli, name)(logits=logit) == getattr(bernoulli, name)(p), name
            assert bernoulli.skew(logits=logit) == bernoulli.skew(p)


def test_shapes_and_types():
    loc, scale = np.zeros((3, 1)), np.ones(4)
    for name in NAMES:
        assert getattr(normal, name)(loc, scale).shape == getattr(logistic, name)(loc, scale).shape == (3, 4)
        assert getattr(uniform, name)(loc, scale).shape == (3, 4)
        assert getattr(bernoulli, name)(scale / 2).shape == (4,)
        assert type(getattr(normal, name)()) is np.float64
        assert type(getattr(bernoulli, name)(np.float32(0.5))) is np.float32
        assert getattr(uniform, name)(loc.astype("f4"), 2.0).dtype == "f4"
        assert getattr(logistic, name)(loc.astype("f4"), np.float64(2)).dtype == "f8"
    low, high = uniform.support(loc, scale)
    assert low.shape == high.shape == (3, 4)
    with pytest.raises(ValueError, match=r"normal.var: loc and scale have shapes \(3,\) and \(2,\)"):
        normal.var(np.zeros(3), np.ones(2))
    with pytest.raises(TypeError, match=r"logistic.mean: scale has dtype complex128; allowed"):
        logistic.mean(0.0, 1j)
    for name in (*NAMES, "support"):
        for options in ({}, {"p": 0.5, "logits": 0.0}):
            with pytest.raises(TypeError, match=rf"bernoulli.{name} takes exactly one of p and logits"):
                getattr(bernoulli, name)(**options)


def test_check_params():
    check, inf, nan = fastprob.check_params, math.inf, math.nan
    check()
    check(loc=-inf, scale=inf, p=[0, 1], logits=[-inf, 0.0, inf])
    check(loc=[0.0, 1.0], low=-inf, high=[[inf], [0.0]])
    check(low=[1, 2], high=[[1.0], [3.0]][1])
    for options, message in (
        ({"loc": nan}, "loc has nan; allowed are all numbers but NaN"),
        ({"scale": [[1.0, 2.0], [0.0, -1.0]]}, "scale has 0.0 at [1, 0]; allowed are numbers > 0"),
        ({"scale": nan}, "scale has nan; allowed are numbers > 0"),
        ({"p": [0.5, 1.5]}, "p has 1.5 at [1]; allowed are numbers from 0 to 1"),
        ({"logits": nan}, "logits has nan; allowed are all numbers but NaN"),
        ({"low": -inf, "high": 1.0}, "low has -inf; allowed are finite numbers"),
        ({"low": [0.0, 2.0], "high": 1.0}, "high has 1.0 at [1]; allowed are numbers that are not below low"),
        ({"low": 0.0, "high": 1.0, "loc": inf}, "loc has inf; allowed are finite numbers"),
        ({"high": 1.0, "scale": [1.0, inf]}, "scale has inf at [1]; allowed are finite numbers > 0"),
        ({"low": -inf, "high": -inf, "loc": 0.0}, "high has -inf; allowed are numbers above low where that is infinite"),
        ({"low": [0, 1], "high": [1, 2, 3]}, "shapes that do not broadcast: low (2,), high (3,)"),
        ({"loc": [0, 1], "scale": [1, 2, 3]}, "shapes that do not broadcast: loc (2,), scale (3,)"),
    ):
        with pytest.raises(ValueError, match=f"^fastprob.check_params: {re.escape(message)}$"):
            check(**options)
    with pytest.raises(TypeError, match="scale has dtype object"):
        check(scale=[1, None])
