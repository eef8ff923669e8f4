"""Images from files: IDX (MNIST's format), .npy and .npz, any of them gzipped too, or a folder with the four MNIST files.

Whatever the file, the result is one float32 row in [0, 1] an image, NaN where a pixel is missing. A file that is not what it
should be is a `CommandError`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import math
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastprob import random

from .errors import CommandError, cannot

GZIP, NPY, ZIP = b"\x1f\x8b", b"\x93NUMPY", b"PK"
# Third byte of an IDX file. Numbers are big-endian.
IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


@dataclass(frozen=True)
class Source:
    """Where images are, and how they are read: the array of an .npz, the value of white; the files of their labels, and of
    numbers and a weight for each. No path: scikit-learn's digits."""

    path: str | None
    key: str | None = None
    white: float | None = None
    labels: str | None = None
    labels_key: str | None = None
    numbers: str | None = None
    numbers_key: str | None = None
    weights: str | None = None
    weights_key: str | None = None

    @property
    def name(self) -> str:
        return "scikit-learn's digits" if self.path is None else self.path + (f" ({self.key})" if self.key else "")


DIGITS = Source(None, white=16.0)
LABEL, NUMBERS = "label", "numbers"  # names of a model's conditions, if it has both


@dataclass(frozen=True)
class Images:
    """Images as rows (n, features), float32 in [0, 1], or NaN; the shape of one; if known, what each shows, its numbers and its
    weight."""

    rows: NDArray[np.float32]
    shape: tuple[int, ...]
    white: float  # the value in the file that became 1
    labels: NDArray[Any] | None = None  # whole numbers or strings
    numbers: NDArray[np.float64] | None = None  # (n, columns)
    weights: NDArray[np.float64] | None = None  # from 0 on

    def take(self, which: NDArray[np.intp]) -> Images:
        others = (None if array is None else array[which] for array in (self.labels, self.numbers, self.weights))
        return Images(self.rows[which], self.shape, self.white, *others)

    @property
    def missing(self) -> int:
        """How many pixels are."""
        return int(np.isnan(self.rows).sum())

    @property
    def condition(self) -> Any:
        """Labels and numbers as a model takes them that depends on all there are: by names if there are both."""
        given = {LABEL: self.labels, NUMBERS: self.numbers}
        found = {name: array for name, array in given.items() if array is not None}
        return next(iter(found.values()), None) if len(found) < 2 else found


@dataclass(frozen=True)
class Dataset:
    """Images to train on, and those held out: None where all are for training."""

    train: Images
    held_out: Images | None

    def digest(self, labeled: bool) -> str:
        """The same for the same rows and weights, and if `labeled` the same labels and numbers, split in the same way."""
        sha = hashlib.sha256()
        for part in (self.train, self.held_out):
            if part is not None:
                sha.update(part.rows.data)
                if labeled and part.labels is not None:
                    sha.update("\n".join(map(str, part.labels.tolist())).encode())
                if labeled and part.numbers is not None:
                    sha.update(part.numbers.data)
        if self.train.weights is not None:
            sha.update(self.train.weights.data)
        return sha.hexdigest()


def load(source: Source, held_out: float | None, seed: int, missing: bool = False) -> Dataset:
    """The data of a run, of which pixels may be `missing`. A share `held_out` of None takes a folder's test images if it has
    some, or else a tenth."""
    test = None
    if source.path is None:
        images = _digits()
    elif (path := Path(source.path)).is_dir():
        if source.key is not None:
            raise CommandError(f"{path}: --key is for .npz files, and this is a folder: leave it out, or name a file")
        if source.labels is not None:
            raise CommandError(f"{path}: --labels is for files, and a folder has its own: leave it out, or name a file")
        for option in ("numbers", "weights"):
            if getattr(source, option) is not None:
                raise CommandError(f"{path}: --{option} is for files, and this is a folder: leave it out, or name a file")
        found = _mnist_part(path, "train", source.white, missing)
        if found is None:
            raise CommandError(f"{path}: the folder has no train-images-idx3-ubyte (or .gz): name a file with images instead")
        images = found
        test = _mnist_part(path, "t10k", images.white, missing) if held_out is None else None
    else:
        images = read(source, missing)
    if test is None:
        return split(images, 0.1 if held_out is None else held_out, seed)
    if test.shape != images.shape:
        raise CommandError(
            f"{source.path}: training images are {_by(images.shape)}, test images {_by(test.shape)}: take files that match"
        )
    return Dataset(images, test)


