"""How often an epoch takes each image."""

from __future__ import annotations

import numpy as np
import pytest
from cli.helpers import TINY, call, refused, tensors
from cli.test_data import idx, npy, npz

from fastprob.cli import data
from fastprob.vae import VAE


@pytest.mark.usefixtures("undrawn")
def test_a_weight_is_a_number_of_repetitions(capsys, images, tmp_path):
    """Of all rows: none held out, so that both runs train on the same; with one that is not there."""
    weights = np.arange(80) % 3
    (tmp_path / "weights.npy").write_bytes(npy(weights))
    (tmp_path / "repeated.npy").write_bytes(npy(np.repeat(np.load(images), weights, axis=0)))
    given = "--held-out", 0, *TINY, 3
    _, out, err = call(capsys, "train", images, "--weights", tmp_path / "weights.npy", "--out", tmp_path / "w", *given)
    assert "53 rows to train on, 0 held out" in err
    _, expected, _ = call(capsys, "train", tmp_path / "repeated.npy", "--out", tmp_path / "r", *given)
    assert tensors(tmp_path / "w") == tensors(tmp_path / "r")
    # What follows training looks at each image once; the baseline learns from all.
    assert out.startswith("training ELBO")
    assert out.splitlines()[0] == expected.splitlines()[0]
    assert f"data           {images}, weights {tmp_path / 'weights.npy'}\n" in call(capsys, "info", tmp_path / "w")[1]


@pytest.mark.usefixtures("undrawn")
def test_held_out_rows_and_going_on(capsys, images, tmp_path):
    weights = np.random.default_rng(0).random(80) * (np.arange(80) % 4 > 0) * 3
    np.savez(tmp_path / "weights.npz", a=weights, b=weights[:3])
    given = "--weights", tmp_path / "weights.npz", "--weights-key", "a"
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    _, out, _ = call(capsys, "train", images, *given, "--out", whole, *TINY, 3)
    assert call(capsys, "train", images, *given, "--out", parts, *TINY, 2)[0] == 0
    assert call(capsys, "train", "--resume", "--out", parts, "--epochs", 3)[0] == 0
    assert tensors(parts) == tensors(whole)
    found = data.load(data.Source(images, weights=str(tmp_path / "weights.npz"), weights_key="a"), None, 0)
    model = VAE(2, (8,), "bernoulli", epochs=3, batch_size=16, random_state=0)
    model.fit(found.train.rows, sample_weight=found.train.weights)
    assert f"{model.score(found.held_out.rows):.4f} nats a row" in out
    of_pixels = np.average(found.train.rows.astype(float), axis=0, weights=found.train.weights)
    total = found.train.weights.sum()
    p = (of_pixels * total + 0.5) / (total + 1)
    x = found.held_out.rows.astype(float)
    assert f"independent pixels  {(x * np.log(p) + (1 - x) * np.log1p(-p)).sum(axis=1).mean():.4f} nats a row" in out
    np.savez(tmp_path / "weights.npz", a=weights[::-1])
    assert "not the data that" in refused(capsys, "train", "--resume", "--out", parts, "--epochs", 4)


def test_what_is_wrong_with_weights(capsys, images, tmp_path):
    one = np.ones(80)
    for name, content, message in (
        ("short", npy(one[:-1]), "holds float64 of shape 79 for 80 images: give a number for each"),
        ("table", npy(np.ones((80, 2))), "holds float64 of shape 80 x 2 for 80 images: give a number for each"),
        ("words", npy(one.astype("U1")), "holds <U1 of shape 80 for 80 images: give a number for each"),
        ("negative", npy(np.where(np.arange(80) == 7, -1, one)), "the weight of row 7 (from 0) is -1: give finite numbers"),
        ("nan", npy(np.where(np.arange(80) == 7, np.nan, one)), "the weight of row 7 (from 0) is nan: give finite numbers"),
        ("zero", npy(0 * one), "an epoch has as many rows as the weights add up to, and that is 0: scale them, for example to"),
        ("huge", npy(1e300 * one), "an epoch has as many rows as the weights add up to, and that is 7.2e+301: scale them, for"),
        ("too huge", npy(1.5e308 * one), "an epoch has as many rows as the weights add up to, and that is inf: scale them, for"),
        ("several", npz(a=one, b=one), "holds several arrays: name one with --weights-key (there: a, b)"),
        ("few", npy((np.arange(80) < 9).astype(float)), "rows to train on are fewer than a batch of 16: give --batch-size"),
    ):
        (tmp_path / name).write_bytes(content)
        line = refused(capsys, "train", images, "--weights", tmp_path / name, "--out", tmp_path / "r", *TINY, 1)
        assert message in line
        assert not (tmp_path / "r").exists()
    line = refused(capsys, "train", images, "--weights-key", "a", "--out", tmp_path / "r")
    assert line == "--weights-key is of the file that --weights names: give that too, or leave it out"
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(np.load(images)))
    line = refused(capsys, "train", tmp_path, "--weights", tmp_path / "short", "--out", tmp_path / "r")
    assert line == f"{tmp_path}: --weights is for files, and this is a folder: leave it out, or name a file"
