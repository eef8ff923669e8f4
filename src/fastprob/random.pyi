"""Types of fastprob.random."""

from collections.abc import Mapping
from typing import Any, SupportsIndex, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

_Size: TypeAlias = SupportsIndex | tuple[SupportsIndex, ...] | list[int]
_Floats: TypeAlias = NDArray[np.float32 | np.float64]
_Out = TypeVar("_Out", bound=NDArray[Any])
_Seed: TypeAlias = (
    int
    | np.integer[Any]
    | list[int]
    | tuple[int, ...]
    | NDArray[np.integer[Any]]
    | np.random.SeedSequence
    | np.random.BitGenerator
    | np.random.Generator
    | np.random.RandomState
    | None
)

class Generator:
    def __init__(self, seed: _Seed = None, *, stream: SupportsIndex = 0) -> None: ...
    @overload
    def random(self, size: None = None, dtype: DTypeLike = ..., out: None = None, *, open: bool = False) -> float: ...
    @overload
    def random(self, size: _Size, dtype: DTypeLike = ..., out: None = None, *, open: bool = False) -> _Floats: ...
    @overload
    def random(self, size: _Size | None = None, dtype: DTypeLike = ..., *, out: _Out, open: bool = False) -> _Out: ...
    @overload
    def standard_normal(self, size: None = None, dtype: DTypeLike = ..., out: None = None) -> float: ...
    @overload
    def standard_normal(self, size: _Size, dtype: DTypeLike = ..., out: None = None) -> _Floats: ...
    @overload
    def standard_normal(self, size: _Size | None = None, dtype: DTypeLike = ..., *, out: _Out) -> _Out: ...
    @overload
    def uniform(
        self, low: float = 0.0, high: float = 1.0, size: None = None, dtype: DTypeLike = ..., out: None = None
    ) -> float: ...
    @overload
    def uniform(
        self, low: ArrayLike = 0.0, high: ArrayLike = 1.0, size: _Size | None = None, dtype: DTypeLike = ..., out: None = None
    ) -> Any: ...
    @overload
    def uniform(
        self, low: ArrayLike = 0.0, high: ArrayLike = 1.0, size: _Size | None = None, dtype: DTypeLike = ..., *, out: _Out
    ) -> _Out: ...
    @overload
    def normal(
        self, loc: float = 0.0, scale: float = 1.0, size: None = None, dtype: DTypeLike = ..., out: None = None
    ) -> float: ...
    @overload
    def normal(
        self, loc: ArrayLike = 0.0, scale: ArrayLike = 1.0, size: _Size | None = None, dtype: DTypeLike = ..., out: None = None
    ) -> Any: ...
    @overload
    def normal(
        self, loc: ArrayLike = 0.0, scale: ArrayLike = 1.0, size: _Size | None = None, dtype: DTypeLike = ..., *, out: _Out
    ) -> _Out: ...
    @overload
    def logistic(
        self, loc: float = 0.0, scale: float = 1.0, size: None = None, dtype: DTypeLike = ..., out: None = None
    ) -> float: ...
    @overload
    def logistic(
        self, loc: ArrayLike = 0.0, scale: ArrayLike = 1.0, size: _Size | None = None, dtype: DTypeLike = ..., out: None = None
    ) -> Any: ...
    @overload
    def logistic(
        self, loc: ArrayLike = 0.0, scale: ArrayLike = 1.0, size: _Size | None = None, dtype: DTypeLike = ..., *, out: _Out
    ) -> _Out: ...
    def bernoulli(
        self,
        p: ArrayLike | None = None,
        size: _Size | None = None,
        dtype: DTypeLike = ...,
        out: NDArray[Any] | None = None,
        *,
        logits: ArrayLike | None = None,
    ) -> Any: ...
    def truncnormal(
        self,
        low: ArrayLike,
        high: ArrayLike,
        loc: ArrayLike = 0.0,
        scale: ArrayLike = 1.0,
        size: _Size | None = None,
        dtype: DTypeLike = ...,
        out: NDArray[Any] | None = None,
    ) -> Any: ...
    def rsample_normal(
        self,
        loc: ArrayLike = 0.0,
        *,
        scale: ArrayLike | None = None,
        log_scale: ArrayLike | None = None,
        logvar: ArrayLike | None = None,
        size: _Size | None = None,
        dtype: DTypeLike | None = None,
        out: tuple[NDArray[Any], NDArray[Any]] | None = None,
    ) -> tuple[Any, Any]: ...
    def rsample_logistic(
        self,
        loc: ArrayLike = 0.0,
        *,
        scale: ArrayLike | None = None,
        log_scale: ArrayLike | None = None,
        size: _Size | None = None,
        dtype: DTypeLike | None = None,
        out: tuple[NDArray[Any], NDArray[Any]] | None = None,
    ) -> tuple[Any, Any]: ...
    def rsample_uniform(
        self,
        low: ArrayLike = 0.0,
        high: ArrayLike = 1.0,
        *,
        size: _Size | None = None,
        dtype: DTypeLike | None = None,
        out: tuple[NDArray[Any], NDArray[Any]] | None = None,
    ) -> tuple[Any, Any]: ...
    def rsample_truncnormal(
        self,
        low: ArrayLike,
        high: ArrayLike,
        loc: ArrayLike = 0.0,
        scale: ArrayLike = 1.0,
        *,
        size: _Size | None = None,
        dtype: DTypeLike | None = None,
        out: tuple[NDArray[Any], NDArray[Any]] | None = None,
    ) -> tuple[Any, Any]: ...
    def rsample_concrete(
        self,
        logits: ArrayLike,
        temperature: ArrayLike,
        *,
        size: _Size | None = None,
        dtype: DTypeLike | None = None,
        out: tuple[NDArray[Any], NDArray[Any]] | None = None,
    ) -> tuple[Any, Any]: ...
    @overload
    def permutation(self, x: SupportsIndex, axis: int = 0) -> NDArray[np.int64]: ...
    @overload
    def permutation(self, x: ArrayLike, axis: int = 0) -> NDArray[Any]: ...
    def spawn(self, n: int) -> list[Generator]: ...
    def advance(self, delta: SupportsIndex) -> Generator: ...
    @property
    def state(self) -> dict[str, Any]: ...
    @state.setter
    def state(self, value: Mapping[str, Any]) -> None: ...

