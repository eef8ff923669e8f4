"""Every operation as a numpy.ufunc, by the names of the list: normal_logpdf(x, loc, scale), kl_standard_normal_grad(loc, scale) ..."""

from . import _core

globals().update({name: operation.ufunc for name, operation in _core.operations.items()})
__all__ = list(_core.operations)
