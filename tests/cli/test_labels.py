"""Runs that depend on labels, and the options of likelihoods, optimizers and schedules."""

from __future__ import annotations

import json

import numpy as np
import pytest
from cli.helpers import PICTURES, TINY, call, contents, labels_of, metrics, refused, tensors
from cli.test_data import idx, npy, npz

from fastprob.cli import main
from fastprob.vae import VAE


def test_a_conditional_run(capsys, conditional, images, labeled):
    assert {path.name for path in conditional.iterdir()} == {"config.json", "metrics.jsonl", "model.safetensors", *PICTURES}
    kind = conditional.name
    model = VAE.load(conditional / "model.safetensors")
    assert model.conditioning.kind == kind
    assert model.conditions_["condition"].tolist() == ["none", "one", "three", "two"]
    assert json.loads((conditional / "config.json").read_text())["source"]["labels"] == str(labeled / "words.npy")
    _, out, _ = call(capsys, "info", conditional)
    assert f"conditioning   {kind}, standard prior, labels none, one, three, two\n" in out
    _, out, _ = call(capsys, "evaluate", conditional)
    assert f"{metrics(conditional)[-1]['val_elbo']:.4f} +- " in out
    _, other, _ = call(capsys, "evaluate", conditional, images, "--labels", labeled / "words.npy", "--samples", 10)
    X = np.load(images).reshape(80, 16).astype(np.float32) / np.float32(255)
    score = model.score(X, condition=np.load(labeled / "words.npy"))
    assert f"{score:.4f} +- " in other
    assert "log likelihood" in other


def test_a_learnt_prior(capsys, images, labeled, tmp_path):
    """Also alone, with pictures in its units."""
    folder = tmp_path / "r"
    given = "--labels", labeled / "words.npy", "--prior", "learned"
    assert call(capsys, "train", images, *given, "--out", folder, *TINY, 30)[0] == 0
    assert {path.name for path in folder.iterdir()} >= PICTURES
    model = VAE.load(folder / "model.safetensors")
    assert (model.conditioning.kind, model.conditioning.prior) == ("none", "learned")
    assert np.ptp(model.prior(["none", "three"])[0], axis=0).max() > 0
    assert "conditioning   none, learned prior, labels none" in call(capsys, "info", folder)[1]
    assert call(capsys, "sample", folder, tmp_path / "x.png", "--label", "two")[0] == 0
    line = refused(capsys, "train", images, "--prior", "learned", "--out", tmp_path / "s", *TINY, 1)
    assert line.startswith(f"{images}: no labels there")


@pytest.mark.usefixtures("undrawn")
def test_labels_from_every_format(images, labeled, tmp_path):
    states = []
    for name in ("idx", "idx.gz", "npy", "npz", "floats.npy", "column.npy"):
        more = ["--labels-key", "labels"] if name == "npz" else []
        given = ["--labels", str(labeled / name), *more, "--conditioning", "film"]
        assert main(["train", images, *given, "--out", str(tmp_path / name), *TINY, "1"]) == 0
        states.append(tensors(tmp_path / name))
    assert all(state == states[0] for state in states)
    both = ["train", str(labeled / "npz"), "--key", "images", "--labels", str(labeled / "npz"), "--labels-key", "labels"]
    assert main([*both, "--conditioning", "film", "--out", str(tmp_path / "both"), *TINY, "1"]) == 0
    assert tensors(tmp_path / "both") == states[0]


@pytest.mark.usefixtures("undrawn")
def test_a_folder_has_its_own_labels(capsys, images, labeled, tmp_path):
    folder, labels = tmp_path / "data", labels_of(images)
    folder.mkdir()
    for part, rows in (("train", slice(0, 60)), ("t10k", slice(60, 80))):
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx(np.load(images)[rows]))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx(labels[rows]))
    assert call(capsys, "train", folder, "--conditioning", "film", "--out", tmp_path / "r", *TINY, 2)[0] == 0
    X = np.load(images)[60:].reshape(20, 16).astype(np.float32) / np.float32(255)
    model = VAE.load(tmp_path / "r" / "model.safetensors")
    assert metrics(tmp_path / "r")[-1]["val_elbo"] == model.score(X, condition=labels[60:])
    line = refused(capsys, "train", folder, "--labels", labeled / "npy", "--out", tmp_path / "s", *TINY, 1)
    assert line == f"{folder}: --labels is for files, and a folder has its own: leave it out, or name a file"


