"""Pixels that are not known: refused, or with --missing left out of the likelihood and of every score, and filled in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from cli.helpers import PICTURES, TINY, call, refused, tensors
from cli.test_data import idx, npy

from fastprob.cli import data, main
from fastprob.vae import VAE, Bernoulli, DiscretizedLogistic, Gaussian

KINDS = {
    "grey": ([], Bernoulli(missing=True)),
    "binarized": (["--pixels", "binarized"], Bernoulli(binarize=True, missing=True)),
    "gaussian": (["--likelihood", "gaussian"], Gaussian(missing=True)),
    "logistic": (["--likelihood", "logistic"], DiscretizedLogistic(missing=True)),
}


@pytest.fixture(scope="session")
def torn(images, tmp_path_factory) -> Path:
    """The images with holes: a fifth of all pixels, one image altogether, one pixel in all images."""
    array = np.load(images).astype(np.float32)
    array[np.random.default_rng(1).random(array.shape) < 0.2] = np.nan
    array[7] = np.nan
    array[:, 2, 1] = np.nan
    path = tmp_path_factory.mktemp("torn") / "torn.npy"
    np.save(path, array)
    return path


@pytest.fixture(scope="session")
def torn_run(torn, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "torn"
    assert main(["train", str(torn), "--missing", "--out", str(folder), *TINY, "4"]) == 0
    return folder


@pytest.fixture(scope="session")
def rows(torn) -> np.ndarray:
    return np.load(torn).reshape(80, 16) / np.float32(255)


def held_out(torn: Path) -> tuple[np.ndarray, np.ndarray]:
    found = data.load(data.Source(str(torn)), None, 0, missing=True)
    return found.train.rows, found.held_out.rows


def test_nan_is_refused_unless_it_is_allowed(capsys, torn, run, torn_run, rows, tmp_path):
    row, pixel = np.argwhere(np.isnan(rows))[0]
    nan = f"{torn}: row {row}, pixel {pixel} (from 0) is nan: mend such rows or leave them out, or train with --missing, where"
    for given in (
        ("train", torn, "--out", tmp_path / "r", *TINY, 1),
        ("train", torn, "--no-missing", "--out", tmp_path / "r", *TINY, 1),
        ("evaluate", run, torn),
        ("anomalies", run, tmp_path / "a.csv", torn),
        ("encode", run, tmp_path / "z.csv", torn),
        ("reconstruct", run, tmp_path / "r.npy", torn),
        ("interpolate", run, tmp_path / "i.npy", torn),
    ):
        assert refused(capsys, *given).startswith(nan)
    assert not list(tmp_path.iterdir())
    line = refused(capsys, "reconstruct", run, tmp_path / "r.npy", "--fill")
    assert line == f"--fill is for runs with --missing, and {run} has no missing pixels: leave it out"
    for folder, has, given in ((run, "--no-missing", "--missing"), (torn_run, "--missing", "--no-missing")):
        line = refused(capsys, "train", "--resume", "--out", folder, given)
        assert line == f"{folder}: the run has {has}, not {given}: leave it out, or begin anew (--force)"


def test_what_is_no_missing_pixel(capsys, torn_run, rows, tmp_path):
    given = "train", "--missing", "--out", tmp_path / "r", *TINY, 1
    for name, array, message in (
        ("infinite.npy", np.where(np.arange(16) == 3, -np.inf, rows), "row 0, pixel 3 (from 0) is -inf: mend such rows or leave"),
        ("below.npy", np.where(np.arange(16) == 3, -1, rows), "row 0, pixel 3 (from 0) is -1, outside [0, 1] or [0, 255]:"),
        ("all.npy", np.full((80, 16), np.nan), "every pixel is nan: give a file with pixels that are known"),
    ):
        (tmp_path / name).write_bytes(npy(array))
        assert refused(capsys, *given, tmp_path / name).startswith(f"{tmp_path / name}: {message}")
        assert refused(capsys, "evaluate", torn_run, tmp_path / name).startswith(f"{tmp_path / name}: {message}")
    assert not (tmp_path / "r").exists()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_is_that_of_the_estimator(capsys, torn, rows, tmp_path, kind):
    """The same model and scores; stopped and taken up again, too."""
    given, likelihood = KINDS[kind]
    folder, parts = tmp_path / "whole", tmp_path / "parts"
    _, out, err = call(capsys, "train", torn, "--missing", *given, "--out", folder, *TINY, 3)
    assert f", {np.isnan(rows).sum()} of 1,280 pixels missing; the run goes to " in err
    assert "Warning" not in err
    assert call(capsys, "train", torn, "--missing", *given, "--out", parts, *TINY, 2)[0] == 0
    assert call(capsys, "train", "--resume", "--out", parts, "--epochs", 3)[0] == 0
    assert tensors(parts) == tensors(folder)
    train, shown = held_out(torn)
    model = VAE(2, (8,), likelihood, epochs=3, batch_size=16, random_state=0).fit(train)
    assert VAE.load(folder / "model.safetensors").likelihood.get_params() == likelihood.get_params()
    assert f"{model.score(shown):.4f} nats a row" in out
    _, out, _ = call(capsys, "evaluate", folder, torn, "--samples", 3)
    missing = np.isnan(rows).sum()
    assert f"rows            80, {missing} of 1,280 pixels missing\n" in out
    assert f"ELBO            {model.score(rows):.4f} +- " in out
    assert f"log likelihood  {model.log_likelihood(rows, 3).mean:.4f} +- " in out
    _, info, _ = call(capsys, "info", folder)
    assert f"likelihood {'bernoulli' if 'binar' in kind or kind == 'grey' else kind}, {missing} of 1,280 pixels missing\n" in info
    if kind == "logistic":
        bits = -model.score_samples(rows).sum() / (~np.isnan(rows)).sum() / np.log(2)
        assert f"bits a pixel    {bits:.4f}\n" in out
        assert bits == pytest.approx(model.bits_per_dim(rows), rel=1e-12)
        assert f"bits a pixel   {model.bits_per_dim(shown):.4f}\n" in info
        with pytest.raises(ValueError, match="all of X is missing"):
            model.bits_per_dim(rows[7:8])
    for name, found in (("z.npy", model.transform(rows)), ("a.npy", model.anomaly_score(rows)[:, None])):
        assert call(capsys, "encode" if name == "z.npy" else "anomalies", folder, tmp_path / name, torn)[0] == 0
        np.testing.assert_array_equal(np.load(tmp_path / name), found)


def test_missing_pixels_are_filled_in(capsys, torn, torn_run, rows, tmp_path):
    assert {path.name for path in torn_run.iterdir()} == {"config.json", "metrics.jsonl", "model.safetensors", *PICTURES}
    config = json.loads((torn_run / "config.json").read_text())
    assert config["settings"]["missing"] is True
    assert sum(config["missing"]) == np.isnan(rows).sum()
    model = VAE.load(torn_run / "model.safetensors")
    found = model.reconstruct(rows)
    assert np.isfinite(found).all()
    assert call(capsys, "reconstruct", torn_run, tmp_path / "r.npy", torn)[0] == 0
    np.testing.assert_array_equal(np.load(tmp_path / "r.npy").reshape(80, 16), found)
    assert call(capsys, "reconstruct", torn_run, tmp_path / "f.npy", torn, "--fill")[0] == 0
    np.testing.assert_array_equal(np.load(tmp_path / "f.npy").reshape(80, 16), np.where(np.isnan(rows), found, rows))
    for command, name in (("reconstruct", "r.png"), ("anomalies", "a.png"), ("interpolate", "i.png")):
        assert call(capsys, command, torn_run, tmp_path / name, torn)[::2] == (0, "")
    assert call(capsys, "interpolate", torn_run, tmp_path / "i.npy", torn, "--rows", "7,0")[0] == 0
    ends = model.reconstruct(rows[[7, 0]]).reshape(2, 4, 4)
    np.testing.assert_allclose(np.load(tmp_path / "i.npy")[0, [0, -1]], ends, rtol=1e-6)


def test_independent_pixels_leave_out_what_is_missing(capsys, torn, torn_run):
    train, shown = held_out(torn)
    total = 0.0
    for column in range(16):
        known = [value for value in train[:, column].astype(float) if not np.isnan(value)]
        p = (sum(known) + 0.5) / (len(known) + 1)
        total += sum(x * np.log(p) + (1 - x) * np.log1p(-p) for x in shown[:, column].astype(float) if not np.isnan(x))
    _, out, _ = call(capsys, "train", "--resume", "--out", torn_run)
    assert f"independent pixels  {total / len(shown):.4f} nats a row" in out


@pytest.mark.usefixtures("undrawn")
def test_where_nothing_is_missing(capsys, images, run, tmp_path):
    """Whole numbers hold no NaN: the model is that without the option, and takes images with holes later."""
    assert call(capsys, "train", images, "--missing", "--out", tmp_path / "r", *TINY, 4)[0] == 0
    assert tensors(tmp_path / "r") == tensors(run)
    assert "likelihood bernoulli, 0 of 1,280 pixels missing\n" in call(capsys, "info", tmp_path / "r")[1]
    (tmp_path / "one.npy").write_bytes(npy(np.where(np.arange(16) < 8, np.nan, np.full((1, 16), 255.0))))
    assert "1, 8 of 16 pixels missing\n" in call(capsys, "evaluate", tmp_path / "r", tmp_path / "one.npy")[1]


def test_runs_from_before_pixels_could_be_missing(capsys, run, tmp_path):
    config = json.loads((run / "config.json").read_text())
    del config["missing"], config["settings"]["missing"]
    (tmp_path / "model.safetensors").write_bytes((run / "model.safetensors").read_bytes())
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert call(capsys, "info", tmp_path)[::2] == (0, "")
    config["missing"] = [1]
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert "config.json: damaged, or of another version (missing is [1])" in refused(capsys, "info", tmp_path)


def test_every_format_may_have_missing_pixels(tmp_path, rows):
    array = rows.reshape(80, 4, 4)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(array, "f4"))
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(array[::-1], "f8"))
    found = data.load(data.Source(str(tmp_path)), None, 0, missing=True)
    np.testing.assert_array_equal(found.train.rows, rows)
    np.testing.assert_array_equal(found.held_out.rows, rows[::-1])
    with pytest.raises(data.CommandError, match="is nan: mend such rows"):
        data.load(data.Source(str(tmp_path)), None, 0)
