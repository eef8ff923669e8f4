"""Runs that depend on numbers, on numbers and labels, or in one of their parts alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from cli.helpers import PICTURES, TINY, call, contents, labels_of, refused, tensors
from cli.test_data import npy, npz

from fastprob.cli import main
from fastprob.vae import VAE


@pytest.fixture(scope="session")
def numbers(images, tmp_path_factory) -> Path:
    """How bright an image is, and that with its square and a constant."""
    folder = tmp_path_factory.mktemp("numbers")
    brightness = np.load(images).mean(axis=(1, 2)) / 255
    for name, content in {
        "one.npy": npy(brightness),
        "two.npy": npy(np.column_stack([brightness, brightness**2])),
        "all.npz": npz(images=np.load(images), numbers=np.column_stack([brightness, brightness**2])),
        "labels.npy": npy(labels_of(images)),
    }.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def by_numbers(images, numbers, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "numbers"
    given = ["--numbers", str(numbers / "two.npy"), "--conditioning", "film", "--prior", "learned"]
    assert main(["train", images, *given, "--out", str(folder), *TINY, "4"]) == 0
    return folder


@pytest.fixture(scope="session")
def by_both(images, numbers, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "both"
    given = ["--numbers", str(numbers / "one.npy"), "--labels", str(numbers / "labels.npy"), "--conditioning", "concat"]
    assert main(["train", images, *given, "--out", str(folder), *TINY, "4"]) == 0
    return folder


@pytest.fixture(scope="session", params=["encoder", "decoder"])
def by_part(request, images, numbers, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run") / request.param
    given = ["--labels", str(numbers / "labels.npy"), "--conditioning", "film", "--conditioned", request.param]
    assert main(["train", images, *given, "--out", str(folder), *TINY, "4"]) == 0
    return folder


def test_a_run_that_depends_on_numbers(capsys, by_numbers, images, numbers, tmp_path):
    assert {path.name for path in by_numbers.iterdir()} == {"config.json", "metrics.jsonl", "model.safetensors", *PICTURES}
    model = VAE.load(by_numbers / "model.safetensors")
    assert model.conditions_ == {"condition": 2}
    assert json.loads((by_numbers / "config.json").read_text())["source"]["numbers"] == str(numbers / "two.npy")
    assert "conditioning   film, learned prior, 2 numbers\n" in call(capsys, "info", by_numbers)[1]
    X, c = np.load(images).reshape(80, -1) / np.float32(255), np.load(numbers / "two.npy")
    _, out, _ = call(capsys, "evaluate", by_numbers, images, "--numbers", numbers / "all.npz", "--numbers-key", "numbers")
    assert f"ELBO            {model.score(X, condition=c):.4f} +-" in out
    assert call(capsys, "evaluate", by_numbers, "--samples", 10)[0] == 0
    _, out, _ = call(capsys, "sample", by_numbers, tmp_path / "s.npy", "-n", 3, "--at=-0.5,1e-1", "--seed", 2)
    assert out == f"3 samples in {tmp_path / 's.npy'}\n"
    expected = model.sample(3, condition=np.tile([-0.5, 0.1], (3, 1)), mean=True, random_state=2)
    np.testing.assert_array_equal(np.load(tmp_path / "s.npy"), expected.reshape(3, 4, 4))


def test_a_run_that_depends_on_both(capsys, by_both, images, numbers, tmp_path):
    model = VAE.load(by_both / "model.safetensors")
    assert model.conditions_["numbers"] == 1
    assert model.conditions_["label"].tolist() == [0, 1, 2, 3]
    assert "conditioning   concat, standard prior, labels 0, 1, 2, 3, 1 number\n" in call(capsys, "info", by_both)[1]
    given = "--labels", numbers / "labels.npy", "--numbers", numbers / "one.npy"
    X = np.load(images).reshape(80, -1) / np.float32(255)
    score = model.score(X, condition={"label": labels_of(images), "numbers": np.load(numbers / "one.npy")})
    assert f"ELBO            {score:.4f} +-" in call(capsys, "evaluate", by_both, images, *given)[1]
    _, out, _ = call(capsys, "sample", by_both, tmp_path / "s.npy", "-n", 2, "--label", 3, "--label", 1, "--at", 0.25)
    assert out == f"2 samples of each of the labels 3, 1 in {tmp_path / 's.npy'}\n"
    expected = model.sample(4, condition={"label": [3, 3, 1, 1], "numbers": np.full(4, 0.25)}, mean=True, random_state=0)
    np.testing.assert_array_equal(np.load(tmp_path / "s.npy"), expected.reshape(4, 4, 4))
    assert call(capsys, "sample", by_both, tmp_path / "s.png", "--at", 0.25)[0] == 0


def test_decode_by_numbers_and_labels(capsys, by_both, by_part, numbers, tmp_path):
    codes = np.random.default_rng(0).normal(size=(80, 2))
    np.save(tmp_path / "z.npy", codes)
    given = "decode", by_both, tmp_path / "x.npy", tmp_path / "z.npy", "--force"
    model = VAE.load(by_both / "model.safetensors")
    for options, label, number in (
        (["--label", 2, "--at", 0.5], np.full(80, 2), np.full(80, 0.5)),
        (["--labels", numbers / "labels.npy", "--numbers", numbers / "one.npy"], None, None),
    ):
        known = {
            "label": np.load(numbers / "labels.npy") if label is None else label,
            "numbers": np.load(numbers / "one.npy") if number is None else number,
        }
        assert call(capsys, *given, *options)[0] == 0
        np.testing.assert_array_equal(np.load(tmp_path / "x.npy").reshape(80, 16), model.decode(codes, condition=known))
    assert f"--at gives 2 numbers: {by_both} depends on 1 number an image" in refused(capsys, *given, "--label", 2, "--at", "1,2")
    assert "no numbers, on which the decoder of" in refused(capsys, *given, "--label", 2)
    of_part = "decode", by_part, tmp_path / "x.npy", tmp_path / "z.npy", "--force"
    if by_part.name == "encoder":
        assert call(capsys, *of_part)[0] == 0
        assert "--label is for runs whose decoder depends on labels, and that" in refused(capsys, *of_part, "--label", 2)
    else:
        assert call(capsys, *of_part, "--label", 2)[0] == 0


@pytest.mark.usefixtures("undrawn")
def test_layers_and_tables_of_conditions(capsys, images, numbers, tmp_path):
    """They reach the model, and a run that was stopped goes on to the same bits."""
    labels = np.arange(80) % 66  # each of them among those trained on
    np.save(tmp_path / "labels.npy", labels)
    given = "--labels", tmp_path / "labels.npy", "--conditioning", "film", "--condition-hidden", "6,5", "--embedding", 3
    given = "train", images, *given, "--held-out", 0
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert call(capsys, *given, "--out", whole, *TINY, 3)[0] == 0
    conditioning = VAE.load(whole / "model.safetensors").conditioning
    assert (conditioning.hidden, conditioning.embedding) == ((6, 5), 3)
    assert call(capsys, *given, "--out", parts, *TINY, 2)[0] == 0
    assert call(capsys, "train", "--resume", "--out", parts, "--epochs", 3)[0] == 0
    assert tensors(parts) == tensors(whole)
    assert call(capsys, "sample", whole, tmp_path / "s.npy", "-n", 2)[1].startswith("2 samples of each of the labels 0, 1, ")
    assert len(np.load(tmp_path / "s.npy")) == 132


def test_parts_that_depend_on_labels(capsys, by_part, tmp_path):
    conditioning = VAE.load(by_part / "model.safetensors").conditioning
    assert (conditioning.encoder, conditioning.decoder) == (by_part.name == "encoder", by_part.name == "decoder")
    assert {path.name for path in by_part.iterdir()} == {"config.json", "metrics.jsonl", "model.safetensors", *PICTURES}
    assert f"conditioning   film of the {by_part.name}, standard prior, labels 0, 1, 2, 3\n" in call(capsys, "info", by_part)[1]
    assert call(capsys, "evaluate", by_part)[0] == 0
    if by_part.name == "decoder":
        assert call(capsys, "sample", by_part, tmp_path / "s.npy", "-n", 2)[1].startswith("2 samples of each of the labels")
    else:
        assert call(capsys, "sample", by_part, tmp_path / "s.npy")[1] == f"100 samples in {tmp_path / 's.npy'}\n"
        line = refused(capsys, "sample", by_part, tmp_path / "t.npy", "--label", 1)
        expected = "--label is for runs whose samples depend on labels, and of this the encoder alone does: leave it out"
        assert line == f"{by_part}: {expected}"


@pytest.mark.usefixtures("undrawn")
def test_going_on_with_numbers(capsys, images, numbers, by_numbers, tmp_path):
    folder = tmp_path / "r"
    (tmp_path / "numbers.npy").write_bytes((numbers / "two.npy").read_bytes())
    given = "train", images, "--numbers", tmp_path / "numbers.npy", "--conditioning", "film", "--prior", "learned"
    assert call(capsys, *given, "--out", folder, *TINY, 2)[0] == 0
    assert call(capsys, "train", "--resume", "--out", folder, "--epochs", 4)[0] == 0
    assert tensors(folder) == tensors(by_numbers)
    np.save(tmp_path / "numbers.npy", np.load(numbers / "two.npy")[::-1])
    assert "not the data that" in refused(capsys, "train", "--resume", "--out", folder, "--epochs", 5)
    line = refused(capsys, "train", "--resume", "--out", folder, "--conditioned", "decoder")
    assert "the run has --conditioned both, not decoder: leave it out" in line


def test_what_is_wrong_with_numbers(capsys, images, numbers, by_numbers, by_both, run, tmp_path):
    """Each is found before the folder is touched."""
    two = np.load(numbers / "two.npy")
    for name, content in {
        "short.npy": npy(two[:-1]),
        "cube.npy": npy(two[:, :, None]),
        "none.npy": npy(two[:, :0]),
        "nan.npy": npy(np.where(np.arange(80)[:, None] == 3, np.nan, two)),
        "words.npy": npy(two.astype("U4")),
        "three.npy": npy(np.ones((80, 3))),
        "several.npz": npz(a=two, b=two),
        "unseen.npy": npy(np.where(np.arange(80) == 5, 9, np.load(numbers / "labels.npy"))),
    }.items():
        (tmp_path / name).write_bytes(content)
    given = "train", images, "--out", tmp_path / "r", *TINY, 1
    film = "--conditioning", "film"
    cases = {
        (*film, "--numbers", tmp_path / "gone"): f"{tmp_path / 'gone'}: no such file",
        (
            *film,
            "--numbers",
            tmp_path / "short.npy",
        ): "short.npy: holds numbers of shape 79 x 2 for 80 images: give one, or a row of",
        (*film, "--numbers", tmp_path / "cube.npy"): "holds numbers of shape 80 x 2 x 1 for 80 images",
        (*film, "--numbers", tmp_path / "none.npy"): "holds numbers of shape 80 x 0 for 80 images",
        (*film, "--numbers", tmp_path / "nan.npy"): "nan.npy: row 3, column 0 (from 0) is nan: mend such rows",
        (*film, "--numbers", tmp_path / "words.npy"): "words.npy: holds <U4, where real numbers are needed: give such",
        (*film, "--numbers", tmp_path / "several.npz"): "holds several arrays: name one with --numbers-key (there: a, b)",
        (*film, "--numbers-key", "a"): "--numbers-key is of the file that --numbers names: give that too, or leave it out",
        ("--numbers", numbers / "two.npy"): "--numbers is for runs with --conditioning or --prior: give one of these",
        ("--conditioned", "encoder"): "--conditioned is of the conditionings film and concat: leave it out",
        ("--conditioned", "neither"): "--conditioned: invalid choice: 'neither'",
    }
    for more, message in cases.items():
        assert message in refused(capsys, *given, *more), more
        assert not (tmp_path / "r").exists()
    of, before = tmp_path / "x.npy", contents(tmp_path)
    cases = {
        ("sample", by_numbers, of): f"{by_numbers}: --at is missing: the run depends on 2 numbers an image: give as many, as in",
        ("sample", by_numbers, of, "--at", 1): "--at gives 1 number: the run depends on 2 numbers an image: give as many",
        ("sample", by_numbers, of, "--at", "1,nan"): "must be finite numbers with commas between, as in 0.5,-1; got '1,nan'",
        ("sample", by_numbers, of, "--at", "1,2", "--label", 1): "--label is for runs that depend on labels, and this does not",
        ("sample", by_both, of): "--at is missing: the run depends on 1 number an image",
        (
            "sample",
            run,
            of,
            "--at",
            1,
        ): f"{run}: --at is for runs with --conditioning or --prior, and this has none: leave it out",
        ("evaluate", by_numbers, images): f"{images}: no numbers, on which the model of {by_numbers} depends: name their file",
        ("evaluate", by_both, images, "--numbers", numbers / "one.npy"): "no labels, on which the model of",
        ("evaluate", by_both, images, "--labels", numbers / "labels.npy"): "no numbers, on which the model of",
        ("evaluate", by_numbers, images, "--numbers", tmp_path / "three.npy"): (
            f"{tmp_path / 'three.npy'}: 3 numbers a row; the model was fitted to 2"
        ),
        ("evaluate", by_both, images, "--numbers", tmp_path / "three.npy", "--labels", numbers / "labels.npy"): (
            f"{tmp_path / 'three.npy'}: 3 numbers a row; the model was fitted to 1"
        ),
        ("evaluate", by_numbers, images, "--numbers", numbers / "two.npy", "--labels", numbers / "labels.npy"): (
            f"--labels is for runs that depend on labels, and {by_numbers} does not: leave it out"
        ),
        ("evaluate", run, images, "--numbers", numbers / "one.npy"): "--numbers is for runs with --conditioning or --prior, and",
        ("evaluate", by_both, images, "--numbers", numbers / "one.npy", "--labels", tmp_path / "unseen.npy"): (
            f"{tmp_path / 'unseen.npy'}: row 5 of the labels is 9; the model was fitted to the classes 0, 1, 2, 3"
        ),
    }
    for call_, message in cases.items():
        assert message in refused(capsys, *call_), call_
    assert contents(tmp_path) == before


def test_a_folder_takes_no_numbers(capsys, numbers, tmp_path):
    line = refused(capsys, "train", tmp_path, "--numbers", numbers / "two.npy", "--conditioning", "film", "--out", tmp_path / "r")
    assert line == f"{tmp_path}: --numbers is for files, and this is a folder: leave it out, or name a file"
