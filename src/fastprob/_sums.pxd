# What public functions call; arguments as they were given.
cpdef loglik(str family_name, x, tuple parameters, weights, bint gradient)
cpdef logsumexp(x, axis, weights, bint keepdims)
cpdef as_data(str function, str name, value)
