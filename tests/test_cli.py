"""The command `fastprob`: what it writes and prints, how it refuses, and how a run that was stopped goes on."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import fastprob
from fastprob.cli import EXTRA, commands, data, main, runs, training
from fastprob.vae import VAE

TINY = ["--hidden", "8", "--latent-dim", "2", "--batch-size", "16", "--epochs"]
PICTURES = {"curves.png", "reconstructions.png", "samples.png", "latent.png"}
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> str:
    """80 images of 4 x 4: noisy bars, so that there is something to learn."""
    rng = np.random.default_rng(0)
    bars = np.repeat(rng.random((80, 4, 1)) < 0.5, 4, axis=2)
    path = tmp_path_factory.mktemp("data") / "bars.npy"
    np.save(path, (255 * np.clip(bars * 0.8 + 0.2 * rng.random((80, 4, 4)), 0, 1)).astype(np.uint8))
    return str(path)


@pytest.fixture(scope="module")
def run(images, tmp_path_factory) -> Path:
    """A finished run of four epochs, to look at."""
    folder = tmp_path_factory.mktemp("run") / "four"
    assert main(["train", images, "--out", str(folder), *TINY, "4"]) == 0
    return folder


@pytest.fixture
def undrawn(monkeypatch) -> None:
    """Runs without pictures, which take longer than such small models."""
    monkeypatch.setattr(training, "draw", lambda *_: None)


def call(capsys, *arguments: object) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    capsys.readouterr()
    status = main([str(argument) for argument in arguments])
    return status, *capsys.readouterr()


def refused(capsys, *arguments: object, status: int = 2) -> str:
    """The one line that a command refuses with."""
    got, out, err = call(capsys, *arguments)
    assert got == status, err
    assert out == ""
    lines = [line for line in err.splitlines() if line.startswith("fastprob: ")]
    assert len(lines) == 1
    assert err.splitlines()[-1] == lines[0]
    assert "Traceback" not in err
    return lines[0].removeprefix("fastprob: ")


def metrics(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def tensors(folder: Path) -> dict[str, bytes]:
    from safetensors.numpy import load_file

    return {name: array.tobytes() for name, array in load_file(folder / "model.safetensors").items()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# What a run leaves


def test_a_run_leaves_what_it_says(run, images):
    assert {path.name for path in run.iterdir()} == {"config.json", "metrics.jsonl", "model.safetensors", *PICTURES}
    for name in PICTURES:
        assert (run / name).read_bytes().startswith(b"\x89PNG")
    config = json.loads((run / "config.json").read_text())
    assert config["source"] == {"path": images, "key": None, "white": None}
    assert config["settings"]["hidden"] == [8]
    assert config["settings"]["epochs"] == 4
    assert (config["rows"], config["held_out_rows"], config["shape"]) == (72, 8, [4, 4])
    assert config["version"] == fastprob.__version__


def test_metrics_are_the_history_line_by_line(run):
    records = metrics(run)
    assert records == VAE.load(run / "model.safetensors").history_
    assert [record["epoch"] for record in records] == [1, 2, 3, 4]
    for record in records:
        assert set(record) == {"epoch", "seconds", "rows_per_second"} | {
            prefix + name for prefix in ("", "val_") for name in ("elbo", "reconstruction", "kl")
        }
        assert record["elbo"] == pytest.approx(record["reconstruction"] - record["kl"])
        assert all(np.isfinite(value) for value in record.values())


def test_defaults_are_those_of_the_estimator():
    model, settings = VAE(), runs.Settings()
    for name in ("latent_dim", "hidden", "activation", "epochs", "batch_size", "learning_rate"):
        assert getattr(settings, name) == getattr(model, name), name


def test_results_go_to_standard_output_and_progress_to_standard_error(capsys, images, tmp_path):
    status, out, err = call(capsys, "train", images, "--out", tmp_path / "r", *TINY, 2)
    assert status == 0
    assert [line.split("  ")[0] for line in out.splitlines()] == ["held-out ELBO", "independent pixels", "time", "pictures"]
    assert f"{metrics(tmp_path / 'r')[-1]['val_elbo']:.4f} nats a row" in out
    assert "epoch 1/2  ELBO " in err
    assert "epoch 2/2  ELBO " in err
    assert "white is 255" in err


@pytest.mark.usefixtures("undrawn")
def test_independent_pixels_is_the_cross_entropy_with_the_mean_image(capsys, images, tmp_path):
    _, out, _ = call(capsys, "train", images, "--out", tmp_path / "r", "--held-out", 0, *TINY, 1)
    rows = np.load(images).reshape(80, 16) / 255
    mean = (rows.sum(axis=0) + 0.5) / 81
    expected = (rows * np.log(mean) + (1 - rows) * np.log(1 - mean)).sum(axis=1).mean()
    assert f"independent pixels  {expected:.4f} nats a row" in out
    assert out.startswith("training ELBO")


@pytest.mark.usefixtures("undrawn")
def test_binarized_pixels_are_another_model(images, run, tmp_path):
    assert main(["train", images, "--out", str(tmp_path / "b"), "--pixels", "binarized", *TINY, "4"]) == 0
    assert tensors(tmp_path / "b") != tensors(run)


def test_the_plane_needs_two_latent_numbers(images, tmp_path):
    assert (
        main(
            [
                "train",
                images,
                "--out",
                str(tmp_path / "r"),
                "--latent-dim",
                "3",
                "--hidden",
                "8,4",
                "--epochs",
                "1",
                "--batch-size",
                "9",
            ]
        )
        == 0
    )
    assert {path.name for path in tmp_path.glob("r/*.png")} == PICTURES - {"latent.png"}


@pytest.mark.usefixtures("undrawn")
def test_threads_leave_the_bits_alone(images, run, tmp_path):
    before = fastprob.get_num_threads()
    for threads in ("1", "2"):
        assert main(["train", images, "--out", str(tmp_path / threads), "--threads", threads, *TINY, "4"]) == 0
        assert tensors(tmp_path / threads) == tensors(run)
    assert fastprob.get_num_threads() == before


# The other commands


def test_demo(capsys, tmp_path):
    folder = tmp_path / "demo"
    for _ in range(2):  # the second replaces the first
        status, out, _ = call(capsys, "demo", "--out", folder, "--epochs", 2)
        assert status == 0
    assert len(metrics(folder)) == 2
    originals = data.load(data.DIGITS, None, 0).held_out.rows[:4].reshape(4, 8, 8)
    picture = out.splitlines()[3:11]
    first_dark = [line[: 2 * 8].rstrip() == "" for line in picture]
    assert first_dark == [row.max() < 0.1 for row in originals[0]]
    assert {path.name for path in folder.glob("*.png")} == PICTURES


def test_demo_leaves_other_runs_alone(capsys, run):
    before = contents(run)
    assert "already holds a run" in refused(capsys, "demo", "--out", run)
    assert contents(run) == before


def test_samples(capsys, run, tmp_path):
    def drawn(name, *more):
        assert call(capsys, "sample", run, tmp_path / name, *more)[0] == 0
        return np.load(tmp_path / name)

    first = drawn("a.npy", "-n", 5)
    assert first.shape == (5, 4, 4)
    assert ((first >= 0) & (first <= 1)).all()
    np.testing.assert_array_equal(first, drawn("b.npy", "-n", 5, "--threads", 1))
    assert (first != drawn("c.npy", "-n", 5, "--seed", 1)).any()
    assert set(np.unique(drawn("w.npy", "-n", 5, "--pixels", "binarized"))) == {0, 1}
    assert call(capsys, "sample", run, tmp_path / "d.png")[0] == 0
    assert (tmp_path / "d.png").read_bytes().startswith(b"\x89PNG")
    assert "exists already" in refused(capsys, "sample", run, tmp_path / "a.npy")
    np.testing.assert_array_equal(drawn("a.npy", "-n", 3, "--force"), first[:3])
    assert "end in .png or .npy" in refused(capsys, "sample", run, tmp_path / "e.jpg")


def test_evaluate(capsys, run, images):
    model = VAE.load(run / "model.safetensors")
    held_out = data.load(data.Source(images), None, 0).held_out.rows
    reconstruction, kl = model.elbo_terms(held_out)
    elbo = np.asarray(reconstruction, float) - kl
    status, out, err = call(capsys, "evaluate", run)
    assert (status, err) == (0, "")
    assert f"{elbo.mean():.4f} +- {elbo.std() / np.sqrt(8):.4f} nats a row" in out
    assert f"KL              {np.mean(kl):.4f}\n" in out
    assert "80\n" in call(capsys, "evaluate", run, images)[1]


def test_evaluate_wants_images_of_the_same_size(capsys, run, tmp_path):
    np.save(tmp_path / "other.npy", np.ones((5, 9)))
    assert "images of 9 pixels" in refused(capsys, "evaluate", run, tmp_path / "other.npy")


@pytest.mark.usefixtures("undrawn")
def test_evaluate_without_held_out_rows(capsys, images, tmp_path):
    assert main(["train", images, "--out", str(tmp_path / "r"), "--held-out", "0", *TINY, "1"]) == 0
    assert "held out no rows" in refused(capsys, "evaluate", tmp_path / "r")


def test_info(capsys, run, images):
    status, out, _ = call(capsys, "info", run)
    assert status == 0
    lines = dict(line.split("  ", 1) for line in out.splitlines())
    assert lines["data"].strip() == images
    assert lines["rows"].strip() == "72 to train on, 8 held out"
    # 16-8-(2+2) and 2-8-16, weights and biases
    assert lines["network"].strip() == f"16-8-2-8-16, relu, {16 * 8 + 8 + 8 * 4 + 4 + 2 * 8 + 8 + 8 * 16 + 16} parameters"
    assert lines["training"].strip().startswith("4 of 4 epochs")


# Refusals: one line, status 2, nothing touched


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["frob"], "invalid choice: 'frob'"),
        (["train", "x.npy"], "train: the following arguments are required: --out"),
        (["train", "--out", "x"], "train: no DATA"),
        (["train", "x.npy", "--out", "x", "--resume", "--force"], "give one of them"),
        (["train", "x.npy", "--out", "x", "--epochs", "0"], "--epochs: must be a whole number from 1 on; got '0'"),
        (["train", "x.npy", "--out", "x", "--epochs", "ten"], "--epochs: must be a whole number from 1 on; got 'ten'"),
        (["train", "x.npy", "--out", "x", "--batch-size", "-1"], "--batch-size: must be a whole number"),
        (["train", "x.npy", "--out", "x", "--hidden", "8,,4"], "--hidden: must be whole numbers"),
        (["train", "x.npy", "--out", "x", "--hidden", "0"], "--hidden: must be whole numbers"),
        (["train", "x.npy", "--out", "x", "--learning-rate", "nan"], "--learning-rate: must be a positive number"),
        (["train", "x.npy", "--out", "x", "--held-out", "1"], "--held-out: must be a number from 0 to less than 1"),
        (["train", "x.npy", "--out", "x", "--seed", "-3"], "--seed: must be a whole number from 0"),
        (["train", "x.npy", "--out", "x", "--threads", "0"], "--threads: must be a whole number from 1 to 1024"),
        (["train", "x.npy", "--out", "x", "--pixels", "red"], "--pixels: invalid choice"),
        (["train", "x.npy", "--out", "x", "--latent", "3"], "unrecognized arguments: --latent 3"),
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
    assert refused(capsys, "train", images, "--out", run).startswith(f"{run}: already holds a run: go on with it (--resume)")
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
        assert line.startswith(f"{folder}/r/config.json: Permission denied: check the path and its permissions")


def test_a_name_that_is_too_long(capsys, images, tmp_path):
    assert "File name too long" in refused(capsys, "train", images, "--out", tmp_path / ("x" * 300), *TINY, 1)


def test_a_damaged_config(capsys, run, tmp_path):
    folder = tmp_path / "r"
    folder.mkdir()
    for text in ("", "{", "[]", "{}", '{"settings": {"latent": 3}, "source": {}}'):
        (folder / "config.json").write_text(text)
        assert f"{folder}/config.json: damaged, or of another version" in refused(capsys, "info", folder)


@pytest.mark.parametrize("size", [0, 7, 1000])
def test_a_damaged_model(capsys, run, tmp_path, size):
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((run / name).read_bytes())
    os.truncate(tmp_path / "model.safetensors", size)
    for arguments in (("info", tmp_path), ("train", "--resume", "--out", tmp_path)):
        assert "model.safetensors: damaged" in refused(capsys, *arguments)


def test_without_the_extra(capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    line = refused(capsys, "demo", "--out", tmp_path / "r")
    assert line == 'scipy, tqdm: not installed, and needed here: pip install "fastprob[vae]"'
    assert not (tmp_path / "r").exists()


def test_the_extra_is_what_the_package_declares():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {"scikit-learn": "sklearn"}
    assert {names.get(name, name) for name in project["optional-dependencies"]["vae"]} == set(EXTRA)


# Full disks


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    """No file may grow beyond that size: the system refuses as it does where a disk is full."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")


