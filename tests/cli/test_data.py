"""`fastprob train`'s readers: what they make of good files, and the one line they say about bad ones."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from fastprob.cli import data
from fastprob.cli.data import Source
from fastprob.cli.errors import CommandError

GREY = np.random.default_rng(0).integers(0, 256, (7, 4, 5)).astype(np.uint8)
GREY[0, 0, 0] = 255
CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx(array: np.ndarray, kind: str = "u1") -> bytes:
    """The format as its author describes it: two zeros, type, number of dimensions, sizes, numbers; all big-endian."""
    head = bytes([0, 0, CODES[kind], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(">" + kind).tobytes()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def put(folder: Path, content: bytes, name: str = "images") -> Source:
    (folder / name).write_bytes(content)
    return Source(str(folder / name))


@pytest.mark.parametrize(
    "content",
    [
        idx(GREY),
        gzip.compress(idx(GREY)),
        idx(GREY, "i2"),
        idx(GREY, "i4"),
        idx(GREY, "f4"),
        idx(GREY, "f8"),
        npy(GREY),
        npz(a=GREY),
        gzip.compress(npy(GREY)),
        npy(GREY[..., None]),
        npy(GREY.astype(float)),
        npy(np.asfortranarray(GREY)),
        npy(GREY.astype(">i8")),
    ],
)
def test_every_format_gives_the_same_rows(tmp_path, content):
    images = data.read(put(tmp_path, content))
    assert images.rows.dtype == np.float32
    assert images.rows.flags.c_contiguous
    assert (images.shape, images.white) == ((4, 5), 255.0)
    np.testing.assert_array_equal(images.rows, (GREY.reshape(7, 20).astype(np.float64) / 255).astype(np.float32))


def test_pixels_up_to_one_stay_as_they_are(tmp_path):
    for array in (GREY.reshape(7, 20) > 99, (GREY.reshape(7, 20) > 99).astype(np.int8), np.linspace(0, 1, 140).reshape(7, 20)):
        images = data.read(put(tmp_path, npy(array)))
        np.testing.assert_array_equal(images.rows, array.astype(np.float32))
        assert images.white == 1


def test_white_is_the_value_named(tmp_path):
    source = Source(put(tmp_path, npy(GREY)).path, white=1000.0)
    np.testing.assert_allclose(data.read(source).rows, GREY.reshape(7, 20) / 1000, rtol=1e-6)


@pytest.mark.parametrize(
    ("shape", "image"), [((7, 16), (4, 4)), ((7, 20), (1, 20)), ((7, 2, 3, 3), (2, 3, 3)), ((7, 3, 3), (3, 3))]
)
def test_shape_of_an_image(tmp_path, shape, image):
    assert data.read(put(tmp_path, npy(np.ones(shape)))).shape == image


def test_key_chooses_an_array(tmp_path):
    path = put(tmp_path, npz(x=GREY, y=np.arange(7))).path
    assert data.read(Source(path, "x")).rows.shape == (7, 20)
    with pytest.raises(CommandError, match=r"several arrays: name one with --key \(there: x, y\)"):
        data.read(Source(path))
    with pytest.raises(CommandError, match="no array 'z': name one with --key"):
        data.read(Source(path, "z"))


def test_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    images = data.load(data.DIGITS, 0.0, 0).train
    np.testing.assert_array_equal(images.rows * 16, load_digits().data)
    np.testing.assert_array_equal(images.labels, load_digits().target)


def pickled() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([[object()]]), allow_pickle=True)
    return file.getvalue()


def damaged_npz() -> bytes:
    content = bytearray(npz(a=GREY))
    content[60:90] = bytes(30)
    return bytes(content)


def zip_of_text() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "no arrays here")
    return file.getvalue()


def changed(row: int, pixel: int, value: float) -> bytes:
    array = GREY.reshape(7, 20).astype(np.float32)
    array[row, pixel] = value
    return npy(array)


BAD = {
    "empty file": (b"", "not an IDX, .npy or .npz file .it is empty."),
    "text": (b"a,b\n1,2\n", "not an IDX, .npy or .npz file .it starts with the bytes 61 2c 62 0a."),
    "IDX of an unknown type": (b"\0\0\x07\x03" + bytes(20), "wrong magic number 00 00 07 03"),
    "IDX without dimensions": (b"\0\0\x08\0", "wrong magic number"),
    "IDX truncated": (idx(GREY)[:-1], "truncated: 155 bytes for 7 x 4 x 5 values, which take 156 bytes"),
    "IDX truncated in its head": (idx(GREY)[:9], "truncated: 9 bytes"),
    "IDX too long": (idx(GREY) + b"\0", "too long: 157 bytes"),
    "IDX that promises the world": (b"\0\0\x08\x03" + b"\xff" * 12 + bytes(9), "truncated: 25 bytes"),
    "gzip truncated": (gzip.compress(idx(GREY))[:-20], "damaged or truncated gzip file"),
    "gzip damaged": (gzip.compress(idx(GREY))[:-8] + bytes(8), "damaged or truncated gzip file"),
    "npy truncated": (npy(GREY)[:-10], "damaged or truncated .npy"),
    "npy truncated in its head": (npy(GREY)[:30], "damaged or truncated .npy"),
    "npy with an open bracket": (npy(GREY).replace(b"}", b" "), "damaged or truncated .npy"),
    "npz that points before its start": (npz(a=GREY)[:2] + npz(a=GREY)[6:], "damaged or truncated .npz"),
    "npy of objects": (pickled(), "holds Python objects, where numbers are needed: save an array of numbers"),
    "npz damaged": (damaged_npz(), "damaged or truncated .npz"),
    "npz truncated": (npz(a=GREY)[:-30], "damaged or truncated .npz"),
    "npz without arrays": (zip_of_text(), ": holds no arrays: save it again with numpy.savez"),
    "labels": (idx(np.arange(7)), "an array of shape 7 is no set of images"),
    "five dimensions": (npy(np.ones((2, 2, 2, 2, 2))), "an array of shape 2 x 2 x 2 x 2 x 2 is no set of images"),
    "two colors": (npy(np.ones((7, 4, 5, 2))), "an array of shape 7 x 4 x 5 x 2 is no set of images"),
    "a number": (npy(np.float64(3)), "an array of shape a single number is no set of images"),
    "no rows": (npy(np.ones((0, 20))), "holds no images .shape 0 x 20."),
    "complex": (npy(np.ones((7, 20), complex)), "holds complex128, not real numbers"),
    "strings": (npy(np.array([["a"]])), "holds <U1, not real numbers"),
    "NaN": (changed(3, 12, np.nan), r"row 3, pixel 12 \(from 0\) is nan"),
    "infinity": (changed(0, 19, np.inf), r"row 0, pixel 19 \(from 0\) is inf"),
    "negative": (changed(6, 1, -0.5), r"row 6, pixel 1 \(from 0\) is -0.5, outside \[0, 1\] or \[0, 255\]"),
    "above 255": (changed(6, 1, 256), r"row 6, pixel 1 \(from 0\) is 256, outside \[0, 1\] or \[0, 255\]"),
    "missing": (None, "no such file"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files(tmp_path, name):
    content, message = BAD[name]
    source = Source(str(tmp_path / "gone")) if content is None else put(tmp_path, content)
    with pytest.raises(CommandError, match=message) as caught:
        data.load(source, None, 0)
    line = str(caught.value)
    assert line.startswith(source.path + ": ")  # where
    assert line.count(":") >= 2  # what, and what to do
    assert "\n" not in line
    assert caught.value.status == 2


def test_values_beyond_a_white_that_was_named(tmp_path):
    with pytest.raises(CommandError, match=r"is 255, outside \[0, 16\]"):
        data.read(Source(put(tmp_path, npy(GREY)).path, white=16.0))


def test_a_key_for_a_file_without_keys(tmp_path):
    with pytest.raises(CommandError, match=r"--key is for .npz files"):
        data.read(Source(put(tmp_path, npy(GREY)).path, "x"))
    with pytest.raises(CommandError, match=r"--key is for .npz files"):
        data.load(Source(str(tmp_path), "x"), None, 0)


TEST_IMAGES = 255 - GREY[:3]


@pytest.fixture
def mnist(tmp_path):
    """A folder like MNIST's, with the two ways that its files are called."""
    put(tmp_path, gzip.compress(idx(GREY)), "train-images-idx3-ubyte.gz")
    put(tmp_path, idx(np.arange(7)), "train-labels.idx1-ubyte")
    put(tmp_path, idx(TEST_IMAGES), "t10k-images-idx3-ubyte")
    put(tmp_path, gzip.compress(idx(np.array([3, 1, 4]))), "t10k-labels-idx1-ubyte.gz")
    return tmp_path


