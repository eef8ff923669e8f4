"""Every operation as a numpy.ufunc: normal_logpdf(x, loc, scale), kl_standard_normal_grad(loc, scale) ..."""

from . import _core

globals().update(_core.ufuncs)
__all__ = sorted(_core.ufuncs)
