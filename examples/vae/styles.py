"""One handwriting, ten digits: what a conditional autoencoder keeps in z is all but the class.

    python examples/vae/styles.py styles.png

A model of scikit-learn's digits is told which digit each image shows. Its z then need not say so, and says how it is written:
slant, width, weight. A held-out digit's z decoded under the ten classes is the ten digits in that hand.

Needs the extra `vae`.
"""

from __future__ import annotations

import sys

import numpy as np
from sklearn.datasets import load_digits

from fastprob.vae import VAE, Conditioning, DiscretizedLogistic, plots

SHOWN = 12  # rows of the picture


def main(picture: str) -> None:
    digits = load_digits()
    X, digit = digits.data / 16, digits.target
    train, test = slice(0, 1400), slice(1400, None)
    settings = {"likelihood": DiscretizedLogistic(17), "epochs": 150, "learning_rate": 3e-3, "random_state": 0}
    plain = VAE(6, (128,), **settings).fit(X[train])
    model = VAE(6, (128,), conditioning=Conditioning("film"), **settings).fit(X[train], condition=digit[train])
    without, told = plain.log_likelihood(X[test], 200), model.log_likelihood(X[test], 200, condition=digit[test])
    print(f"held-out log p(x): {without.mean:.2f} nats a row; log p(x | digit): {told.mean:.2f}")
    # p(x) is the mean of p(x | digit) over ten digits: no less than a tenth of that of one of them
    print(f"so that log p(x), by the model that was told, is at least {told.mean - np.log(10):.2f}")

    codes = model.transform(X[test], condition=digit[test])
    classes = np.tile(np.arange(10), len(codes))
    rewritten = model.decode(np.repeat(codes, 10, axis=0), condition=classes)
    means = np.array([X[train][digit[train] == k].mean(axis=0) for k in range(10)])
    nearest = np.square(rewritten[:, None] - means).sum(axis=2).argmin(axis=1)
    print(f"rewritten as another digit and read as that one: {np.mean(nearest == classes):.0%} of {len(classes)}")

    rows = np.concatenate([X[test][:SHOWN, None], rewritten.reshape(-1, 10, 64)[:SHOWN]], axis=1).reshape(-1, 64)
    names = [f"a {k} as 0 … 9" for k in digit[test][:SHOWN]]
    plots.samples_by_condition(rows, names, (8, 8), "a held-out digit, and its z decoded as each of the ten").savefig(picture)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "styles.png")