def test_samples_of_labels(capsys, conditional, tmp_path):
    model = VAE.load(conditional / "model.safetensors")
    status, out, _ = call(capsys, "sample", conditional, tmp_path / "all.npy", "-n", 3)
    assert (status, out) == (0, f"3 samples of each of the labels none, one, three, two in {tmp_path / 'all.npy'}\n")
    expected = model.sample(12, condition=np.repeat(["none", "one", "three", "two"], 3), mean=True, random_state=0)
    np.testing.assert_array_equal(np.load(tmp_path / "all.npy"), expected.reshape(12, 4, 4))
    assert call(capsys, "sample", conditional, tmp_path / "all.png")[1].startswith("10 samples of each of the labels")
    assert (tmp_path / "all.png").read_bytes().startswith(b"\x89PNG")
    given = ["--label", "two", "--label", "none", "--pixels", "binarized", "--seed", 4]
    assert call(capsys, "sample", conditional, tmp_path / "some.npy", "-n", 2, *given)[0] == 0
    expected = model.sample(4, condition=["two", "two", "none", "none"], random_state=4)
    np.testing.assert_array_equal(np.load(tmp_path / "some.npy"), expected.reshape(4, 4, 4))
    assert call(capsys, "sample", conditional, tmp_path / "one.png", "--label", "two")[1].startswith("10 samples of label two in")
    before = contents(tmp_path)
    line = refused(capsys, "sample", conditional, tmp_path / "five.png", "--label", "five")
    assert line == f"{conditional}: --label five: the run has the labels none, one, three, two: give one of these"
    assert contents(tmp_path) == before


def test_labels_that_are_wrong(capsys, images, labeled, conditional, run, tmp_path):
    """Each is found before the folder is touched."""
    labels = labels_of(images)
    for name, content in {
        "short.npy": npy(labels[:-1]),
        "two.npy": npy(np.eye(4)[labels]),
        "half.npy": npy(labels + 0.5),
        "nan.npy": npy(np.where(labels == 2, np.nan, labels)),
        "complex.npy": npy(labels * 1j),
        "truncated": idx(labels)[:-1],
        "several.npz": npz(a=labels, b=labels),
        "many.npy": npy(np.arange(80)),
    }.items():
        (tmp_path / name).write_bytes(content)
    given = "train", images, "--out", tmp_path / "r", "--conditioning", "film", *TINY, 1
    cases = {
        (): f"{images}: no labels there: name their file with --labels, or numbers with --numbers, or leave out",
        ("--labels", tmp_path / "gone"): f"{tmp_path / 'gone'}: no such file",
        ("--labels", tmp_path / "short.npy"): "holds labels of shape 79 for 80 images: take the file that belongs to the images",
        ("--labels", tmp_path / "two.npy"): "holds labels of shape 80 x 4 for 80 images",
        ("--labels", tmp_path / "half.npy"): f"holds {labels[0] + 0.5:g}, where labels are whole numbers or strings: give such",
        ("--labels", tmp_path / "nan.npy"): "nan.npy: holds nan, where labels are whole numbers or strings",
        ("--labels", tmp_path / "complex.npy"): "complex.npy: holds complex128, where labels are whole numbers",
        ("--labels", tmp_path / "truncated"): "truncated: truncated: 87 bytes for 80 values, which take 88 bytes",
        ("--labels", tmp_path / "several.npz"): "holds several arrays: name one with --labels-key (there: a, b)",
        ("--labels", tmp_path / "several.npz", "--labels-key", "c"): "holds no array 'c': name one with --labels-key",
        ("--labels", labeled / "npy", "--labels-key", "c"): "--labels-key is for .npz files, and this is none: leave it out",
        ("--labels", tmp_path / "many.npy"): "is of held-out rows alone: take another --seed or --held-out, or more rows",
    }
    for more, message in cases.items():
        assert message in refused(capsys, *given, *more), more
        assert not (tmp_path / "r").exists()
    line = refused(capsys, "sample", run, tmp_path / "x.png", "--label", 3)
    assert line == f"{run}: --label is for runs with --conditioning or --prior, and this has none: leave it out"
    line = refused(capsys, "evaluate", run, images, "--labels", labeled / "npy")
    assert line == f"--labels is for runs with --conditioning or --prior, and {run} has none: leave it out"
    line = refused(capsys, "evaluate", conditional, images)
    assert line.startswith(f"{images}: no labels, on which the model of {conditional} depends: name their file")
    line = refused(capsys, "evaluate", conditional, images, "--labels", labeled / "npy")
    assert line.startswith(f"{labeled / 'npy'}: the labels are integers; the model was fitted to the classes 'none', 'one'")
    words = np.load(labeled / "words.npy").astype("U8")
    words[5] = "six"
    (tmp_path / "words.npy").write_bytes(npy(words))
    line = refused(capsys, "evaluate", conditional, images, "--labels", tmp_path / "words.npy")
    assert line.startswith(f"{tmp_path / 'words.npy'}: row 5 of the labels is 'six'; the model was fitted to the classes")