def default_rng(seed: _Seed | Generator = None, *, stream: SupportsIndex = 0) -> Generator: ...

def rsample_normal_grad(
    dz: ArrayLike,
    eps: ArrayLike,
    *,
    scale: ArrayLike | None = None,
    log_scale: ArrayLike | None = None,
    logvar: ArrayLike | None = None,
) -> tuple[Any, Any]: ...
def rsample_logistic_grad(
    dx: ArrayLike, eps: ArrayLike, *, scale: ArrayLike | None = None, log_scale: ArrayLike | None = None
) -> tuple[Any, Any]: ...
def rsample_uniform_grad(dx: ArrayLike, u: ArrayLike) -> tuple[Any, Any]: ...
def rsample_concrete_grad(dy: ArrayLike, eps: ArrayLike, logits: ArrayLike, temperature: ArrayLike) -> tuple[Any, Any]: ...
def rsample_truncnormal_grad(
    dx: ArrayLike,
    x: ArrayLike,
    u: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    loc: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
) -> tuple[Any, Any, Any, Any]: ...

class BitGenerator(np.random.BitGenerator):
    def __init__(
        self, seed: int | list[int] | tuple[int, ...] | np.random.SeedSequence | None = None, *, stream: SupportsIndex = 0
    ) -> None: ...
    @property
    def state(self) -> Mapping[str, Any]: ...
    @state.setter
    def state(self, value: Mapping[str, Any]) -> None: ...
    def advance(self, delta: SupportsIndex) -> BitGenerator: ...
    def jumped(self, jumps: SupportsIndex = 1) -> BitGenerator: ...
