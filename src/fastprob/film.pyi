# mypy: disable-error-code="overload-overlap"
# pyright: reportOverlappingOverload=false
# (np.float64 is a float too, and to mypy float32 and float64 arrays overlap, for NumPy's sake)
"""Types of fastprob.film."""

from typing import Any, SupportsIndex, TypeVar, overload

from numpy.typing import ArrayLike, NDArray

from ._core import _F32, _F64, _Double, _Floats, _LikeF32, _Real

_Out = TypeVar("_Out", bound=NDArray[Any])
_Place = NDArray[Any] | None

@overload
def forward(x: _F32, gamma: _Double, beta: _Real, *, axis: SupportsIndex = -1, out: None = None) -> _F64: ...
@overload
def forward(x: _F32, gamma: _Real, beta: _Double, *, axis: SupportsIndex = -1, out: None = None) -> _F64: ...
@overload
def forward(x: _F32, gamma: _LikeF32, beta: _LikeF32, *, axis: SupportsIndex = -1, out: None = None) -> _F32: ...
@overload
def forward(x: _F64, gamma: _Real, beta: _Real, *, axis: SupportsIndex = -1, out: None = None) -> _F64: ...
@overload
def forward(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, *, axis: SupportsIndex = -1, out: _Out) -> _Out: ...
@overload
def forward(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, *, axis: SupportsIndex = -1, out: None = None) -> _Floats: ...
@overload
def backward(
    dout: _F32, x: _F32, gamma: _Double, *, axis: SupportsIndex = -1, out: None = None
) -> tuple[_F64, Any, Any]: ...
@overload
def backward(
    dout: _F32, x: _F32, gamma: _LikeF32, *, axis: SupportsIndex = -1, out: None = None
) -> tuple[_F32, Any, Any]: ...
@overload
def backward(
    dout: ArrayLike, x: ArrayLike, gamma: ArrayLike, *, axis: SupportsIndex = -1, out: _Out
) -> tuple[_Out, Any, Any]: ...
@overload
def backward(
    dout: ArrayLike, x: ArrayLike, gamma: ArrayLike, *, axis: SupportsIndex = -1, out: tuple[_Place, _Place, _Place]
) -> tuple[NDArray[Any], Any, Any]: ...
@overload
def backward(
    dout: ArrayLike, x: ArrayLike, gamma: ArrayLike, *, axis: SupportsIndex = -1, out: None = None
) -> tuple[_Floats, Any, Any]: ...
