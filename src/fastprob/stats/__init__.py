"""Distribution objects with the interface of scipy.stats, over fastprob's functions.

`from fastprob.stats import norm` in place of `from scipy.stats import norm` is the one line to change. The objects are called
with parameters or frozen, and have SciPy's methods, names and order of arguments, shapes and kinds of results; what differs on
purpose is listed in docs/stats.md. SciPy is not imported, unless a function of one's own is integrated or a fit has to search.

>>> from fastprob.stats import norm
>>> norm.sf(9.0)
np.float64(1.1285884059538405e-19)
>>> norm(10.0, scale=2.0).interval(0.5)
(np.float64(8.651020499607837), np.float64(11.348979500392163))
"""

from ._distributions import bernoulli, logistic, norm, truncnorm, uniform
from ._frozen import Frozen

__all__ = ["Frozen", "bernoulli", "logistic", "norm", "truncnorm", "uniform"]
