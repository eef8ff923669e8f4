"""The picture of a posterior on a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .grid import GridPosterior

LINE, FILL, FAINT = "#0b5fa5", "#9cc3e4", "#d7e6f4"
POINTS = 400  # along a curve


def corner(fit: GridPosterior) -> Figure:
    """Marginals along the diagonal, pairs below it."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError('plot needs Matplotlib: pip install "fastprob[bayes]"') from error

    d = len(fit.names)
    figure = Figure(figsize=(2.6 * d + 1.4, 2.4 * d + 0.8), dpi=150, layout="constrained")
    axes = figure.subplots(d, d, squeeze=False)
    shown = [_range(fit, name) for name in fit.names]
    for i, row in enumerate(axes):
        for j, ax in enumerate(row):
            if j > i:
                ax.set_axis_off()
                continue
            if i == j:
                _curve(ax, fit, i, shown[i])
            else:
                _regions(ax, fit, j, i)
                ax.set_ylim(*shown[i])
            ax.set_xlim(*shown[j])
            ax.spines[["top", "right"]].set_visible(False)
            if i == d - 1:
                ax.set_xlabel(fit.names[j])
            else:
                ax.tick_params(labelbottom=False)
            if j == 0 and i > 0:
                ax.set_ylabel(fit.names[i])
            elif i != j:
                ax.tick_params(labelleft=False)
    figure.suptitle(f"log evidence {fit.log_evidence:.4f} nats", fontsize=10)
    return figure


def _range(fit: GridPosterior, name: str) -> tuple[float, float]:
    """All but a thousandth of the mass on either side, and a margin within the grid."""
    marginal = fit.marginal(name)
    low, high = float(marginal.ppf(1e-3)), float(marginal.isf(1e-3))
    margin = 0.05 * (high - low)
    return max(low - margin, float(marginal.edges[0])), min(high + margin, float(marginal.edges[-1]))


def _curve(ax: Any, fit: GridPosterior, i: int, shown: tuple[float, float]) -> None:
    marginal = fit.marginal(fit.names[i])
    x = np.linspace(*shown, POINTS)
    density = marginal.pdf(x)
    for low, high in marginal.hpd(0.95):
        part = np.concatenate([[low], x[(x > low) & (x < high)], [high]])
        ax.fill_between(part, marginal.pdf(part), color=FILL, linewidth=0)
    ax.plot(x, density, color=LINE, linewidth=1.4)
    mean, std = float(marginal.mean()), float(marginal.std())
    ax.axvline(mean, color=LINE, linewidth=0.9, linestyle=":")
    ax.set_title(f"{fit.names[i]}: {mean:.4g} ± {std:.2g}", fontsize=9, loc="left")
    ax.set_ylim(0.0, 1.06 * float(density.max()))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def _regions(ax: Any, fit: GridPosterior, j: int, i: int) -> None:
    x, y, density, levels = fit.pair(fit.names[j], fit.names[i], (0.95, 0.5))
    ax.contourf(x, y, density.T, levels=[*levels, float(density.max()) * 1.001], colors=[FAINT, FILL])
    ax.contour(x, y, density.T, levels=levels, colors=LINE, linewidths=1.0)
    ax.plot(*(float(fit.marginal(fit.names[k]).mean()) for k in (j, i)), "o", color=LINE, markersize=3)