def split(images: Images, share: float, seed: int) -> Dataset:
    """Holds out rows drawn by the seed; both parts keep the order of the rows."""
    n = len(images.rows)
    count = round(n * share)
    if count == 0:
        return Dataset(images, None)
    order = random.default_rng(seed).permutation(n)
    return Dataset(images.take(np.sort(order[count:])), images.take(np.sort(order[:count])))


def read(source: Source, missing: bool = False) -> Images:
    """Images in a file, of any of the formats; its first bytes say which. Pixels may be NaN if they may be `missing`."""
    assert source.path is not None
    path = Path(source.path)
    array = read_array(path, source.key)
    if array.dtype.kind not in "buif":
        raise CommandError(f"{path}: holds {array.dtype}, not real numbers: give an array of pixels")
    if array.ndim < 2 or (array.ndim == 4 and array.shape[3] not in (1, 3)) or array.ndim > 4:
        raise CommandError(
            f"{path}: an array of shape {_by(array.shape)} is no set of images: give one of rows x pixels, "
            "images x height x width, or that x 1 or 3 colors"
        )
    if array.size == 0:
        raise CommandError(f"{path}: holds no images (shape {_by(array.shape)}): give a file with at least a batch of them")
    rows = array.reshape(len(array), -1)
    shape = array.shape[1:]
    if array.ndim == 2:
        side = math.isqrt(rows.shape[1])
        shape = (side, side) if side * side == rows.shape[1] else (1, rows.shape[1])
    elif shape[-1] == 1 and array.ndim == 4:
        shape = shape[:2]
    scaled, white = _scaled(rows, path, source.white, missing)
    labels = None if source.labels is None else read_labels(Path(source.labels), source.labels_key, len(rows))
    numbers = None if source.numbers is None else read_numbers(Path(source.numbers), source.numbers_key, len(rows))
    weights = None if source.weights is None else read_weights(Path(source.weights), source.weights_key, len(rows))
    return Images(scaled, shape, white, labels, numbers, weights)


def read_labels(path: Path, key: str | None, rows: int, of: str = "images") -> NDArray[Any]:
    """One label for each of so many images, or what they are `of`: int64 or strings."""
    array = read_array(path, key, "--labels-key")
    if array.shape not in ((rows,), (rows, 1)):
        raise CommandError(
            f"{path}: holds labels of shape {_by(array.shape)} for {rows} {of}: take the file that belongs to the {of}, "
            "with a label for each"
        )
    labels = array.reshape(rows)
    if labels.dtype.kind == "U":
        return labels
    with np.errstate(invalid="ignore"):
        whole = labels.astype(np.int64) if labels.dtype.kind in "buif" else None
    if whole is None or (whole != labels).any():
        wrong = labels.dtype if whole is None else f"{labels[whole != labels][0]:g}"
        raise CommandError(f"{path}: holds {wrong}, where labels are whole numbers or strings: give such")
    return whole


def read_numbers(path: Path, key: str | None, rows: int, of: str = "images") -> NDArray[np.float64]:
    """Columns of numbers, with a row for each of so many images, or what they are `of`."""
    array = read_array(path, key, "--numbers-key")
    if array.ndim not in (1, 2) or len(array) != rows or array.size == 0:
        raise CommandError(
            f"{path}: holds numbers of shape {_by(array.shape)} for {rows} {of}: give one, or a row of as many as there are "
            "columns, for each"
        )
    if array.dtype.kind not in "buif":
        raise CommandError(f"{path}: holds {array.dtype}, where real numbers are needed: give such")
    numbers = np.ascontiguousarray(array.reshape(rows, -1), dtype=np.float64)
    if not np.isfinite(numbers).all():
        row, column = np.argwhere(~np.isfinite(numbers))[0]
        raise CommandError(
            f"{path}: row {row}, column {column} (from 0) is {numbers[row, column]}: mend such rows or leave them out"
        )
    return numbers


