from setuptools import setup, Extension
from Cython.Build import cythonize

modules = [Extension("squeeze._fast", ["squeeze/_fast.pyx"], libraries=["z", "m", "squeezed"])]

setup(
    name="squeeze",
    version="0.9",
    description="Squeeze is a compressor",
    url="https://example.org/squeeze",
    license="BSD-3-Clause",
    packages=["squeeze"],
    install_requires=["six"] + read_requirements(),
    ext_modules=cythonize(modules),
)
