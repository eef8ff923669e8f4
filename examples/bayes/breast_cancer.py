"""A Bayesian logistic regression on real data: 569 tumors, 30 measurements of each, benign or not.

    python examples/bayes/breast_cancer.py [breast_cancer.png]

What the posterior adds to scikit-learn's point estimate: a prior's precision that the data choose, intervals for coefficients,
and probabilities that are less sure where there are few data. Needs the extra `bayes`.
"""

from __future__ import annotations

import sys

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from fastprob.bayes import BayesianLogisticRegression
from fastprob.bayes.distributions import Normal

TRAINED = 200  # tumors; the others are for tests
FEW = 40  # of them for the picture of a plane, so that it matters what is not known
PAIR = ("mean radius", "mean texture")
COLORS = ("#c2571a", "#0b5fa5")


def main(picture: str) -> None:
    cancer = load_breast_cancer()
    names = list(cancer.feature_names)
    X, new, y, label = train_test_split(cancer.data, cancer.target, train_size=TRAINED, random_state=0, stratify=cancer.target)
    scaler = StandardScaler().fit(X)
    X, new = scaler.transform(X), scaler.transform(new)

    # All measurements: the evidence chooses how large coefficients may be
    model, point = BayesianLogisticRegression("laplace").fit(X, y), LogisticRegression(C=np.inf, max_iter=10_000).fit(X, y)
    print(f"prior precision {model.prior_precision_:.2f}, log evidence {model.log_evidence_:.2f} nats")
    for name, fitted in (("Bayesian", model), ("scikit-learn's, no penalty", point)):
        loss = log_loss(label, fitted.predict_proba(new))
        print(f"{name}: {fitted.score(new, label):.1%} of {len(label)} others right, loss {loss:.3f} nats each")

    posterior = Normal(model.coef_[0], np.sqrt(np.diag(model.covariance_)[:-1]))
    low, high = posterior.interval(0.9)
    sure = (low > 0) | (high < 0)
    print(f"{sure.sum()} of {len(names)} coefficients have a sign that is sure to 95 %")

    # Two measurements, for a picture of the plane
    columns, few = [names.index(name) for name in PAIR], slice(FEW)
    plane = BayesianLogisticRegression("laplace").fit(X[few, columns], y[few])
    axes = np.linspace(-6, 6, 161), np.linspace(-6, 6, 161)
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    averaged = plane.predict_proba(points)[:, 1].reshape(161, 161)
    logits = (points @ plane.coef_[0] + plane.intercept_).reshape(161, 161)

    figure = Figure(figsize=(9.6, 4.2), dpi=150, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    lines = left.contour(*axes, averaged, levels=levels, colors="black", linewidths=1.1)
    left.clabel(lines, fmt="%.2g", fontsize=7)
    left.contour(*axes, logits, levels=[np.log(p / (1 - p)) for p in levels], colors="#8c9bab", linewidths=0.8, linestyles=":")
    for kind, color, name in ((0, COLORS[0], "malignant"), (1, COLORS[1], "benign")):
        left.plot(*X[few][y[few] == kind][:, columns].T, "o", color=color, markersize=4, label=name)
    left.plot([], [], color="black", linewidth=1.1, label="P(benign), averaged")
    left.plot([], [], ":", color="#8c9bab", label="of the mean coefficients")
    left.set(title="what is not known bends probabilities", xlabel=f"{PAIR[0]}, standard deviations", ylabel=PAIR[1])
    left.legend(frameon=True, fontsize=7, framealpha=1, loc="lower left")

    order = np.argsort(posterior.mean())
    rows = np.arange(len(order))
    for row, i in zip(rows, order, strict=True):
        right.plot([low[i], high[i]], [row, row], color=COLORS[1] if sure[i] else "#8c9bab", linewidth=2)
    right.plot(posterior.mean()[order], rows, "o", color="black", markersize=2.5)
    right.axvline(0, color="black", linewidth=0.8)
    right.set_yticks(rows, [names[i] for i in order], fontsize=5.5)
    right.set(title="coefficients, 90 % intervals", xlabel="logit of P(benign) for one standard deviation")
    for ax in (left, right):
        ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "breast_cancer.png")
