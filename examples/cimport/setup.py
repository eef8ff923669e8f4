# The same with setuptools: put requires = ["setuptools", "cython>=3.1", "fastprob"] and build-backend = "setuptools.build_meta" into
# pyproject.toml's [build-system], or run python setup.py build_ext.
import fastprob
from Cython.Build import cythonize
from setuptools import Extension, setup

setup(
    name="fastprob-example",
    version="1.0",
    ext_modules=[
        *cythonize([Extension("example_cython", ["example_cython.pyx"])], language_level=3),
        Extension("example_c", ["example_c.c"], include_dirs=[fastprob.get_include()]),
    ],
    py_modules=[],
)
