"""A small set of images, and a run on it."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from cli.helpers import TINY, labels_of
from cli.test_data import idx, npy, npz

from fastprob.cli import main, training


@pytest.fixture(scope="session")
def images(tmp_path_factory) -> str:
    """80 images of 4 x 4: noisy bars, so that there is something to learn."""
    rng = np.random.default_rng(0)
    bars = np.repeat(rng.random((80, 4, 1)) < 0.5, 4, axis=2)
    path = tmp_path_factory.mktemp("data") / "bars.npy"
    np.save(path, (255 * np.clip(bars * 0.8 + 0.2 * rng.random((80, 4, 4)), 0, 1)).astype(np.uint8))
    return str(path)


@pytest.fixture(scope="session")
def run(images, tmp_path_factory) -> Path:
    """A finished run of four epochs, to look at."""
    folder = tmp_path_factory.mktemp("run") / "four"
    assert main(["train", images, "--out", str(folder), *TINY, "4"]) == 0
    return folder


@pytest.fixture(scope="session")
def labeled(images, tmp_path_factory) -> Path:
    """Labels of the images in every format, and words for them."""
    folder = tmp_path_factory.mktemp("labels")
    labels = labels_of(images)
    for name, content in {
        "idx": idx(labels),
        "idx.gz": gzip.compress(idx(labels)),
        "npy": npy(labels),
        "npz": npz(images=np.load(images), labels=labels),
        "words.npy": npy(np.array(["none", "one", "two", "three"])[labels]),
        "floats.npy": npy(labels.astype(float)),
        "column.npy": npy(labels[:, None]),
    }.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="session", params=["film", "concat"])
def conditional(request, images, labeled, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run") / request.param
    given = ["--labels", str(labeled / "words.npy"), "--conditioning", request.param]
    assert main(["train", images, *given, "--out", str(folder), *TINY, "4"]) == 0
    return folder


@pytest.fixture
def undrawn(monkeypatch) -> None:
    """Runs without pictures, which take longer than such small models."""
    monkeypatch.setattr(training, "draw", lambda *_: None)
