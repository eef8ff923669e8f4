"""Which public functions are ufuncs underneath: those with the options of one."""

from __future__ import annotations

import inspect
from types import ModuleType


def names(module: ModuleType) -> list[str]:
    return [name for name in dir(module) if not name.startswith("_")]


def elementwise(module: ModuleType) -> list[str]:
    return [name for name in names(module) if "out" in inspect.signature(getattr(module, name)).parameters]
