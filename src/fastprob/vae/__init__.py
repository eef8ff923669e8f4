"""Variational autoencoders: an encoder q(z | x), a decoder p(x | z), and the lower bound of log p(x) that trains both.

Needs the extra `vae`: pip install "fastprob[vae]".
"""

try:
    import sklearn as _sklearn  # noqa: F401
except ImportError as _error:
    raise ImportError('fastprob.vae needs scikit-learn: pip install "fastprob[vae]"') from _error

from .conditions import Conditioning
from .estimator import VAE
from .evaluation import LogLikelihood
from .likelihoods import Bernoulli, DiscretizedLogistic, Gaussian
from .networks import Initialization
from .objectives import ELBO, IWAE
from .optimizers import SGD, Adam, AdamW
from .schedules import Plateau, Steps
from .stopping import EarlyStopping
from .training import CollapsedUnitsWarning, NonFiniteError

__all__ = [
    "ELBO",
    "IWAE",
    "SGD",
    "VAE",
    "Adam",
    "AdamW",
    "Bernoulli",
    "CollapsedUnitsWarning",
    "Conditioning",
    "DiscretizedLogistic",
    "EarlyStopping",
    "Gaussian",
    "Initialization",
    "LogLikelihood",
    "NonFiniteError",
    "Plateau",
    "Steps",
]
