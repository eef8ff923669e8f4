# The same with setuptools: in pyproject.toml's [build-system] put "setuptools" for "meson-python" and "setuptools.build_meta" for
# "mesonpy", or run python setup.py build_ext.
from Cython.Build import cythonize
from setuptools import Extension, setup

import fastprob

setup(
    name="fastprob-example",
    version="1.0",
    ext_modules=[
        *cythonize([Extension("example_cython", ["example_cython.pyx"])], language_level=3),
        Extension("example_c", ["example_c.c"], include_dirs=[fastprob.get_include()]),
    ],
    py_modules=[],
)