@pytest.mark.usefixtures("undrawn")
def test_going_on_with_labels(capsys, images, labeled, conditional, tmp_path):
    """The same bits; other labels are other data."""
    folder, kind = tmp_path / "r", conditional.name
    (tmp_path / "labels.npy").write_bytes((labeled / "words.npy").read_bytes())
    given = "train", images, "--labels", tmp_path / "labels.npy", "--conditioning", kind
    assert call(capsys, *given, "--out", folder, *TINY, 2)[0] == 0
    assert call(capsys, "train", "--resume", "--out", folder, "--epochs", 4)[0] == 0
    assert tensors(folder) == tensors(conditional)
    np.save(tmp_path / "labels.npy", np.load(labeled / "words.npy")[::-1])
    line = refused(capsys, "train", "--resume", "--out", folder, "--epochs", 5)
    assert "not the data that" in line
    assert call(capsys, "train", "--resume", "--out", folder, "--epochs", 5, "--labels", labeled / "words.npy")[0] == 0
    other = "none" if kind == "film" else "film"
    line = refused(capsys, "train", "--resume", "--out", folder, "--conditioning", other)
    assert f"the run has --conditioning {kind}, not {other}: leave it out" in line


# Likelihoods, optimizers, schedules


def test_levels_and_their_bits(capsys, images, tmp_path):
    folder = tmp_path / "r"
    status, out, _ = call(capsys, "train", images, "--likelihood", "logistic", "--out", folder, *TINY, 3)
    assert status == 0
    model = VAE.load(folder / "model.safetensors")
    assert model.likelihood.get_params() == {"levels": 256, "missing": False, "scale": "feature"}
    bits = f"{-metrics(folder)[-1]['val_elbo'] / (16 * np.log(2)):.4f}"
    assert [line for line in out.splitlines() if line.startswith("bits a pixel")] == [f"bits a pixel   {bits}"]
    assert "independent pixels" not in out
    for command in ("info", "evaluate"):
        assert bits in next(line for line in call(capsys, command, folder)[1].splitlines() if line.startswith("bits a pixel"))
    assert "likelihood logistic" in call(capsys, "info", folder)[1]
    line = refused(capsys, "sample", folder, tmp_path / "x.npy", "--pixels", "binarized")
    assert line == f"{folder}: --pixels binarized is of the likelihood bernoulli, and the run has another: leave it out"
    uneven = np.random.default_rng(0).random((80, 16))
    np.save(tmp_path / "uneven.npy", uneven)
    line = refused(capsys, "train", tmp_path / "uneven.npy", "--likelihood", "logistic", "--out", tmp_path / "s", *TINY, 1)
    assert line.startswith(f"{tmp_path / 'uneven.npy'}: --likelihood logistic needs 256 levels of grey from 0 to white, and col")
    assert not (tmp_path / "s").exists()
    np.save(tmp_path / "steps.npy", np.rint(16 * uneven))
    given = "train", tmp_path / "steps.npy", "--white", 16, "--likelihood", "logistic", "--out", tmp_path / "s", *TINY, 1
    assert call(capsys, *given)[0] == 0
    assert VAE.load(tmp_path / "s" / "model.safetensors").likelihood.levels == 17


