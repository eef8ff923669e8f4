"""The same autoencoder in other libraries, for benchmarks: each module has a class `Model` with the method `epoch`. Those that
train also have `load`, which sets the parameters, and `gradients`, of a batch at given draws. Parameters have names and
shapes of fastprob's."""

from __future__ import annotations

from typing import NamedTuple


class Net(NamedTuple):
    """features - hidden - latent, mirrored. Grey values are targets and the divergence has its closed form; or pixels are drawn
    at every use and the divergence too, by so many draws of z, of several by the importance-weighted bound."""

    features: int
    hidden: tuple[int, ...]
    latent: int
    batch: int
    activation: str = "relu"
    binarized: bool = False
    draws: int = 1
    classes: int = 0  # with some, each hidden layer is modulated by the row's class (FiLM)

    def __str__(self) -> str:
        parts = [
            "-".join(map(str, (self.features, *self.hidden, self.latent))),
            "" if self.activation == "relu" else self.activation,
            "pixels drawn" if self.binarized else "",
            f"IWAE-{self.draws}" if self.draws > 1 else "",
            f"FiLM by {self.classes} classes" if self.classes else "",
            f"batch {self.batch}",
        ]
        return ", ".join(part for part in parts if part)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of all parameters, weights as [outputs, inputs]."""
        found: dict[str, tuple[int, ...]] = {}
        for part, n_in, hidden, n_out in (
            ("encoder", self.features, self.hidden, 2 * self.latent),
            ("decoder", self.latent, self.hidden[::-1], self.features),
        ):
            for name, size in [*((str(i), size) for i, size in enumerate(hidden)), ("out", n_out)]:
                found[f"{part}.{name}.weight"], found[f"{part}.{name}.bias"] = (size, n_in), (size,)
                if self.classes and name != "out":
                    found[f"{part}.{name}.film_weight"] = (2 * size, self.classes)
                    found[f"{part}.{name}.film_bias"] = (2 * size,)
                n_in = size
        return found
