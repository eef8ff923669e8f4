"""`fastprob.vae.plots`: what is drawn, and where. Whether it is pretty is for people to say."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.image import imread
from scipy.stats import norm

from fastprob.vae import plots


def drawn(figure, ax=0):
    """The array behind the picture in a panel."""
    return np.asarray(figure.axes[ax].images[0].get_array())


def png(figure):
    file = io.BytesIO()
    figure.savefig(file, format="png")
    file.seek(0)
    return imread(file)


def history(epochs, held_out=True):
    records = []
    for epoch in range(1, epochs + 1):
        record = {"epoch": epoch, "elbo": -10 - 90 / epoch, "reconstruction": -8 - 90 / epoch, "kl": 2.0, "seconds": 0.1}
        records.append(
            record | ({f"val_{name}": record[name] - 1 for name in ("elbo", "reconstruction", "kl")} if held_out else {})
        )
    return records


def test_curves_show_every_epoch():
    figure = plots.curves(history(40))
    for ax, name in zip(figure.axes, ("elbo", "reconstruction", "kl"), strict=True):
        lines = {line.get_label().split()[0]: line for line in ax.lines}
        np.testing.assert_array_equal(lines["training"].get_ydata(), [record[name] for record in history(40)])
        np.testing.assert_array_equal(lines["held"].get_ydata(), [record["val_" + name] for record in history(40)])
        np.testing.assert_array_equal(lines["held"].get_xdata(), range(1, 41))
    low, high = figure.axes[0].get_ylim()
    assert -45 < low < -10 - 90 / 40 < high  # not from the first epoch's -101 on


@pytest.mark.parametrize("epochs", [1, 2])
def test_curves_of_few_epochs_have_points(epochs):
    figure = plots.curves(history(epochs, held_out=False))
    assert [len(ax.lines) for ax in figure.axes] == [1, 1, 1]
    assert figure.axes[0].lines[0].get_marker() == "o"
    assert png(figure).std() > 0


def test_samples_are_side_by_side():
    rows = np.arange(5 * 6).reshape(5, 6) / 30
    sheet = drawn(plots.samples(rows, (2, 3)))
    assert sheet.shape == (2 * 2 + 1, 3 * 3 + 2)  # three columns, a white pixel between
    np.testing.assert_array_equal(sheet[:2, 4:7], rows[1].reshape(2, 3))
    np.testing.assert_array_equal(sheet[3:, :3], rows[3].reshape(2, 3))
    np.testing.assert_array_equal(sheet[:, 3], 1)


def test_samples_by_condition_have_a_band_each():
    rows = np.arange(6 * 6).reshape(6, 6) / 36
    figure = plots.samples_by_condition(rows, ["one", "a name of more than twenty-four letters"], (2, 3))
    sheet = drawn(figure)
    assert sheet.shape == (2 * 2 + 1, 3 * 3 + 2)
    np.testing.assert_array_equal(sheet[:2, 4:7], rows[1].reshape(2, 3))
    np.testing.assert_array_equal(sheet[3:, 8:], rows[5].reshape(2, 3))
    assert [text.get_text() for text in figure.texts][:2] == ["one", "a name of more than twe…"]
    many = drawn(plots.samples_by_condition(np.ones((40, 4)), ["a", "b"], (2, 2)))
    assert many.shape == (2 * (2 + 1 + 2) + 3, 10 * 3 - 1)  # twenty of each are two lines of ten


def test_samples_in_color():
    rows = np.random.default_rng(0).random((4, 12))
    np.testing.assert_array_equal(drawn(plots.samples(rows, (2, 2, 3)))[:2, :2], rows[0].reshape(2, 2, 3))


def test_reconstructions_are_below_their_originals():
    rows = np.random.default_rng(0).random((14, 4))
    sheet = drawn(plots.reconstructions(rows, rows / 2, (2, 2)))
    np.testing.assert_array_equal(sheet[3:5, :2], sheet[:2, :2] / 2)
    np.testing.assert_array_equal(sheet[:2, :2], rows[0].reshape(2, 2))
    second = sheet[8:10], sheet[11:13]  # the band of the last two
    np.testing.assert_array_equal(second[0][:, 3:5], rows[13].reshape(2, 2))
    np.testing.assert_array_equal(second[1][:, 3:5], rows[13].reshape(2, 2) / 2)


@pytest.mark.parametrize("shape", [(2, 2), (2, 2, 3)])
def test_missing_pixels_are_orange(shape):
    """In color images where any of the three is missing; whatever is known stays grey, or as it was."""
    rows = np.full((1, int(np.prod(shape))), 0.5)
    rows[0, 0] = np.nan
    picture = png(plots.reconstructions(rows, np.nan_to_num(rows, nan=0.5), shape))[..., :3]
    packed, counts = np.unique(np.rint(255 * picture).astype(int) @ [0x10000, 0x100, 1], return_counts=True)
    found = dict(zip(packed.tolist(), counts.tolist(), strict=True))
    greys = [found[grey] for grey in range(0, 200 * 0x10101, 0x10101) if grey in found]
    assert found[int(plots.MISSING[1:], 16)] * 7 == max(greys)


def test_a_pixel_is_a_sharp_square():
    """Every pixel of an image has its own value on the screen: nothing between black and white appears."""
    rows = np.zeros((9, 64))
    rows[:, ::2] = 1
    shades = np.unique(png(plots.samples(rows, (8, 8)))[..., :3])
    np.testing.assert_array_equal(shades, [0, 1])


def test_the_plane_is_that_of_the_prior():
    """Images stand where the prior has them: left to right by the first latent number, upward by the second."""
    seen = []

    def decode(z):
        seen.append(z)
        return norm.cdf(z)  # two pixels: the place itself

    sheet = drawn(plots.latent_plane(decode, (1, 2), side=4))
    np.testing.assert_allclose(np.unique(seen[0]), norm.ppf([0.125, 0.375, 0.625, 0.875]), rtol=1e-14)
    np.testing.assert_allclose(sheet[0, :2], [0.125, 0.875], rtol=1e-14)  # top left
    np.testing.assert_allclose(sheet[-1, -2:], [0.875, 0.125], rtol=1e-14)  # bottom right


def test_the_data_stands_beside_the_plane():
    means = np.array([[0.0, 1.0], [-1.0, 0.5], [2.0, 0.0]])
    figure = plots.latent_plane(lambda z: np.full((len(z), 1), 0.5), (1, 1), means, [7, 7, 3])
    at = np.concatenate([np.asarray(points.get_offsets()) for points in figure.axes[1].collections])
    np.testing.assert_allclose(at, norm.cdf(means[[2, 0, 1]]), rtol=1e-14)
    assert [text.get_text() for text in figure.axes[1].texts] == ["3", "7"]
    alone = plots.latent_plane(lambda z: np.full((len(z), 1), 0.5), (1, 1), means)
    np.testing.assert_allclose(alone.axes[1].collections[0].get_offsets(), norm.cdf(means), rtol=1e-14)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.curves([]), "history has no epoch"),
        (lambda: plots.samples(np.ones((2, 5)), (2, 3)), "rows must be .n, features."),
        (lambda: plots.samples(np.ones((0, 6)), (2, 3)), "rows must be .n, features."),
        (lambda: plots.samples(np.ones(6), (2, 3)), "rows must be .n, features."),
        (lambda: plots.samples(np.ones((2, 6)), (6,)), "rows must be .n, features."),
        (lambda: plots.samples_by_condition(np.ones((3, 6)), ["a", "b"], (2, 3)), "as many of each of the 2 names; got 3"),
        (lambda: plots.samples_by_condition(np.ones((3, 6)), [], (2, 3)), "as many of each of the 0 names; got 3"),
        (lambda: plots.reconstructions(np.ones((2, 6)), np.ones((3, 6)), (2, 3)), "differ in shape"),
        (lambda: plots.latent_plane(lambda z: z[:, :1], (1, 1), np.ones((4, 3))), r"means has the shape .*; got \(4, 3\)"),
        (lambda: plots.samples(np.ones((2, 16)), 4), r"shape is a sequence of whole .* \(28, 28\); got 4"),
        (lambda: plots.samples(np.ones((2, 16)), (-4, -4)), r"shape is a sequence of whole numbers from 1 on"),
        (lambda: plots.samples(np.ones((2, 16), complex), (4, 4)), "rows are real numbers; got complex128"),
        (lambda: plots.latent_plane(lambda z: z[:, :1], (1, 1), np.ones((9, 2)), [1]), r"labels has one a row .*got \(1,\)"),
        (lambda: plots.latent_plane(lambda z: z[:, :1], (1, 1), np.ones((0, 2))), r"means has the shape .*got \(0, 2\)"),
    ],
)
def test_errors_name_what_is_wrong(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_traversals_move_one_unit_through_its_prior():
    seen = []

    def decode(z):
        seen.append(z)
        return np.clip(z[:, :1] / 4 + 0.5, 0, 1) * np.ones((1, 4))

    figure = plots.traversals(decode, [0.5, -1.0, 2.0], (2, 2), [2, 0], steps=5)
    [z] = seen
    quantiles = norm.ppf((np.arange(5) + 0.5) / 5)
    np.testing.assert_allclose(z[:5], np.column_stack([np.full(5, 0.5), np.full(5, -1.0), quantiles]))
    np.testing.assert_allclose(z[5:], np.column_stack([quantiles, np.full(5, -1.0), np.full(5, 2.0)]))
    sheet = drawn(figure)
    assert sheet.shape == (2 * 3 - 1, 5 * 3 - 1)
    np.testing.assert_allclose(sheet[3, ::3], quantiles / 4 + 0.5)
    assert [text.get_text() for text in figure.texts][:2] == ["z[2]", "z[0]"]
    for start, units, message in (
        ([[0.0]], None, "start is one latent point"),
        ([0.0], [1], r"units are numbers from 0 to 0, one at least; got \[1\]"),
        ([0.0], [], "one at least"),
    ):
        with pytest.raises(ValueError, match=message):
            plots.traversals(decode, start, (2, 2), units)


def test_units_are_sorted_and_colored():
    figure = plots.units([0.001, 2.0, 3.5], [False, True, True])
    [ax] = figure.axes
    assert [bar.get_height() for bar in ax.patches] == [3.5, 2.0, 0.001]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2", "1", "0"]
    colors = [bar.get_facecolor() for bar in ax.patches]
    assert colors[0] == colors[1] != colors[2]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["active: 2, 5.50 nats", "collapsed: 1, 0.00 nats"]
    assert len(plots.units(np.ones(300), np.ones(300)).axes[0].get_xticks()) == 60
    with pytest.raises(ValueError, match=r"have the shape \(latent_dim,\); got \(2,\) and \(3,\)"):
        plots.units([1, 2], [True] * 3)