@posix
def test_no_room_for_the_config(capsys, images, tmp_path):
    with file_limit(100):
        line = refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 1)
    assert line.startswith(f"{tmp_path}/r/config.json: cannot write: File too large: make room there")
    assert not (tmp_path / "r").exists()


@pytest.mark.usefixtures("undrawn")
@posix
def test_no_room_for_the_next_checkpoint(capsys, images, run, tmp_path):
    """The last one stays whole, and with room again the run goes on to the same bits."""
    folder = tmp_path / "r"
    assert call(capsys, "train", images, "--out", folder, *TINY, 2)[0] == 0
    before = contents(folder)
    with file_limit(1500):
        line = refused(capsys, "train", "--resume", "--out", folder, "--epochs", 4)
    assert line.startswith(f"{folder}/model.safetensors: cannot write: File too large: make room there")
    assert line.endswith(f"holds epoch 2. Then go on with: fastprob train --resume --out {folder}")
    after = contents(folder)
    assert after.pop("config.json") != before.pop("config.json")  # it asks for four epochs now
    assert after == before
    assert call(capsys, "train", "--resume", "--out", folder)[0] == 0
    assert tensors(folder) == tensors(run)


@posix
def test_no_room_for_a_line_of_metrics(tmp_path):
    runs.append_metrics(tmp_path, {"epoch": 1.0})
    before = contents(tmp_path)
    with file_limit(20), pytest.raises(runs.CommandError, match="cannot write: File too large"):
        runs.append_metrics(tmp_path, {"epoch": 2.0, "elbo": -123.456})
    assert contents(tmp_path) == before


