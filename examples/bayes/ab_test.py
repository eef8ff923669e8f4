"""An A/B test: which of two pages sells more, by how much, and how sure that is.

    python examples/bayes/ab_test.py [ab_test.png]

Needs the extra `bayes`.
"""

from __future__ import annotations

import sys

import numpy as np
from matplotlib.figure import Figure

from fastprob.bayes import BetaBinomial, Counts

VISITORS = np.array([4120, 4035])
BUYERS = np.array([166, 203])
PAGES = ("old page", "new page")
COLORS = ("#8c9bab", "#0b5fa5")
BAR = 4e-4


def main(picture: str) -> None:
    # What similar pages sold before: about 4 %, as sure as 500 visitors make one.
    prior = BetaBinomial(20, 480)
    pages = prior.update(BUYERS, VISITORS, axis=())
    low, high = pages.p.interval(0.95)
    for page, mean, a, b in zip(PAGES, pages.p.mean(), low, high, strict=True):
        print(f"{page}: {mean:.2%} of the visitors buy, 95 % interval {a:.2%} to {b:.2%}")

    draws = pages.p.sample(200_000, rng=1)
    gain = draws[:, 1] - draws[:, 0]
    better = (gain > 0).mean()
    print(
        f"P(the new page sells more) = {better:.4f}; expected loss if it is taken and is worse: {np.maximum(-gain, 0).mean():.5%}"
    )

    # Two rates, or one for both pages?
    apart = prior.log_evidence(BUYERS, VISITORS, axis=()).sum()
    together = prior.log_evidence(Counts.of(BUYERS, VISITORS))
    print(f"log evidence: two rates {apart:.3f}, one rate {together:.3f} nats; Bayes factor {np.exp(apart - together):.2f}")

    figure = Figure(figsize=(9.6, 3.4), dpi=150, layout="constrained")
    left, right = figure.subplots(1, 2)
    x = np.linspace(0.03, 0.062, 500)
    for density, a, b, page, color in zip(pages.p.pdf(x[:, None]).T, low, high, PAGES, COLORS, strict=True):
        left.plot(x, density, color=color, label=page)
        left.fill_between(x, density, where=(x > a) & (x < b), color=color, alpha=0.25, linewidth=0)
    left.set(title="posterior, 95 % intervals", xlabel="probability that a visitor buys", ylim=(0, None), yticks=[])
    left.legend(frameon=False)
    least, most = np.quantile(gain, [0.0005, 0.9995]) / BAR
    edges = BAR * np.arange(np.floor(least), np.ceil(most) + 1)  # 0 is one of them
    _, _, bars = right.hist(gain, edges, color=COLORS[1], alpha=0.5)
    for bar, edge in zip(bars, edges, strict=False):
        if edge < -BAR / 2:
            bar.set_facecolor(COLORS[0])
    right.axvline(0, color="black", linewidth=0.8)
    right.set(title=f"P(new page sells more) = {better:.3f}", xlabel="gain", yticks=[])
    for ax in (left, right):
        ax.spines[["top", "right", "left"]].set_visible(False)
    figure.savefig(picture)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "ab_test.png")
