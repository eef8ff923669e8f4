"""What `fastprob` refuses: one line that says what, where and what to do, status 2, nothing touched."""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from cli.helpers import TINY, call, contents, metrics, refused

from fastprob.cli import EXTRA, data, main
from fastprob.vae import VAE

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["frob"], "invalid choice: 'frob'"),
        (["train", "x.npy"], "train: the following arguments are required: --out"),
        (["train", "--out", "x"], "train: no DATA"),
        (["train", "x.npy", "--out", "x", "--resume", "--force"], "give one of them"),
        (["train", "x.npy", "--out", "x", "--epochs", "0"], "--epochs: must be a whole number from 1 to 2^31 - 1; got '0'"),
        (["train", "x.npy", "--out", "x", "--epochs", "ten"], "--epochs: must be a whole number from 1 to 2^31 - 1; got 'ten'"),
        (["train", "x.npy", "--out", "x", "--batch-size", "-1"], "--batch-size: must be a whole number"),
        (["train", "x.npy", "--out", "x", "--hidden", "8,,4"], "--hidden: must be whole numbers"),
        (["train", "x.npy", "--out", "x", "--hidden", "0"], "--hidden: must be whole numbers"),
        (["train", "x.npy", "--out", "x", "--learning-rate", "nan"], "--learning-rate: must be a positive number"),
        (["train", "x.npy", "--out", "x", "--held-out", "1"], "--held-out: must be a number from 0 to less than 1"),
        (["train", "x.npy", "--out", "x", "--seed", "-3"], "--seed: must be a whole number from 0"),
        (["train", "x.npy", "--out", "x", "--seed", str(2**32)], "--seed: must be a whole number from 0 to 2^32 - 1"),
        (["sample", "x", "x.npy", "--seed", str(2**32)], "--seed: must be a whole number from 0 to 2^32 - 1"),
        (["train", "x.npy", "--out", "x", "--latent-dim", "9" * 20], "--latent-dim: must be a whole number from 1 to 2^24"),
        (["train", "x.npy", "--out", "x", "--hidden", "8," + "9" * 20], "--hidden: must be whole numbers from 1 to 2^24"),
        (["train", "x.npy", "--out", "x", "--draws", "9" * 20], "--draws: must be a whole number from 1 to 2^31 - 1"),
        (["train", "x.npy", "--out", "x", "--warm-up", "9" * 20], "--warm-up: must be a whole number from 0 to 2^31 - 1"),
        (["train", "x.npy", "--out", "x", "--threads", "0"], "--threads: must be a whole number from 1 to 1024"),
        (["train", "x.npy", "--out", "x", "--pixels", "red"], "--pixels: invalid choice"),
        (["train", "x.npy", "--out", "x", "--latent", "3"], "train: unrecognized arguments: --latent 3"),
        (["train", "x.npy", "--out", "x", "--epoch=3"], "train: unrecognized arguments: --epoch=3: is it --epochs? (see"),
        (["info", "x", "--jsn"], "info: unrecognized arguments: --jsn"),
        (["train", "gone.npy", "--out", "x"], "gone.npy: no such file"),
        (["info", "gone"], "gone: not the folder of a run: there is no such folder"),
        (["info", "."], ".: not the folder of a run: it has no config.json"),
        (["train", "--resume", "--out", "gone"], "gone: not the folder of a run"),
    ],
)
def test_wrong_arguments(capsys, monkeypatch, tmp_path, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert message in refused(capsys, *arguments)
    assert not list(tmp_path.iterdir())


def test_bad_data_leaves_no_folder(capsys, tmp_path):
    (tmp_path / "bad.npy").write_bytes(b"text")
    assert "bad.npy: not an IDX" in refused(capsys, "train", tmp_path / "bad.npy", "--out", tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_fewer_rows_than_a_batch(capsys, images, tmp_path):
    line = refused(capsys, "train", images, "--out", tmp_path / "r", "--batch-size", 73)
    assert line == f"{images}: 72 rows to train on are fewer than a batch of 73: give --batch-size 72 or less"
    assert not (tmp_path / "r").exists()


def test_a_folder_with_a_run_is_refused(capsys, run, images):
    before = contents(run)
    held = f"{run}: already holds a run: go on with it (fastprob train --resume), replace it"
    assert refused(capsys, "train", images, "--out", run).startswith(held)
    assert contents(run) == before


@pytest.mark.usefixtures("undrawn")
def test_force_replaces_the_run_and_nothing_else(capsys, images, tmp_path):
    folder = tmp_path / "r"
    assert call(capsys, "train", images, "--out", folder, *TINY, 2)[0] == 0
    (folder / "notes.txt").write_text("mine")
    assert call(capsys, "train", images, "--out", folder, "--force", *TINY, 1, "--seed", 1)[0] == 0
    assert len(metrics(folder)) == 1
    assert (folder / "notes.txt").read_text() == "mine"


def test_out_is_a_file(capsys, images, tmp_path):
    (tmp_path / "file").write_text("mine")
    assert "file: is a file: name a folder" in refused(capsys, "train", images, "--out", tmp_path / "file", *TINY, 1)
    assert "file/r: cannot make the folder: Not a directory" in refused(
        capsys, "train", images, "--out", tmp_path / "file" / "r", *TINY, 1
    )
    assert (tmp_path / "file").read_text() == "mine"


@contextmanager
def unprivileged(mode: int = 0o555) -> Iterator[Path]:
    """A folder in which nobody may write, root neither."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, mode)
        if os.geteuid() == 0:
            for name in (*EXTRA, "fastprob.vae.plots"):  # nobody can't read them where they lie in a folder of root's alone
                importlib.import_module(name)
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if os.getuid() == 0:
                os.seteuid(0)
            os.chmod(folder, 0o755)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="POSIX")
def test_an_unwritable_folder(capsys, monkeypatch, images):
    dataset = data.load(data.Source(images), None, 0)  # nobody can't read root's temporary files
    monkeypatch.setattr(data, "load", lambda *_: dataset)
    with unprivileged() as folder:
        line = refused(capsys, "train", images, "--out", folder / "r", *TINY, 1)
        assert line.startswith(f"{folder}/r: cannot make the folder: Permission denied: check its permissions")
        line = refused(capsys, "train", images, "--out", folder, *TINY, 1)
        assert line.startswith(f"{folder}/config.json: cannot write: Permission denied: check its permissions")
        assert not list(folder.iterdir())


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="POSIX")
def test_a_folder_that_may_not_be_entered(capsys, images):
    with unprivileged(0o000) as folder:
        line = refused(capsys, "train", images, "--out", folder / "r", *TINY, 1)
        assert line.startswith(f"{folder}/r/config.json: Permission denied: check the path, its permissions")


def test_a_name_that_is_too_long(capsys, images, tmp_path):
    assert "File name too long" in refused(capsys, "train", images, "--out", tmp_path / ("x" * 300), *TINY, 1)


def test_a_damaged_config(capsys, run, tmp_path):
    folder = tmp_path / "r"
    folder.mkdir()
    for text in ("", "{", "[]", "{}", '{"settings": {"latent": 3}, "source": {}}'):
        (folder / "config.json").write_text(text)
        assert f"{folder}/config.json: damaged, or of another version" in refused(capsys, "info", folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", "ten"),
        ("hidden", [8.5]),
        ("hidden", 8),
        ("latent_dim", True),
        ("beta", -1),
        ("held_out", "x"),
        ("prior", None),
        ("path", 3),
    ],
)
def test_a_config_that_somebody_changed(capsys, run, tmp_path, name, value):
    config = json.loads((run / "config.json").read_text())
    config["source" if name in config["source"] else "settings"][name] = value
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "model.safetensors").write_bytes((run / "model.safetensors").read_bytes())
    for arguments in (("info", tmp_path), ("train", "--resume", "--out", tmp_path)):
        assert "config.json: damaged, or of another version" in refused(capsys, *arguments)


@pytest.mark.parametrize("size", [0, 7, 1000])
def test_a_damaged_model(capsys, run, tmp_path, size):
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((run / name).read_bytes())
    os.truncate(tmp_path / "model.safetensors", size)
    for arguments in (("info", tmp_path), ("train", "--resume", "--out", tmp_path)):
        assert "model.safetensors: not a model, or damaged" in refused(capsys, *arguments)


def test_the_model_of_another_run(capsys, run, tmp_path):
    VAE(2, (9,), "bernoulli", epochs=1, random_state=0).fit(np.zeros((20, 16))).save(tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_bytes((run / "config.json").read_bytes())
    for arguments in (("info", tmp_path), ("sample", tmp_path, tmp_path / "x.npy"), ("train", "--resume", "--out", tmp_path)):
        assert f"model.safetensors: not the model of {tmp_path}/config.json: restore" in refused(capsys, *arguments)


def test_too_many_levels_of_grey(capsys, images, tmp_path):
    line = refused(capsys, "train", images, "--out", tmp_path / "r", "--likelihood", "logistic", "--white", 1e30, *TINY, 1)
    assert line.startswith("train: levels is a whole number from 2 to 2147483647; got 1")
    assert not (tmp_path / "r").exists()


def test_streams_that_are_closed(monkeypatch, run, images, tmp_path, undrawn):
    """As after `>&-` and `2>&-`."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["info", str(run)]) == 0
    assert main(["train", images, "--out", str(tmp_path / "r"), *TINY, "1"]) == 0


def test_an_encoding_that_lacks_a_letter(monkeypatch, run, tmp_path):
    file = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(file, "ascii"))
    assert main(["sample", str(run), str(tmp_path / "é.npy"), "-n", "1"]) == 0
    assert file.getvalue() == f"1 samples in {tmp_path}/\\xe9.npy\n".encode()


def test_without_the_extra(capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    line = refused(capsys, "demo", "--out", tmp_path / "r")
    assert line == 'scipy, tqdm: not installed, and needed here: pip install "fastprob[vae]"'
    assert not (tmp_path / "r").exists()


def test_the_extra_is_what_the_package_declares():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {"scikit-learn": "sklearn"}
    assert {names.get(name, name) for name in project["optional-dependencies"]["vae"]} == set(EXTRA)
