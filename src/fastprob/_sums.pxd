from fastprob._core cimport Operation

cdef class Family:
    cdef str data, loglik, loglik_and_grad      # names of the data and of the functions
    cdef tuple parameters
    cdef int count                              # of them
    cdef Operation value, grad
    cdef int finish

cdef Family NORMAL, LOGISTIC, UNIFORM, BERNOULLI, BERNOULLI_LOGITS

# What public functions call; arguments as they were given.
cdef loglik(Family family, x, first, second, weights, bint gradient)
cpdef logsumexp(x, axis, weights, bint keepdims)
cpdef as_data(str function, str name, value)