def test_folder_of_mnist(mnist):
    dataset = data.load(Source(str(mnist)), None, 0)
    np.testing.assert_allclose(dataset.train.rows, GREY.reshape(7, 20) / 255, rtol=1e-6)
    np.testing.assert_allclose(dataset.held_out.rows, TEST_IMAGES.reshape(3, 20) / 255, rtol=1e-6)
    assert (list(dataset.train.labels), list(dataset.held_out.labels)) == (list(range(7)), [3, 1, 4])


def test_a_share_leaves_the_test_images_alone(mnist):
    dataset = data.load(Source(str(mnist)), 2 / 7, 0)
    assert (len(dataset.train.rows), len(dataset.held_out.rows)) == (5, 2)


def test_a_folder_may_lack_test_images_and_labels(mnist):
    for name in ("train-labels.idx1-ubyte", "t10k-images-idx3-ubyte"):
        (mnist / name).unlink()
    dataset = data.load(Source(str(mnist)), None, 0)
    assert (len(dataset.train.rows), len(dataset.held_out.rows)) == (6, 1)
    assert dataset.train.labels is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train-images-idx3-ubyte.gz", None, "the folder has no train-images-idx3-ubyte"),
        ("train-labels.idx1-ubyte", idx(np.arange(6)), "holds labels of shape 6 for 7 images"),
        ("t10k-images-idx3-ubyte", idx(GREY[:3, :2]), "training images are 4 x 5, test images 2 x 5"),
        ("t10k-images-idx3-ubyte", idx(GREY)[:-1], "t10k-images-idx3-ubyte: truncated"),
    ],
)
def test_bad_folders(mnist, name, content, message):
    (mnist / name).unlink()
    if content is not None:
        put(mnist, content, name)
    with pytest.raises(CommandError, match=message):
        data.load(Source(str(mnist)), None, 0)


def test_rows_held_out(tmp_path):
    """Each row is in one part, in its order; the seed decides, and it decided the same in every version so far."""
    rows = np.arange(40.0).reshape(20, 2) / 40
    source = put(tmp_path, npy(rows))
    dataset = data.load(source, 0.25, 3)
    held_out = [int(row[0] * 20 + 0.5) for row in dataset.held_out.rows]
    assert held_out == [0, 10, 11, 16, 19]
    kept = np.delete(rows, held_out, axis=0)
    np.testing.assert_array_equal(dataset.train.rows, kept.astype(np.float32))
    assert dataset.digest(False) == data.load(source, 0.25, 3).digest(False) != data.load(source, 0.25, 4).digest(False)
    assert data.load(source, 0.0, 3).held_out is None
