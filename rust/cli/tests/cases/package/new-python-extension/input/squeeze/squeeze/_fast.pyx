# cython