def read_weights(path: Path, key: str | None, rows: int) -> NDArray[np.float64]:
    """A number from 0 on for each of so many images."""
    array = read_array(path, key, "--weights-key")
    if array.shape not in ((rows,), (rows, 1)) or array.dtype.kind not in "buif":
        raise CommandError(f"{path}: holds {array.dtype} of shape {_by(array.shape)} for {rows} images: give a number for each")
    weights = array.reshape(rows).astype(np.float64)
    if not ((weights >= 0) & np.isfinite(weights)).all():
        row = int(np.flatnonzero(~((weights >= 0) & np.isfinite(weights)))[0])
        raise CommandError(f"{path}: the weight of row {row} (from 0) is {weights[row]:g}: give finite numbers from 0 on")
    return weights


def read_codes(path: Path, key: str | None, units: int) -> NDArray[np.float64]:
    """Rows of so many latent numbers."""
    array = read_array(path, key)
    if array.ndim != 2 or array.shape[1] != units or array.size == 0:
        scaled = array.ndim == 2 and array.shape[1] == 2 * units
        also = ", which has its --scales beside each number: leave that out" if scaled else ""
        give = f"give rows of {units}, as fastprob encode writes them{also}"
        raise CommandError(f"{path}: codes of shape {_by(array.shape)}: {give}")
    if array.dtype.kind not in "buif":
        raise CommandError(f"{path}: holds {array.dtype}, where real numbers are needed: give such")
    codes = array.astype(np.float64)
    if not np.isfinite(codes).all():
        row, unit = np.argwhere(~np.isfinite(codes))[0]
        raise CommandError(f"{path}: row {row}, unit {unit} (from 0) is {codes[row, unit]}: mend such rows or leave them out")
    return codes


def _scaled(rows: NDArray[Any], path: Path, white: float | None, missing: bool) -> tuple[NDArray[np.float32], float]:
    """Pixels as float32 in [0, 1], or NaN if they may be `missing`, and the value that became 1.

    Without `white` the values say: none above 1 means [0, 1], none above 255 means [0, 255].
    """
    lowest, highest = rows.min(), rows.max()  # NaN where there is one
    if not np.isfinite(lowest) or not np.isfinite(highest):
        bad = np.isinf(rows) if missing else ~np.isfinite(rows)
        if bad.any():
            row, pixel = np.argwhere(bad)[0]
            allow = "" if np.isinf(rows[row, pixel]) else ", or train with --missing, where NaN is a pixel that is not known"
            where = f"row {row}, pixel {pixel} (from 0) is {rows[row, pixel]}"
            raise CommandError(f"{path}: {where}: mend such rows or leave them out{allow}")
        lowest, highest = np.fmin.reduce(rows, axis=None), np.fmax.reduce(rows, axis=None)
        if np.isnan(highest):
            raise CommandError(f"{path}: every pixel is nan: give a file with pixels that are known")
    if white is None:
        white = 1.0 if highest <= 1 else 255.0
    if lowest < 0 or highest > white:
        row, pixel = np.argwhere((rows < 0) | (rows > white))[0]
        allowed = f"[0, {white:g}]" if white not in (1.0, 255.0) else "[0, 1] or [0, 255]"
        raise CommandError(
            f"{path}: row {row}, pixel {pixel} (from 0) is {rows[row, pixel]:g}, outside {allowed}: "
            "rescale the file, or name the value of white with --white"
        )
    return np.ascontiguousarray(rows if white == 1.0 else rows / np.float32(white), dtype=np.float32), white


def _digits() -> Images:
    """The 1797 handwritten digits of 8 x 8 pixels that come with scikit-learn."""
    from sklearn.datasets import load_digits  # type: ignore[import-untyped, import-not-found, unused-ignore]

    digits = load_digits()
    assert DIGITS.white is not None
    return Images((digits.data / DIGITS.white).astype(np.float32), (8, 8), DIGITS.white, digits.target.astype(np.int64))