def test_a_gaussian_run(capsys, images, tmp_path):
    folder = tmp_path / "r"
    status, out, _ = call(capsys, "train", images, "--likelihood", "gaussian", "--out", folder, *TINY, 2)
    assert status == 0
    assert "bits a pixel" not in out
    assert "independent pixels" not in out
    assert type(VAE.load(folder / "model.safetensors").likelihood).__name__ == "Gaussian"
    assert call(capsys, "sample", folder, tmp_path / "x.png")[0] == 0


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("options", "parameter", "expected"),
    [
        (["--optimizer", "adamw", "--weight-decay", 0.5], "optimizer__weight_decay", 0.5),
        (["--optimizer", "sgd", "--momentum", 0.3], "optimizer__momentum", 0.3),
        (["--plateau", 2, "--drop-factor", 0.5], "schedule__patience", 1),
        (["--activation", "gated"], "activation", "gated"),
        (["--initialization", "glorot"], "initialization__weights", "glorot"),
        (["--output-bias", "data"], "initialization__output_bias", "data"),
        (["--kl", "sampled", "--draws", 2], "objective__kl", "sampled"),
    ],
)
def test_settings_reach_the_model(capsys, images, run, tmp_path, options, parameter, expected):
    assert call(capsys, "train", images, "--out", tmp_path / "r", *TINY, 4, *options)[0] == 0
    assert VAE.load(tmp_path / "r" / "model.safetensors").get_params()[parameter] == expected
    if "--optimizer" in options:
        assert tensors(tmp_path / "r") != tensors(run)


@pytest.mark.usefixtures("undrawn")
def test_a_plateau_lowers_the_learning_rate(capsys, images, tmp_path):
    folder = tmp_path / "r"
    given = "--optimizer", "sgd", "--learning-rate", 1e-12, "--plateau", 1, "--drop-factor", 0.25
    assert call(capsys, "train", images, "--out", folder, *TINY, 6, *given)[0] == 0
    rates = [record["learning_rate"] for record in metrics(folder)]
    assert rates[0] == 1e-12
    assert set(rates) <= {1e-12 * 0.25**i for i in range(6)}
    assert rates[-1] < rates[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--weight-decay", 0.5], "--weight-decay is of the optimizer adamw: leave it out, or take --optimizer adamw"),
        (["--momentum", 0.5], "--momentum is of the optimizer sgd: leave it out, or take --optimizer sgd"),
        (["--likelihood", "gaussian", "--pixels", "binarized"], "--pixels is of the likelihood bernoulli: leave it out, or take"),
        (["--plateau", 3, "--drop-after", "5"], "--plateau and --drop-after both say when the learning rate drops: give one"),
        (["--momentum", 1], "--momentum: must be a number from 0 to less than 1; got '1'"),
        (["--weight-decay", -1], "--weight-decay: must be a number from 0 on, or some by names of groups, as in"),
        (["--plateau", -1], "--plateau: must be a whole number from 0 to 2^31 - 1; got '-1'"),
        (["--likelihood", "poisson"], "--likelihood: invalid choice: 'poisson'"),
        (["--conditioning", "add"], "--conditioning: invalid choice: 'add'"),
        (["--kl", "sampled", "--objective", "iwae"], "--kl is of the objective elbo: leave it out, or take --objective elbo"),
        (["--kl", "sampled", "--free-bits", 0.1], "--free-bits needs the KL of each unit, which --kl sampled has not"),
        (["--condition-hidden", 8], "--condition-hidden is for runs with --conditioning or --prior: give one of these"),
        (["--embedding", 8], "--embedding is for runs with --conditioning or --prior: give one of these, or leave it out"),
        (["--embedding", 0], "--embedding: must be a whole number from 1 to 2^24; got '0'"),
        (["--hidden", ",".join(["2"] * 25)], "train: hidden has at most 24 layers; got 25"),
    ],
)
def test_settings_that_are_refused(capsys, images, tmp_path, options, message):
    assert message in refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 1, *options)
    assert not (tmp_path / "r").exists()
