"""The worked examples of `fastprob.bayes`: what they print is right, and there are pictures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy import special, stats
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "bayes"


def run(name: str, folder: Path) -> str:
    picture = folder / "picture.png"
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert picture.stat().st_size > 20_000
    return done.stdout


def test_change_point(tmp_path: Path) -> None:
    """Beside textbook formulas in log gamma functions, and the trapezoidal rule."""
    out = run("change_point.py", tmp_path)
    text = re.search(r'COUNTS = "(\d+)"', (EXAMPLES / "change_point.py").read_text(encoding="utf-8"))
    assert text
    k = np.array([int(c) for c in text.group(1)])
    assert (len(k), k.sum()) == (112, 191)
    constant = special.gammaln(k + 1).sum()

    def one_rate(count: np.ndarray, years: np.ndarray) -> np.ndarray:
        return special.gammaln(2 + count) - (2 + count) * np.log(1 + years)

    ends, below = np.arange(1, 112), k.cumsum()[:-1]
    each = one_rate(below, ends) + one_rate(191 - below, 112 - ends)
    sudden = special.logsumexp(each) - np.log(111) - constant
    time = (np.arange(1851, 1963) - 1906.5) / 100
    level, slope = np.meshgrid(np.linspace(-2, 3, 801), np.linspace(-7, 5, 801))
    log_joint = 2 * level - np.exp(level) + stats.norm.logpdf(slope, 0, 2) - constant + 191 * level + slope * (k @ time)
    for t in time:
        log_joint -= np.exp(level + slope * t)
    gradual = special.logsumexp(log_joint) + np.log(5 / 800 * 12 / 800)
    wanted = float(one_rate(np.array(191), np.array(112)) - constant), sudden, gradual
    found = re.search(r"one rate (-[\d.]+), sudden (-[\d.]+), gradual (-[\d.]+) nats", out)
    assert found
    np.testing.assert_allclose([float(v) for v in found.groups()], wanted, atol=6e-4)
    again = re.search(r"importance sampling: (-[\d.]+) ± ([\d.]+) nats", out)
    assert again
    assert abs(float(again.group(1)) - gradual) < 5 * float(again.group(2)) + 6e-4
    assert f"Bayes factor {np.exp(sudden - gradual):.1f}" in out
    p = special.softmax(each)
    assert f"old rate: {1850 + ends[p.argmax()]}, with {p.max():.2f}" in out


def test_breast_cancer(tmp_path: Path) -> None:
    """The evidence beside that of Laplace's method by Newton's steps, which is no larger at any other precision."""
    out = run("breast_cancer.py", tmp_path)
    found = re.search(r"prior precision ([\d.]+), log evidence (-[\d.]+) nats", out)
    assert found
    precision, printed = map(float, found.groups())
    cancer = load_breast_cancer()
    X, _, y, _ = train_test_split(cancer.data, cancer.target, train_size=200, random_state=0, stratify=cancer.target)
    ones = np.column_stack([StandardScaler().fit_transform(X), np.ones(200)])
    sign = np.where(y, 1.0, -1.0)

    def evidence(precision: float) -> float:
        prior, w = np.append(np.full(30, precision), 0.01), np.zeros(31)
        for _ in range(100):
            logit = ones @ w
            gradient = ones.T @ (sign * special.expit(-sign * logit)) - prior * w
            hessian = (ones.T * (special.expit(logit) * special.expit(-logit))) @ ones + np.diag(prior)
            w = w + 0.5 * np.linalg.solve(hessian, gradient)
        value = special.log_expit(sign * (ones @ w)).sum() - prior @ w**2 / 2
        return float(value + np.log(prior).sum() / 2 - np.linalg.slogdet(hessian)[1] / 2)

    assert abs(evidence(precision) - printed) < 0.01
    assert max(map(evidence, precision * np.exp(np.arange(-4, 4.1, 0.25)))) < printed + 0.01
    losses = [float(v) for v in re.findall(r"loss ([\d.]+) nats", out)]
    assert losses[0] < losses[1]
