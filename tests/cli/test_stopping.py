"""What stops a run of `fastprob`, what is kept then, and that going on gives the bits of a run that was not stopped."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from cli.helpers import PICTURES, SCRIPT, TINY, call, contents, metrics, posix, refused, tensors

from fastprob.cli import data, main, runs
from fastprob.vae import VAE

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
    assert line.endswith(f"fastprob train --resume --out {folder} --learning-rate 0.001")
    assert contents(folder)["model.safetensors"] == before["model.safetensors"]
    assert len(metrics(folder)) == 2
    assert call(capsys, "train", "--resume", "--out", folder, "--learning-rate", 1e-3)[0] == 0
    assert tensors(folder) == tensors(run)


def test_a_loss_that_is_not_finite_from_the_start(capsys, images, tmp_path):
    line = refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 4, "--learning-rate", 1e30, status=1)
    assert line.startswith("epoch 1, batch 2: the reconstruction is not finite; ")
    assert "; no epoch was finished, so there is no model yet. Try smaller steps" in line
    assert {path.name for path in (tmp_path / "r").iterdir()} == {"config.json", "metrics.jsonl"}


def test_a_held_out_loss_that_is_not_finite(capsys, monkeypatch, images, tmp_path):
    """Finite on the training rows alone: such a checkpoint is not a good one either."""
    monkeypatch.setattr(VAE, "_terms", lambda self, X, C: (np.full(len(X), np.nan), np.ones(len(X))))
    line = refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 4, status=1)
    assert line.startswith("epoch 1, batch 5: the held-out reconstruction is not finite; no epoch was finished")


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
    folder = tmp_path / "r"
    process = subprocess.Popen(
        [SCRIPT, "train", images, "--out", folder, *TINY, "1000000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
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


@pytest.mark.usefixtures("undrawn")
def test_small_models_are_not_held_up_by_the_disk(capsys, monkeypatch, images, tmp_path):
    save, saved = VAE.save, []

    def slow(model, path):
        saved.append(model.epoch_)
        time.sleep(0.1)
        save(model, path)

    monkeypatch.setattr(VAE, "save", slow)
    assert call(capsys, "train", images, "--out", tmp_path / "r", *TINY, 100)[0] == 0
    assert (saved[0], saved[-1]) == (1, 100)
    assert len(saved) < 20
    assert len(metrics(tmp_path / "r")) == 100


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
    assert refused(capsys, "train", images, "--out", tmp_path / "r", status=130) == "stopped by Ctrl-C"
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
