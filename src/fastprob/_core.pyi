"""The core's names, and the types that the generated stubs are made of."""

from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeAlias, TypeVar, type_check_only

import numpy as np
from numpy.typing import NDArray

version: Final[str]
compiler: Final[str]
target: Final[str]
exports: Final[object]
ufuncs: Final[dict[str, np.ufunc]]

def targets() -> list[tuple[str, bool]]: ...
def get_threads() -> int: ...
def set_threads(n: int) -> None: ...
def limit_threads(n: int) -> int: ...
def usable_threads() -> int: ...
def default_threads(root: str = "") -> int: ...
def quota_cpus(root: str = "") -> int: ...

class Operation: ...

def operation(name: str, public: str) -> Operation: ...
def call_large(operation: Operation, args: list[Any], out: Any, dtype: Any) -> Any: ...

# What a function of arrays takes.
@type_check_only
class _Foreign(Protocol):
    """Arrays of other libraries, which say themselves what comes back."""

    __array_ufunc__: Any

_Scalar: TypeAlias = np.bool | np.integer[Any] | np.floating[Any]
_Array: TypeAlias = NDArray[_Scalar] | Sequence[float] | Sequence[Sequence[Any]]
_Real: TypeAlias = float | _Scalar | _Array
_Any: TypeAlias = _Real | _Foreign
_F32: TypeAlias = NDArray[np.float32]
_F64: TypeAlias = NDArray[np.float64]
_LikeF32: TypeAlias = float | np.float32 | NDArray[np.float32]
_Number: TypeAlias = float | np.float32
_Double: TypeAlias = np.float64 | NDArray[np.float64]
_Float: TypeAlias = np.float32 | np.float64
_Floats: TypeAlias = NDArray[np.float32 | np.float64]
_Where: TypeAlias = bool | np.bool | NDArray[np.bool] | Sequence[bool] | Sequence[Sequence[Any]]
_Out = TypeVar("_Out", bound=NDArray[Any])