def test_a_full_disk_found_late(monkeypatch, tmp_path):
    """Some file systems say so only when the data goes out."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    runs.write(tmp_path / "file", b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(runs.CommandError, match="file: cannot write: No space left on device: make room there"):
        runs.write(tmp_path / "file", b"new")
    assert contents(tmp_path) == {"file": b"old"}


# A loss that is not finite


@pytest.mark.usefixtures("undrawn")
def test_a_loss_that_is_not_finite(capsys, images, run, tmp_path):
    folder = tmp_path / "r"
    assert call(capsys, "train", images, "--out", folder, *TINY, 2)[0] == 0
    before = contents(folder)
    line = refused(capsys, "train", "--resume", "--out", folder, "--epochs", 4, "--learning-rate", 1e30, status=1)
    assert line.startswith("epoch 3, batch ")
    assert " is not finite; " in line
    assert f"{folder}/model.safetensors holds epoch 2. Try smaller steps: " in line
    assert line.endswith(f"fastprob train --resume --out {folder} --learning-rate 1e+29")
    assert contents(folder)["model.safetensors"] == before["model.safetensors"]
    assert len(metrics(folder)) == 2
    assert call(capsys, "train", "--resume", "--out", folder, "--learning-rate", 1e-3)[0] == 0
    assert tensors(folder) == tensors(run)


def test_a_loss_that_is_not_finite_from_the_start(capsys, images, tmp_path):
    line = refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 4, "--learning-rate", 1e30, status=1)
    assert line.startswith("epoch 1, batch ")
    assert "; no epoch was finished, so there is no model yet. Try smaller steps" in line
    assert {path.name for path in (tmp_path / "r").iterdir()} == {"config.json", "metrics.jsonl"}


# Stopping and going on


@pytest.mark.parametrize("more", [[], ["--pixels", "binarized"]], ids=["grey", "binarized"])
def test_resume_gives_the_bits_of_a_run_that_was_not_stopped(capsys, images, tmp_path, more):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert call(capsys, "train", images, "--out", whole, *TINY, 5, *more)[0] == 0
    assert call(capsys, "train", images, "--out", parts, *TINY, 2, *more)[0] == 0
    assert call(capsys, "train", "--resume", "--out", parts, "--epochs", 5, "--threads", 1)[0] == 0
    assert tensors(parts) == tensors(whole)

    def losses(folder):
        return [
            {name: value for name, value in record.items() if name not in ("seconds", "rows_per_second")}
            for record in metrics(folder)
        ]

    assert losses(parts) == losses(whole)
    for name in PICTURES:
        assert (parts / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.usefixtures("undrawn")
@posix
def test_ctrl_c(images, tmp_path):
    """A signal in the middle of training: the last epoch's checkpoint stays, and the printed command goes on to the same bits."""
    script = Path(sysconfig.get_path("scripts")) / "fastprob"
    folder = tmp_path / "r"
    process = subprocess.Popen(
        [script, "train", images, "--out", folder, *TINY, "1000000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while not (folder / "metrics.jsonl").exists() or len((folder / "metrics.jsonl").read_bytes().splitlines()) < 3:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    line = err.splitlines()[-1]
    done = VAE.load(folder / "model.safetensors").epoch_
    assert line.startswith(f"fastprob: stopped; {folder}/model.safetensors holds epoch {done}. Go on with: ")
    command = line.partition("Go on with: ")[2].split()
    assert command == ["fastprob", "train", "--resume", "--out", str(folder)]
    assert not list(folder.glob(".*"))
    epochs = str(done + 2)
    assert main([*command[1:], "--epochs", epochs]) == 0
    assert main(["train", images, "--out", str(tmp_path / "whole"), *TINY, epochs]) == 0
    assert tensors(folder) == tensors(tmp_path / "whole")
    assert [record["epoch"] for record in metrics(folder)] == list(range(1, done + 3))


def stop(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("undrawn")
def test_ctrl_c_before_the_first_checkpoint(capsys, monkeypatch, images, run, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(VAE, "fit", lambda *_, **__: stop())
        line = refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 4, status=130)
    assert line.startswith("stopped; no epoch was finished, so there is no model yet. Go on with: ")
    assert "no model yet: train it with fastprob train --resume" in refused(capsys, "info", tmp_path / "r")
    assert call(capsys, "train", "--resume", "--out", tmp_path / "r")[0] == 0
    assert tensors(tmp_path / "r") == tensors(run)


@pytest.mark.usefixtures("undrawn")
def test_ctrl_c_between_a_checkpoint_and_its_metrics(capsys, monkeypatch, images, run, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(runs, "append_metrics", stop)
        assert "holds epoch 1" in refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 4, status=130)
    assert call(capsys, "train", "--resume", "--out", tmp_path / "r")[0] == 0
    assert [record["epoch"] for record in metrics(tmp_path / "r")] == [1, 2, 3, 4]
    assert tensors(tmp_path / "r") == tensors(run)


def test_ctrl_c_while_drawing(capsys, monkeypatch, images, tmp_path):
    from fastprob.vae import plots

    with monkeypatch.context() as patch:
        patch.setattr(plots, "samples", stop)
        assert "model.safetensors holds epoch 1" in refused(
            capsys, "train", images, "--out", tmp_path / "r", *TINY, 1, status=130
        )
    assert call(capsys, "train", "--resume", "--out", tmp_path / "r")[0] == 0
    assert {path.name for path in tmp_path.glob("r/*.png")} == PICTURES


def test_ctrl_c_before_anything(capsys, monkeypatch, images, tmp_path):
    monkeypatch.setattr(data, "load", stop)
    assert refused(capsys, "train", images, "--out", tmp_path / "r", status=130) == "stopped before anything was written"
    assert not (tmp_path / "r").exists()


def test_resume_refuses_another_setting(capsys, run):
    before = contents(run)
    line = refused(capsys, "train", "--resume", "--out", run, "--hidden", "8,8", "--epochs", 9)
    assert line == f"{run}: the run has --hidden 8, not 8,8: leave it out, or begin anew (--force)"
    assert "the run has --seed 0, not 1" in refused(capsys, "train", "--resume", "--out", run, "--seed", 1)
    assert "4 epochs are done already" in refused(capsys, "train", "--resume", "--out", run, "--epochs", 3)
    assert contents(run) == before


@pytest.mark.usefixtures("undrawn")
def test_resume_refuses_other_data(capsys, images, tmp_path):
    copy, folder = tmp_path / "copy.npy", tmp_path / "r"
    copy.write_bytes(Path(images).read_bytes())
    assert call(capsys, "train", copy, "--out", folder, *TINY, 1)[0] == 0
    array = np.load(copy)
    array[5, 0, 0] ^= 1
    np.save(copy, array)
    assert "not the data that" in refused(capsys, "train", "--resume", "--out", folder)
    assert "not the data that" in refused(capsys, "evaluate", folder)
    # The data may have moved.
    assert call(capsys, "train", images, "--resume", "--out", folder, "--epochs", 2)[0] == 0
    assert runs.read_config(folder).source.path == images


# The terminal


@posix
def test_a_bar_on_a_terminal_and_lines_elsewhere(images, tmp_path):
    import pty

    script = Path(sysconfig.get_path("scripts")) / "fastprob"
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [script, "train", images, "--out", tmp_path / "r", *TINY, "3"], stdout=subprocess.PIPE, stderr=theirs, timeout=120
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # the end, on Linux
        pass
    os.close(ours)
    assert done.returncode == 0
    assert b"3/3 [" in shown
    assert b"ELBO" in shown
    assert b"epoch 1/3" not in shown
    assert done.stdout.startswith(b"held-out ELBO")


@posix
def test_a_reader_that_leaves_early(run):
    script = Path(sysconfig.get_path("scripts")) / "fastprob"
    done = subprocess.run(f"'{script}' info '{run}' | true", shell=True, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_and_version(capsys):
    for arguments in (
        ["--help"],
        ["train", "--help"],
        ["demo", "--help"],
        ["sample", "--help"],
        ["evaluate", "--help"],
        ["info", "--help"],
    ):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 0
        assert capsys.readouterr().out.startswith("usage: fastprob")
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == fastprob.__version__ + "\n"


def test_the_demo_shows_a_plane():
    assert commands.DEMO.latent_dim == 2
