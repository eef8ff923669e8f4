"""What a run makes of images: scores, codes, reconstructions, points between; its pictures again."""

from __future__ import annotations

import numpy as np
import pytest
from cli.helpers import PICTURES, TINY, call, contents, refused
from cli.test_data import npy, npz

from fastprob.cli import data, main
from fastprob.vae import VAE

COMMANDS = {"anomalies": "a.csv", "encode": "z.csv", "reconstruct": "r.png", "interpolate": "i.png"}


@pytest.fixture(scope="module")
def rows(images) -> np.ndarray:
    return np.load(images).reshape(80, 16).astype(np.float32) / np.float32(255)


@pytest.fixture(scope="module")
def model(run) -> VAE:
    return VAE.load(run / "model.safetensors")


def table(path) -> np.ndarray:
    return np.loadtxt(path, delimiter=",", skiprows=1)


def test_anomalies(capsys, run, model, images, rows, tmp_path):
    scores = model.anomaly_score(rows)
    status, out, err = call(capsys, "anomalies", run, tmp_path / "a.csv", images)
    assert (status, err) == (0, "")
    assert (tmp_path / "a.csv").read_text().startswith("row,anomaly_score\n0,")
    np.testing.assert_array_equal(table(tmp_path / "a.csv"), np.column_stack([np.arange(80), scores]))
    oddest = scores.argmax()
    assert f"oddest rows  {oddest} ({scores[oddest]:.2f}), " in out
    assert "minus the ELBO in nats\n" in out
    assert call(capsys, "anomalies", run, tmp_path / "a.npy", images, "--samples", 20)[0] == 0
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy")[:, 0], -model.log_likelihood(rows, 20).rows)
    _, out, _ = call(capsys, "anomalies", run, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert f"scores       the 8 oddest in {tmp_path / 'a.png'}\n" in out


def test_encode(capsys, run, model, images, rows, tmp_path):
    assert call(capsys, "encode", run, tmp_path / "z.npy", images)[0] == 0
    np.testing.assert_array_equal(np.load(tmp_path / "z.npy"), model.transform(rows))
    assert call(capsys, "encode", run, tmp_path / "z.csv", images)[0] == 0
    assert (tmp_path / "z.csv").read_text().startswith("row,z0,z1\n0,")
    np.testing.assert_array_equal(table(tmp_path / "z.csv")[:, 1:].astype(np.float32), model.transform(rows))
    _, out, _ = call(capsys, "encode", run, tmp_path / "held-out.npy")
    assert f"rows   8\ncodes  2 numbers a row, the means of q(z given x), in {tmp_path / 'held-out.npy'}\n" in out
    held_out = data.load(data.Source(images), None, 0).held_out.rows
    np.testing.assert_array_equal(np.load(tmp_path / "held-out.npy"), model.transform(held_out))


def test_dark_images_of_a_run_with_another_white(capsys, run, model, rows, tmp_path):
    """Pixels of at most 1 are in [0, 1], or nearly black where 255 is white: only the user knows."""
    path = tmp_path / "rows.npy"
    np.save(path, rows)
    line = refused(capsys, "encode", run, tmp_path / "z.npy", path)
    assert line.startswith(f"{path}: no pixel is above 1, and {run} was trained on images whose white is 255: give --white 1, or")
    for white, wanted in ((1, rows), (255, rows / np.float32(255))):
        assert call(capsys, "encode", run, tmp_path / "z.npy", path, "--white", white, "--force")[0] == 0
        np.testing.assert_array_equal(np.load(tmp_path / "z.npy"), model.transform(wanted))


def test_a_white_that_somebody_named(capsys, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 17, (40, 16), np.uint8)
    np.save(tmp_path / "dark.npy", pixels)
    np.save(tmp_path / "light.npy", pixels / 16)
    small = ("--epochs", 1, "--batch-size", 8, "--hidden", 4)
    train = ("train", tmp_path / "dark.npy", "--out", tmp_path / "run", "--force", *small)
    _, _, err = call(capsys, *train)
    assert "white is 255 (no pixel is above 16: if that is white, --white 16); " in err
    _, _, err = call(capsys, *train, "--white", 16)
    assert "white is 16; " in err
    encode = ("encode", tmp_path / "run", tmp_path / "z.npy", tmp_path / "light.npy")
    assert "no pixel is above 1, and" in refused(capsys, *encode)
    assert call(capsys, *encode, "--white", 1)[0] == 0


def test_reconstruct(capsys, run, model, images, rows, tmp_path):
    assert call(capsys, "reconstruct", run, tmp_path / "r.npy", images)[0] == 0
    np.testing.assert_array_equal(np.load(tmp_path / "r.npy").reshape(80, 16), model.reconstruct(rows))
    _, out, _ = call(capsys, "reconstruct", run, tmp_path / "r.png", images)
    assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG")
    assert "reconstructions  of 48 rows in " in out


def test_interpolate(capsys, run, model, images, rows, tmp_path):
    chosen = "--rows", "0,7", "--rows", "79,3", "-n", 5
    assert call(capsys, "interpolate", run, tmp_path / "i.npy", images, *chosen)[0] == 0
    found = np.load(tmp_path / "i.npy")
    assert found.shape == (2, 5, 4, 4)
    np.testing.assert_array_equal(found.reshape(2, 5, 16), model.interpolate(rows[[0, 79]], rows[[7, 3]], 5))
    _, out, _ = call(capsys, "interpolate", run, tmp_path / "i.png", images, *chosen)
    assert (tmp_path / "i.png").read_bytes().startswith(b"\x89PNG")
    assert "between  rows 0 and 7, 79 and 3: 5 images each in " in out
    assert call(capsys, "interpolate", run, tmp_path / "first.npy", images)[0] == 0
    assert np.load(tmp_path / "first.npy").shape == (1, 10, 4, 4)


def test_of_a_conditional_run(capsys, conditional, images, labeled, rows, tmp_path):
    model, labels = VAE.load(conditional / "model.safetensors"), np.load(labeled / "words.npy")
    given = images, "--labels", labeled / "words.npy"
    for command, method in {"anomalies": "anomaly_score", "encode": "transform", "reconstruct": "reconstruct"}.items():
        assert call(capsys, command, conditional, tmp_path / f"{command}.npy", *given)[0] == 0
        expected = getattr(model, method)(rows, condition=labels)
        np.testing.assert_array_equal(np.load(tmp_path / f"{command}.npy").reshape(expected.shape), expected)
    assert call(capsys, "interpolate", conditional, tmp_path / "i.npy", *given, "--rows", "5,2")[0] == 0
    expected = model.interpolate(rows[[5]], rows[[2]], condition=labels[[5]])
    np.testing.assert_array_equal(np.load(tmp_path / "i.npy").reshape(1, 10, 16), expected)
    words = labels.astype("U8")
    words[5] = "six"
    (tmp_path / "words.npy").write_bytes(npy(words))
    for command, name in COMMANDS.items():
        assert call(capsys, command, conditional, tmp_path / name)[0] == 0  # held-out rows have their labels
        line = refused(capsys, command, conditional, tmp_path / f"b{name}", images)
        assert line.startswith(f"{images}: no labels, on which the model of {conditional} depends: name their file")
        chosen = ["--rows", "5,2"] if command == "interpolate" else []
        more = ["--labels", tmp_path / "words.npy", *chosen]
        line = refused(capsys, command, conditional, tmp_path / f"b{name}", images, *more)
        assert "of the labels is 'six'; the model was fitted to the classes" in line
        assert not (tmp_path / f"b{name}").exists()


@pytest.mark.parametrize("option", ["--key", "--white", "--labels", "--numbers"])
def test_how_to_read_a_file_without_one(capsys, run, tmp_path, option):
    """The rows that the run held out are read as it read them."""
    for command, name in {**COMMANDS, "evaluate": None}.items():
        to = [] if name is None else [tmp_path / name]
        line = refused(capsys, command, run, *to, option, "1")
        assert line == f"{option} is of a file with images: name that too, or leave it out"
    assert not list(tmp_path.iterdir())


def test_refusals(capsys, run, images, tmp_path):
    np.save(tmp_path / "other.npy", np.ones((5, 9)))
    (tmp_path / "old.png").write_bytes(b"old")
    (tmp_path / "old.csv").write_bytes(b"old")
    for command, name in COMMANDS.items():
        to = tmp_path / name
        assert f"{tmp_path / 'x.jpg'}: " in (line := refused(capsys, command, run, tmp_path / "x.jpg", images))
        assert ": let the name end in ." in line
        old = tmp_path / f"old{to.suffix}"
        assert refused(capsys, command, run, old) == f"{old}: exists already: name another file, or replace it with --force"
        assert "images of 9 pixels" in refused(capsys, command, run, to, tmp_path / "other.npy")
        assert "no such file: check the path" in refused(capsys, command, run, to, tmp_path / "gone.npy")
        assert "not the folder of a run" in refused(capsys, command, tmp_path / "gone", to)
        gone = tmp_path / "gone"
        line = refused(capsys, command, run, gone / name, tmp_path / "gone.npy")  # before anything is read, let alone computed
        assert line == f"{gone / name}: cannot write: there is no folder {gone}: make it, or name another place"
        assert not to.exists()
        assert call(capsys, command, run, old, images, "--force")[0] == 0
        assert old.read_bytes() != b"old"
        old.write_bytes(b"old")
    line = refused(capsys, "anomalies", run, tmp_path / "a.txt")
    assert line == f"{tmp_path / 'a.txt'}: scores are a table, an array or a picture: let the name end in .csv, .npy or .png"
    line = refused(capsys, "interpolate", run, tmp_path / "i.npy", images, "--rows", "0,80")
    assert line == "--rows: there is no row 80: give numbers from 0 to 79"
    for wrong in ("0", "0,1,2", "a,b", "0,-1", "1.5,2", "0,99999999999"):
        line = refused(capsys, "interpolate", run, tmp_path / "i.npy", images, f"--rows={wrong}")
        assert f"--rows: must be two whole numbers from 0 to 2^31 - 1 with a comma between, as in 0,7; got {wrong!r}" in line
    line = refused(capsys, "interpolate", run, tmp_path / "i.npy", images, "-n", 1)
    assert "-n: must be a whole number from 2 to 2^31 - 1; got '1'" in line


@pytest.mark.usefixtures("undrawn")
def test_without_held_out_rows(capsys, images, tmp_path):
    assert main(["train", images, "--out", str(tmp_path / "r"), "--held-out", "0", *TINY, "1"]) == 0
    for command, name in COMMANDS.items():
        assert "held out no rows: name a file with images" in refused(capsys, command, tmp_path / "r", tmp_path / name)


def test_pictures_again(capsys, run, images, tmp_path):
    """Those of the run as it stands, also of one that was stopped before it drew any."""
    before = contents(run)
    for name in PICTURES:
        (run / name).unlink()
    status, out, err = call(capsys, "pictures", run)
    assert (status, err) == (0, "")
    assert {part.strip() for part in out.removesuffix(f" in {run}\n").split(",")} == PICTURES
    assert {name: content for name, content in contents(run).items() if name not in PICTURES} == {
        name: content for name, content in before.items() if name not in PICTURES
    }
    assert all((run / name).read_bytes() == before[name] for name in PICTURES)


def test_scales_of_codes(capsys, run, model, images, rows, tmp_path):
    assert call(capsys, "encode", run, tmp_path / "z.csv", images, "--scales")[0] == 0
    assert (tmp_path / "z.csv").read_text().startswith("row,z0,z1,scale0,scale1\n0,")
    assert call(capsys, "encode", run, tmp_path / "z.npy", images, "--scales")[0] == 0
    np.testing.assert_array_equal(np.load(tmp_path / "z.npy"), np.concatenate(model.encode(rows), axis=1))


def test_units_of_other_images(capsys, run, model, images, rows):
    first, second = np.argsort(-model.unit_kl(rows))
    expected = f"KL of units     {model.unit_kl(rows)[first]:.4f} ({first}), {model.unit_kl(rows)[second]:.4f} ({second})\n"
    assert expected in call(capsys, "evaluate", run, images)[1]


def test_decode(capsys, run, model, images, rows, tmp_path):
    """What was encoded becomes the reconstructions."""
    assert call(capsys, "encode", run, tmp_path / "z.npy", images)[0] == 0
    _, out, _ = call(capsys, "decode", run, tmp_path / "x.npy", tmp_path / "z.npy")
    assert out == (
        f"codes   80 in {tmp_path / 'z.npy'}\nimages  the means of p(x given z) of 80 in {tmp_path / 'x.npy'}\n"
    )
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy").reshape(80, 16), model.reconstruct(rows))
    (tmp_path / "many.npz").write_bytes(npz(a=np.zeros((120, 2)), b=np.ones(3)))
    _, out, _ = call(capsys, "decode", run, tmp_path / "x.png", tmp_path / "many.npz", "--key", "a")
    assert f"of 100 in {tmp_path / 'x.png'}\n" in out
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_decode_by_label(capsys, conditional, images, labeled, tmp_path):
    model, words = VAE.load(conditional / "model.safetensors"), labeled / "words.npy"
    codes = np.random.default_rng(0).normal(size=(80, 2))
    np.save(tmp_path / "z.npy", codes)
    given = "decode", conditional, tmp_path / "x.npy", tmp_path / "z.npy", "--force"
    for options, condition in (
        (["--label", "two"], "two"),
        (["--labels", words], np.load(words)),
    ):
        assert call(capsys, *given, *options)[0] == 0
        np.testing.assert_array_equal(np.load(tmp_path / "x.npy").reshape(80, 16), model.decode(codes, condition=condition))
    np.save(tmp_path / "short.npy", np.load(words)[:-1])
    np.save(tmp_path / "other.npy", np.where(np.arange(80) == 3, "five", np.load(words)))
    for options, message in (
        ([], f"z.npy: no labels, on which the decoder of {conditional} depends: name their file with --labels, or give --label"),
        (["--label", "five"], f"--label five: {conditional} has the labels none, one, three, two: give one of these"),
        (["--label", "two", "--labels", words], "--label is for all codes, and --labels for each: give one of them"),
        (["--labels", tmp_path / "short.npy"], "holds labels of shape 79 for 80 codes: take the file that belongs to the codes"),
        (["--labels", tmp_path / "other.npy"], f"{tmp_path / 'other.npy'}: row 3 of the labels is 'five'; the model was fitted"),
        (["--label", "two", "--at", "1"], f"--at is for runs whose decoder depends on numbers, and that of {conditional} does"),
        (["--labels-key", "a"], "--labels-key is of the file that --labels names: give that too, or leave it out"),
    ):
        assert message in refused(capsys, *given, *options), options


def test_decode_refuses_what_is_no_code(capsys, run, tmp_path):
    for name, array, message in (
        ("three.npy", np.zeros((5, 3)), "codes of shape 5 x 3: give rows of 2, as fastprob encode writes them"),
        ("scales.npy", np.zeros((5, 4)), "codes of shape 5 x 4: give rows of 2, as fastprob encode writes them, which has"),
        ("flat.npy", np.zeros(2), "codes of shape 2: give rows of 2"),
        ("none.npy", np.zeros((0, 2)), "codes of shape 0 x 2: give rows of 2"),
        ("nan.npy", np.array([[0, 0], [0, np.nan]]), "row 1, unit 1 (from 0) is nan: mend such rows or leave them out"),
        ("words.npy", np.array([["a", "b"]]), "holds <U1, where real numbers are needed: give such"),
        ("far.npy", np.array([[0.0, 0.0], [1e300, 0.0]]), "row 1 of Z has values so far from those that the model was fitted to"),
    ):
        (tmp_path / name).write_bytes(npy(array))
        assert refused(capsys, "decode", run, tmp_path / "x.npy", tmp_path / name).startswith(f"{tmp_path / name}: {message}")
    (tmp_path / "z.csv").write_text("row,z0,z1\n0,1,2\n")
    assert "z.csv: not an IDX" in refused(capsys, "decode", run, tmp_path / "x.npy", tmp_path / "z.csv")
    line = refused(capsys, "decode", run, tmp_path / "x.npy", tmp_path / "far.npy", "--label", 1)
    assert line == f"--label is for runs whose decoder depends on labels, and that of {run} does not: leave it out"
    assert not (tmp_path / "x.npy").exists()
