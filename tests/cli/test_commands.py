"""The command `fastprob`: what it writes and what it prints."""

from __future__ import annotations

import json
import os
import subprocess

import numpy as np
import pytest
from cli.helpers import PICTURES, SCRIPT, TINY, call, contents, metrics, posix, refused, tensors

import fastprob
from fastprob.cli import commands, data, main, runs
from fastprob.vae import VAE


def test_a_run_leaves_what_it_says(run, images):
    assert {path.name for path in run.iterdir()} == {"config.json", "metrics.jsonl", "model.safetensors", *PICTURES}
    for name in PICTURES:
        assert (run / name).read_bytes().startswith(b"\x89PNG")
    config = json.loads((run / "config.json").read_text())
    others = "key", "white", "labels", "labels_key", "numbers", "numbers_key", "weights", "weights_key"
    assert config["source"] == {"path": images} | dict.fromkeys(others)
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
    assert [line.split("  ")[0] for line in out.splitlines()] == [
        "held-out ELBO",
        "active units",
        "independent pixels",
        "time",
        "pictures",
    ]
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
    # Some BLAS round a product of three rows in another way than one of five.
    np.testing.assert_allclose(drawn("a.npy", "-n", 3, "--force"), first[:3], rtol=1e-6)
    assert "end in .png or .npy" in refused(capsys, "sample", run, tmp_path / "e.jpg")


def test_evaluate(capsys, run, images, tmp_path):
    model = VAE.load(run / "model.safetensors")
    held_out = data.load(data.Source(images), None, 0).held_out.rows
    reconstruction, kl = model.elbo_terms(held_out)
    elbo = np.asarray(reconstruction, float) - kl
    status, out, err = call(capsys, "evaluate", run)
    assert (status, err) == (0, "")
    assert f"{elbo.mean():.4f} +- {elbo.std(ddof=1) / np.sqrt(8):.4f} nats a row (standard error)\n" in out
    assert f"KL              {np.mean(kl):.4f}\n" in out
    assert "80\n" in call(capsys, "evaluate", run, images)[1]
    np.save(tmp_path / "one.npy", np.load(images)[:1])
    one = call(capsys, "evaluate", run, tmp_path / "one.npy", "--samples", 3)[1]
    assert "+-" not in one  # one row has no standard error


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


@posix
def test_a_bar_on_a_terminal_and_lines_elsewhere(images, tmp_path):
    import pty

    ours, theirs = pty.openpty()
    done = subprocess.run(
        [SCRIPT, "train", images, "--out", tmp_path / "r", *TINY, "3"], stdout=subprocess.PIPE, stderr=theirs, timeout=120
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
    done = subprocess.run(f"'{SCRIPT}' info '{run}' | true", shell=True, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux")
def test_no_room_for_the_output(run):
    with open("/dev/full", "w") as full:
        done = subprocess.run([SCRIPT, "info", run], stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    line = "fastprob: standard output: No space left on device: check the path, its permissions and its disk\n"
    assert (done.returncode, done.stderr) == (2, line)


def test_help_and_version(capsys):
    names = "demo", "train", "pictures", "sample", "evaluate", "anomalies", "encode", "reconstruct", "interpolate", "info"
    for arguments in (["--help"], *([name, "--help"] for name in names)):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 0
        assert capsys.readouterr().out.startswith("usage: fastprob")
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == fastprob.__version__ + "\n"


def test_the_demo_shows_a_plane():
    assert commands.DEMO.latent_dim == 2


def test_evaluate_estimates_the_log_likelihood(capsys, run, images):
    status, out, _ = call(capsys, "evaluate", run, images, "--samples", 60)
    assert status == 0
    lines = dict(line.split("  ", 1) for line in out.splitlines())
    rows = np.load(images).reshape(80, 16).astype(np.float32) / 255
    found = VAE.load(run / "model.safetensors").log_likelihood(rows, 60)
    assert lines["log likelihood"].strip() == (f"{found.mean:.4f} +- {found.standard_error:.4f} nats a row, from 60 draws each")
    assert found.mean > float(lines["ELBO"].split()[0])
    line = refused(capsys, "evaluate", run, "--samples", 0)
    assert "argument --samples: must be a whole number from 1 to 2^31 - 1; got '0'" in line


@pytest.mark.usefixtures("undrawn")
def test_patience(capsys, images, tmp_path):
    folder = tmp_path / "r"
    options = ["--patience", 2, "--learning-rate", 0.2]
    status, out, _ = call(capsys, "train", images, "--out", folder, *TINY, 400, *options)
    assert status == 0
    scores = [record["val_elbo"] for record in metrics(folder)]
    best = 1 + int(np.argmax(scores))
    assert len(scores) == best + 2
    assert f" {len(scores)} epochs, of which {best} is the best and kept" in out
    assert f"held-out ELBO       {max(scores):.4f} nats a row" in out
    _, out, _ = call(capsys, "evaluate", folder)
    assert f"{max(scores):.4f} +- " in out
    before = tensors(folder)
    assert call(capsys, "train", "--resume", "--out", folder)[0] == 0  # nothing left to do
    assert tensors(folder) == before
    line = refused(capsys, "train", images, "--out", tmp_path / "n", *TINY, 4, "--patience", 2, "--held-out", 0)
    assert line == "--patience waits for held-out rows to get better: hold some out with --held-out, or leave it out"
    assert not (tmp_path / "n").exists()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    "options",
    [
        ["--objective", "iwae", "--draws", "3", "--optimizer", "sgd", "--clip-norm", "1"],
        ["--objective", "dreg", "--draws", "2", "--optimizer", "adamw"],
        ["--beta", "0.5", "--warm-up", "2", "--free-bits", "0.1", "--drop-after", "1,3", "--drop-factor", "0.5"],
    ],
    ids=["iwae", "dreg", "elbo"],
)
def test_objectives_and_optimizers(capsys, images, run, tmp_path, options):
    """They change what is learnt, and a run that was stopped goes on to the same bits."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert call(capsys, "train", images, "--out", whole, *TINY, 4, *options)[0] == 0
    assert call(capsys, "train", images, "--out", parts, *TINY, 2, *options)[0] == 0
    assert call(capsys, "train", "--resume", "--out", parts, "--epochs", 4)[0] == 0
    assert tensors(parts) == tensors(whole) != tensors(run)


def test_settings_that_do_not_go_together(capsys, images, tmp_path):
    line = refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 1, "--objective", "iwae", "--beta", 2)
    assert line == "--beta is of the objective elbo: leave it out, or take --objective elbo"
    line = refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 1, "--drop-after", "3,2")
    assert "--drop-after: must be whole numbers from 1 to 2^31 - 1, growing, with commas between" in line
    assert line.split(" (see")[0].endswith("got '3,2'")
    assert not (tmp_path / "r").exists()