def _mnist_part(folder: Path, part: str, white: float | None, missing: bool) -> Images | None:
    """`train` or `t10k` images of a folder, with their labels if those are there; None without images."""
    found = _mnist_file(folder, f"{part}-images", "idx3")
    if found is None:
        return None
    images = read(Source(str(found), white=white), missing)
    found = _mnist_file(folder, f"{part}-labels", "idx1")
    if found is None:
        return images
    return replace(images, labels=read_labels(found, None, len(images.rows)))


def _mnist_file(folder: Path, stem: str, kind: str) -> Path | None:
    names = [f"{stem}{dot}{kind}-ubyte{end}" for dot in "-." for end in ("", ".gz")]
    return next((folder / name for name in names if (folder / name).is_file()), None)


def read_array(path: Path, key: str | None, option: str = "--key") -> NDArray[Any]:
    try:
        content = path.read_bytes()
        if content.startswith(GZIP):
            content = gzip.decompress(content)
    except FileNotFoundError:
        raise CommandError(f"{path}: no such file: check the path") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CommandError(f"{path}: damaged or truncated gzip file ({error}): fetch it again") from None
    except OSError as error:
        raise cannot("read", path, error) from None
    if key is not None and not content.startswith(ZIP):
        raise CommandError(f"{path}: {option} is for .npz files, and this is none: leave it out")
    if content.startswith(NPY):
        return _npy(content, path)
    if content.startswith(ZIP):
        return _npz(content, path, key, option)
    if content.startswith(b"\0\0"):
        return _idx(content, path)
    start = f"it starts with the bytes {content[:4].hex(' ')}" if content else "it is empty"
    raise CommandError(f"{path}: not an IDX, .npy or .npz file ({start}): convert it to one of these")


def _idx(content: bytes, path: Path) -> NDArray[Any]:
    kind, dims = IDX_TYPES.get(int.from_bytes(content[2:3])), int.from_bytes(content[3:4])
    if kind is None or dims == 0:
        raise CommandError(
            f"{path}: wrong magic number {content[:4].hex(' ')}: an IDX file of images starts with 00 00 08 03; fetch it again"
        )
    head = 4 + 4 * dims
    shape = tuple(int.from_bytes(content[at : at + 4]) for at in range(4, head, 4))
    expected = head + math.prod(shape) * np.dtype(kind).itemsize
    if len(content) < head or len(content) != expected:
        wrong = "truncated" if len(content) < max(head, expected) else "too long"
        promised = f" for {_by(shape)} values, which take {expected} bytes" if len(content) >= head else ""
        raise CommandError(f"{path}: {wrong}: {len(content)} bytes{promised}; fetch it again")
    return np.frombuffer(content, kind, offset=head).reshape(shape)


def _npy(content: bytes, path: Path) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
    except Exception as error:  # NumPy's reader lets out what its parts raise: also of the tokenizer
        if "allow_pickle" in str(error):
            raise CommandError(f"{path}: holds Python objects, where numbers are needed: save an array of numbers") from None
        raise CommandError(f"{path}: damaged or truncated .npy ({_line(error)}): save it again with numpy.save") from None
    return array


def _npz(content: bytes, path: Path, key: str | None, option: str) -> NDArray[Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
            if key is None and len(names) == 1:
                key = names[0]
            if not names:
                raise CommandError(f"{path}: holds no arrays: save it again with numpy.savez")
            if key not in names:
                asked = "several arrays" if key is None else f"no array {key!r}"
                raise CommandError(f"{path}: holds {asked}: name one with {option} (there: {', '.join(names)})")
            return _npy(archive.read(f"{key}.npy"), path)
    except CommandError:
        raise
    except Exception as error:  # zipfile lets out what decompressors and readers raise
        raise CommandError(f"{path}: damaged or truncated .npz ({_line(error)}): save it again with numpy.savez") from None


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a single number"


def _line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
