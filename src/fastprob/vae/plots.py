"""Pictures of a variational autoencoder at work: each function returns a `matplotlib.figure.Figure`, to be saved or shown.

Needs Matplotlib, which is imported at the first picture. No display is needed and no global state is touched.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastprob import normal

from .checks import is_sequence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 150
WIDTH = 1150  # pixels that a sheet of images fills, about
PLANE = 860  # pixels along a side of the latent plane, about
MARGIN = 30
TRAIN, HELD_OUT = "#8c9bab", "#0b5fa5"
MISSING = "#e8a33d"  # pixels that are NaN: no grey
MOST_POINTS = 5000  # more than these cover each other
MOST_NAMES = 60  # of units side by side
BAND = 16  # images side by side, at most, in a band of one condition
LETTER = 11  # pixels that a letter of a band's name takes, about
LONGEST = 24  # letters of such a name


def curves(history: Sequence[Mapping[str, float]]) -> Figure:
    """ELBO, reconstruction and KL, in nats a row, over the epochs.

    Parameters
    ----------
    history : list of dict
        As in `VAE.history_`: "epoch", "elbo", "reconstruction", "kl", and the same with "val_" where rows were held out.

    Raises
    ------
    ValueError
        If the history is empty.

    Examples
    --------
    >>> from fastprob.vae import plots
    >>> history = [{"epoch": e, "elbo": -9 - 9 / e, "reconstruction": -8 - 8 / e, "kl": 1 + 1 / e} for e in range(1, 6)]
    >>> figure = plots.curves(history)
    >>> figure.savefig("curves.png")  # doctest: +SKIP
    """
    if not history:
        raise ValueError("history has no epoch to draw: fit the model first")
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(9.6, 3.4), dpi=DPI, layout="constrained")
    epochs = [record["epoch"] for record in history]
    panels = {"elbo": "ELBO", "reconstruction": "reconstruction, E log p(x|z)", "kl": "KL(q(z|x) || p(z))"}
    for ax, (name, title) in zip(figure.subplots(1, 3), panels.items(), strict=True):
        drawn = []
        for prefix, label, color in (("", "training", TRAIN), ("val_", "held out", HELD_OUT)):
            if prefix + name not in history[-1]:
                continue
            values = [record[prefix + name] for record in history]
            marker = "o" if len(values) < 3 else None  # one point has no line
            ax.plot(epochs, values, color=color, label=f"{label}  {values[-1]:.2f}", linewidth=1.4, marker=marker)
            drawn += values[len(values) // 20 :]
        # The first steps fall from so far that the rest would look flat.
        space = 0.06 * (max(drawn) - min(drawn)) or 1.0
        ax.set_ylim(min(drawn) - space, max(drawn) + space)
        ax.set_title(title, fontsize=10, loc="left")
        ax.set_xlabel("epoch")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        ax.grid(color="0.92")
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False, fontsize=8, loc="upper right" if values[0] > values[-1] else "lower right")
    figure.axes[0].set_ylabel("nats a row")
    return figure


def samples(rows: ArrayLike, shape: Sequence[int], title: str = "") -> Figure:
    """Images in a square sheet.

    Parameters
    ----------
    rows : (n, features)
        Pixels in [0, 1]; NaN, which is missing, is orange.
    shape : (height, width) or (height, width, 3)
        Of one image.
    title : str

    Raises
    ------
    ValueError
        If there are no rows, or shape is not that of a row.

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob.vae import plots
    >>> plots.samples(np.eye(16), (4, 4)).savefig("samples.png")  # doctest: +SKIP
    """
    images = _images(rows, shape)
    columns = int(np.ceil(np.sqrt(len(images))))
    return _sheet(_tile(images, columns), title)


def samples_by_condition(rows: ArrayLike, names: Sequence[str], shape: Sequence[int], title: str = "") -> Figure:
    """Images in bands, one for each condition, with its name on the left.

    Parameters
    ----------
    rows : (conditions * n, features)
        Pixels in [0, 1], those of a condition one after the other: VAE.sample(..., condition=np.repeat(classes, n)).
    names : sequence of str
        Of the conditions.
    shape : (height, width) or (height, width, 3)
        Of one image.
    title : str

    Raises
    ------
    ValueError
        If there are no rows or not as many of each condition, or shape is not that of a row.

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob.vae import plots
    >>> plots.samples_by_condition(np.eye(16), ["zero", "one"], (4, 4)).savefig("samples.png")  # doctest: +SKIP
    """
    images = _images(rows, shape)
    if not names or len(images) % len(names):
        raise ValueError(f"rows are as many of each of the {len(names)} names; got {len(images)}")
    columns = len(images) // len(names)
    lines = -(-columns // BAND)
    gap = _gap(shape)
    bands = []
    for first in range(0, len(images), columns):
        bands.append(_tile(images[first : first + columns], -(-columns // lines)))
        bands.append(np.ones((gap if lines == 1 else 3 * gap, *bands[-1].shape[1:])))
    return _sheet(np.concatenate(bands[:-1]), title, [_short(name) for name in names])


def reconstructions(originals: ArrayLike, reconstructed: ArrayLike, shape: Sequence[int], title: str = "") -> Figure:
    """Originals, each with its reconstruction below it, twelve in a band.

    Parameters
    ----------
    originals, reconstructed : (n, features)
        Pixels in [0, 1]; NaN, which is missing, is orange.
    shape : (height, width) or (height, width, 3)
        Of one image.
    title : str

    Raises
    ------
    ValueError
        If there are no rows, the two differ in shape, or shape is not that of a row.

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob.vae import plots
    >>> rows = np.eye(16)
    >>> plots.reconstructions(rows, 0.8 * rows, (4, 4)).savefig("reconstructions.png")  # doctest: +SKIP
    """
    above, below = _images(originals, shape), _images(reconstructed, shape)
    if above.shape != below.shape:
        raise ValueError(f"originals and reconstructed differ in shape: {above.shape} and {below.shape}")
    columns = min(12, len(above))
    gap = _gap(shape)
    pieces = []
    for first in range(0, len(above), columns):
        for part, space in (above, gap), (below, 3 * gap):
            pieces.append(_tile(part[first : first + columns], columns))
            pieces.append(np.ones((space, *pieces[-1].shape[1:])))
    return _sheet(np.concatenate(pieces[:-1]), title)


def traversals(
    decode: Callable[[NDArray[np.float64]], ArrayLike],
    start: ArrayLike,
    shape: Sequence[int],
    units: Sequence[int] | None = None,
    *,
    steps: int = 11,
    title: str = "",
) -> Figure:
    """What each unit of z does: a band of images a unit, along which it alone moves through its prior.

    The places are the quantiles normal.ppf((i + 1/2) / steps), so that each stands for as much of the prior as the others.

    Parameters
    ----------
    decode : callable
        Takes (n, latent_dim) latent points, returns (n, features) pixels in [0, 1]: `VAE.decode`.
    start : (latent_dim,)
        Where the other units stay: zeros, or the code of an image.
    shape : (height, width) or (height, width, 3)
        Of one image.
    units : sequence of int, optional
        Which, from the top; by default all.
    steps : int
        Images a band.
    title : str

    Raises
    ------
    ValueError
        If start is not one latent point, a unit is not there, or shape is not that of a row.

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob.vae import plots
    >>> figure = plots.traversals(lambda z: 1 / (1 + np.exp(-z @ np.ones((3, 4)))), np.zeros(3), (2, 2))
    >>> figure.savefig("traversals.png")  # doctest: +SKIP
    """
    point = np.asarray(start, dtype=np.float64)
    if point.ndim != 1:
        raise ValueError(f"start is one latent point, of shape (latent_dim,); got {point.shape}")
    moved = list(range(len(point)) if units is None else units)
    if not moved or not all(0 <= unit < len(point) for unit in moved):
        raise ValueError(f"units are numbers from 0 to {len(point) - 1}, one at least; got {moved}")
    codes = np.tile(point, (len(moved), steps, 1))
    for band, unit in zip(codes, moved, strict=True):
        band[:, unit] = normal.ppf((np.arange(steps) + 0.5) / steps)
    canvas = _tile(_images(decode(codes.reshape(-1, len(point))), shape), steps)
    return _sheet(canvas, title, [f"z[{unit}]" for unit in moved])


def units(divergences: ArrayLike, active: ArrayLike, title: str = "") -> Figure:
    """KL(q(z|x) || p(z)) of each unit of z, the largest first; units that have collapsed are grey.

    Parameters
    ----------
    divergences : (latent_dim,)
        In nats a row: `VAE.unit_kl(X)`.
    active : (latent_dim,) of bool
        Which units the model uses: `VAE.active_units(X)`.
    title : str

    Raises
    ------
    ValueError
        If the two are not of the same shape, (latent_dim,).

    Examples
    --------
    >>> from fastprob.vae import plots
    >>> plots.units([2.1, 0.001, 3.0], [True, False, True]).savefig("units.png")  # doctest: +SKIP
    """
    heights, used = np.asarray(divergences, dtype=np.float64), np.asarray(active, dtype=bool)
    if heights.ndim != 1 or heights.shape != used.shape or len(heights) == 0:
        raise ValueError(f"divergences and active have the shape (latent_dim,); got {heights.shape} and {used.shape}")
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    order = np.argsort(-heights, kind="stable")
    width = min(max(2.0 + 0.35 * len(order), 5.0), 9.6)  # few units do not become walls
    figure = Figure(figsize=(width, 3.4), dpi=DPI, layout="constrained")
    ax = figure.add_subplot()
    ax.bar(range(len(order)), heights[order], color=[HELD_OUT if used[unit] else TRAIN for unit in order], width=0.8)
    every = -(-len(order) // MOST_NAMES)
    ax.set_xticks(range(0, len(order), every), [str(unit) for unit in order[::every]], fontsize=8)
    ax.set_xlim(-0.6, max(len(order), 6) - 0.4)
    ax.set_title(title or "KL of each unit", fontsize=10, loc="left")
    ax.set_xlabel("unit of z")
    ax.set_ylabel("nats a row")
    ax.grid(color="0.92", axis="y")
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    handles = [
        Patch(color=color, label=f"{name}: {count}, {heights[which].sum():.2f} nats")
        for color, name, which in ((HELD_OUT, "active", used), (TRAIN, "collapsed", ~used))
        if (count := int(which.sum()))
    ]
    ax.legend(handles=handles, frameon=False, fontsize=8, loc="upper right")
    return figure


def latent_plane(
    decode: Callable[[NDArray[np.float64]], ArrayLike],
    shape: Sequence[int],
    means: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    *,
    side: int = 16,
    title: str = "",
) -> Figure:
    """The plane of a model with two latent numbers: what each place decodes to, and beside it where the data lies.

    Both axes are the standard normal CDF of a latent number, so that equal areas are equally probable under the prior: the images
    are those at z = ppf((i + 1/2) / side). Data whose posterior means match the prior fills the square evenly.

    Parameters
    ----------
    decode : callable
        Takes (side^2, 2) latent points, returns (side^2, features) pixels in [0, 1]: `VAE.decode`.
    shape : (height, width) or (height, width, 3)
        Of one image.
    means : (n, 2), optional
        Posterior means of data, `VAE.transform(X)`.
    labels : (n,) of int, optional
        What each row of the data shows: its color.
    side : int
        Images along each axis.
    title : str
        Of the images; by default that they are decoded means.

    Raises
    ------
    ValueError
        If shape is not that of a row, or means is not (n, 2).

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob.vae import plots
    >>> figure = plots.latent_plane(lambda z: 1 / (1 + np.exp(-z @ np.ones((2, 4)))), (2, 2))
    >>> figure.savefig("latent.png")  # doctest: +SKIP
    """
    z = normal.ppf((np.arange(side) + 0.5) / side)
    # Row after row from the top, where the second latent number is largest.
    second, first = np.meshgrid(z[::-1], z, indexing="ij")
    canvas = _tile(_images(decode(np.column_stack([first.ravel(), second.ravel()])), shape), side)

    from matplotlib.figure import Figure

    times = max(1, round(PLANE / canvas.shape[1]))
    height, width = canvas.shape[0] * times, canvas.shape[1] * times
    left, below, above, right = 90, 80, 50, 30
    panels = 1 if means is None else 2
    full_width, full_height = panels * (left + width + right), below + height + above
    figure = Figure(figsize=(full_width / DPI, full_height / DPI), dpi=DPI)
    axes = [
        figure.add_axes(
            ((left + i * (left + width + right)) / full_width, below / full_height, width / full_width, height / full_height)
        )
        for i in range(panels)
    ]
    for ax in axes:
        ax.set(xlabel="normal.cdf(z[0])", ylabel="normal.cdf(z[1])", xlim=(0, 1), ylim=(0, 1))
    axes[0].imshow(canvas, extent=(0, 1, 0, 1), cmap="gray", vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    axes[0].set_title(title or "decoded mean at each place", fontsize=10, loc="left")
    if means is not None:
        points = np.asarray(means)
        if points.ndim != 2 or points.shape[1] != 2 or not len(points):
            raise ValueError(f"means has the shape (n, 2), n from 1 on; got {points.shape}")
        if labels is not None and np.shape(labels) != (len(points),):
            raise ValueError(f"labels has one a row of means, shape ({len(points)},); got {np.shape(labels)}")
        points = normal.cdf(points[:MOST_POINTS])
        _scatter(axes[1], points, None if labels is None else np.asarray(labels)[:MOST_POINTS])
        axes[1].set_title(f"posterior means of {len(points)} rows", fontsize=10, loc="left")
    return figure


def _scatter(ax: Axes, points: NDArray[np.floating[Any]], labels: NDArray[Any] | None) -> None:
    style = {"s": np.clip(6000 / len(points), 5, 30), "alpha": 0.6, "linewidths": 0}
    if labels is None:
        ax.scatter(*points.T, color=HELD_OUT, **style)
        return
    kinds = np.unique(labels)
    from matplotlib import colormaps

    colors = colormaps["tab10" if len(kinds) <= 10 else "tab20"]
    for i, kind in enumerate(kinds):
        of_kind = points[labels == kind]
        color = colors(i % colors.N)
        ax.scatter(*of_kind.T, color=color, **style)
        box = {"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": color}
        # Named at the point nearest to all others of its kind: between two clusters there may be nothing.
        some = of_kind[:500]
        x, y = some[np.linalg.norm(some[:, None] - some, axis=2).sum(axis=1).argmin()].clip(0.025, 0.975)
        ax.text(x, y, str(kind), color=color, weight="bold", ha="center", va="center", bbox=box)


def _images(rows: ArrayLike, shape: Sequence[int]) -> NDArray[np.float64]:
    """(n, height, width) or (n, height, width, 3)."""
    def positive(n: Any) -> bool:
        return isinstance(n, numbers.Integral) and not isinstance(n, bool) and n > 0

    if not is_sequence(shape) or not all(map(positive, shape)):
        raise TypeError(f"shape is a sequence of whole numbers from 1 on, such as (28, 28); got {shape!r}")
    array = np.asarray(rows)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"rows are real numbers; got {array.dtype}")
    array = array.astype(np.float64)
    if array.ndim != 2 or len(array) == 0 or array.shape[1] != np.prod(shape) or len(shape) not in (2, 3):
        raise ValueError(f"rows must be (n, features), and shape that of features pixels; got {array.shape} and {tuple(shape)}")
    return array.reshape(-1, *shape)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _gap(shape: Sequence[int]) -> int:
    return max(1, min(shape[:2]) // 14)


def _tile(images: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    """One array with the images side by side, row after row, on white."""
    n, height, width, *color = images.shape
    gap = _gap((height, width))
    lines = -(-n // columns)
    canvas = np.ones((lines * (height + gap) - gap, columns * (width + gap) - gap, *color))
    for i, image in enumerate(images):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        canvas[top : top + height, left : left + width] = image
    return canvas


def _sheet(canvas: NDArray[np.float64], title: str, bands: Sequence[str] = ()) -> Figure:
    """A figure in which every pixel of the canvas is a square of whole screen pixels: nothing is blurred.

    `bands` are names of equal parts of its height, written on their left.
    """
    from matplotlib import colormaps
    from matplotlib.colors import to_rgb
    from matplotlib.figure import Figure

    times = max(1, round(WIDTH / canvas.shape[1]))
    height, width = canvas.shape[0] * times, canvas.shape[1] * times
    names = LETTER * max((len(name) for name in bands), default=0)
    top, left = MARGIN + (24 if title else 0), MARGIN + names + (10 if bands else 0)
    full_height, full_width = height + MARGIN + top, max(width, 400) + left + MARGIN
    gray = colormaps["gray"].with_extremes(bad=MISSING)
    if canvas.ndim == 3:
        canvas = np.where(np.isnan(canvas).any(axis=2, keepdims=True), to_rgb(MISSING), canvas)
    figure = Figure(figsize=(full_width / DPI, full_height / DPI), dpi=DPI)
    ax = figure.add_axes((left / full_width, MARGIN / full_height, width / full_width, height / full_height))
    ax.imshow(np.clip(canvas, 0, 1), cmap=gray, vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    ax.set_axis_off()
    for i, name in enumerate(bands):
        middle = 1 - (top + (i + 0.5) * height / len(bands)) / full_height
        figure.text((left - 10) / full_width, middle, name, va="center", ha="right", fontsize=9)
    figure.text(MARGIN / full_width, 1 - MARGIN * 0.5 / full_height, title, va="top", fontsize=10)
    return figure
