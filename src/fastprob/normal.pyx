"""Normal distribution: x, loc = 0, scale = 1."""
from fastprob._core cimport Operation, call3, operation

cdef Operation _logpdf = operation("normal_logpdf", "normal.logpdf")

def logpdf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Log."""
    return call3(_logpdf, x, loc, scale, out, where, dtype)
