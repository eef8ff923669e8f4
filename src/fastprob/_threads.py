"""Number of threads, and what this installation is made of."""
from . import _core
def get_num_threads(): return _core.get_threads()
def set_num_threads(n): _core.set_threads(n)
def show_config(): pass
def threads(n): pass
