"""The core for the package's own typed modules: operations called on any arguments."""

from cpython.object cimport PyObject
from libc.stdint cimport int64_t, uint32_t, uint64_t


cdef extern from "core/run.h":
    enum: FP_MAX_ARGS, FP_MAX_DIMS
    ctypedef enum fp_stored:
        FP_STORED_F32, FP_STORED_F64
    ctypedef struct fp_operand:
        char *data
        const Py_ssize_t *strides
        fp_stored stored


cdef extern from "core/float_env.h" nogil:
    ctypedef struct float_env:
        pass
    float_env float_env_enter()
    void float_env_leave(float_env saved)


cdef extern from "core/nearest.h" nogil:
    float nearest_f32 "fp_nearest_f32"(double v)


cdef extern from "random/draw.h":
    enum:
        FP_FILL_words, FP_FILL_unit_f32, FP_FILL_unit_f64, FP_FILL_open_f32, FP_FILL_open_f64
        FP_FILL_normal_f32, FP_FILL_normal_f64, FP_FILL_logistic_f32, FP_FILL_logistic_f64
        FP_TRANSFORM_NONE, FP_TRANSFORM_uniform, FP_TRANSFORM_location_scale, FP_TRANSFORM_location_log_scale
        FP_TRANSFORM_location_logvar, FP_TRANSFORM_bernoulli, FP_TRANSFORM_bernoulli_logits, FP_TRANSFORM_concrete
        FP_TRANSFORM_truncnormal
        FP_GRADIENT_scale_grad, FP_GRADIENT_log_scale_grad, FP_GRADIENT_logvar_grad, FP_GRADIENT_uniform_grad
        FP_GRADIENT_concrete_grad, FP_GRADIENT_truncnormal_grad
        FP_DOMAIN_ANY, FP_DOMAIN_NOT_NEGATIVE, FP_DOMAIN_PROBABILITY, FP_DOMAIN_NOT_NAN, FP_DOMAIN_POSITIVE, FP_DOMAIN_FINITE
        FP_DOMAIN_FINITE_SCALE, FP_DOMAIN_FINITE_RANGE, FP_DOMAIN_RANGE, FP_DOMAIN_ORDERED
        FP_F32, FP_F64
        FP_MAX_PARAMETERS
    ctypedef enum fp_layout:
        FP_LAYOUT_TWO
    ctypedef struct fp_stream:
        uint32_t key[4]
        uint32_t high[2]
    ctypedef struct fp_generator:
        fp_stream stream
    ctypedef struct fp_parameters:
        int ndim
        const size_t *shape
        const fp_operand *operands
    ctypedef struct fp_draw:
        fp_stream stream
        uint64_t first
        size_t n
        int fill, transform, parameters
        const void *parameter[4]
        unsigned rows
        const fp_parameters *arrays
        void *noise
        void *out
    ctypedef struct fp_rules:
        int count, pairs
        int domains[4]
        int both[2]
    ctypedef struct fp_words_one_by_one:
        fp_stream stream
        uint64_t next
        uint32_t words[64]


cdef extern from "nn/nn.h":
    enum:
        FP_IDENTITY, FP_RELU, FP_TANH, FP_SIGMOID, FP_SOFTPLUS, FP_ACTIVATIONS
    ctypedef struct fp_adam:
        double beta1, beta2, rate, root, eps
    ctypedef struct fp_nn_kernels:
        void (*gather)(void *y, const char *data, Py_ssize_t stride, int source, const int64_t *index, const double *shift,
                       const double *factor, size_t rows, size_t cols) noexcept nogil
        void (*binarize)(void *x, const fp_stream *stream, uint32_t first, size_t rows, size_t cols) noexcept nogil
        void (*fill_missing)(void *y, const void *x, size_t n) noexcept nogil
        void (*embed)(void *y, const void *table, const void *labels, size_t rows, size_t classes, size_t units) noexcept nogil
        void (*embed_backward)(void *dtable, const void *dy, const void *labels, size_t rows, size_t classes, size_t first, size_t count,
                               size_t units) noexcept nogil
        void (*activate[5])(void *y, const void *bias, size_t rows, size_t cols) noexcept nogil
        void (*activate_backward[5])(void *dy, const void *y, size_t n) noexcept nogil
        void (*film[5])(void *y, void *h, void *modulation, const void *bias, const void *offset, size_t rows, size_t draws,
                        size_t cols) noexcept nogil
        void (*film_backward)(void *dh, void *dmodulation, const void *h, const void *modulation, size_t rows, size_t draws,
                              size_t cols) noexcept nogil
        void (*add)(void *y, const void *x, size_t n) noexcept nogil
        void (*transpose)(void *y, size_t stride, const void *x, size_t rows, size_t cols) noexcept nogil
        void (*product)(void *c, size_t stride, const void *left, size_t left_row, size_t left_k, const void *right, size_t right_k,
                        size_t right_col, size_t rows, size_t cols, size_t k) noexcept nogil
        void (*column_sums)(void *sums, const void *x, size_t rows, size_t cols, size_t stride) noexcept nogil
        void (*gaussian_head)(void *z, void *eps, void *scale, void *prior_scale, double *kl, double *log_ratio, const void *raw,
                              const void *prior, const fp_stream *stream, uint32_t first, size_t rows, size_t draws,
                              size_t units) noexcept nogil
        void (*gaussian_head_backward)(void *draw, void *dprior, const void *dz, const void *raw, const void *prior, const void *eps,
                                       const void *scale, const void *prior_scale, const double *kl_weight, double free_bits,
                                       size_t rows, size_t draws, size_t units) noexcept nogil
        void (*gaussian_head_backward_drawn)(void *draw, void *dprior, const void *dz, const void *z, const void *raw,
                                             const void *prior, const void *eps, const void *scale, const void *prior_scale,
                                             const double *ratio_weight, const double *through, size_t rows, size_t draws,
                                             size_t units) noexcept nogil
        void (*importance)(double *share, double *bound, const double *loss, const double *log_ratio, size_t rows,
                           size_t draws) noexcept nogil
        void (*scale_rows)(void *x, const double *factors, size_t rows, size_t cols) noexcept nogil
        void (*bernoulli)(void *dlogits, double *loss, const void *logits, const void *x, const double *weights, size_t rows,
                          size_t draws, size_t cols) noexcept nogil
        void (*gaussian)(void *dmean, void *dscale, double *loss, const void *mean, const void *x, const void *log_scale, int shared,
                         double least, const double *weights, size_t rows, size_t draws, size_t cols) noexcept nogil
        void (*discretized)(void *dmean, void *dscale, double *loss, const void *mean, const void *x, const void *log_scale, int shared,
                            double least, double half, const double *weights, size_t rows, size_t draws, size_t cols) noexcept nogil
        void (*gate)(void *y, const void *x, size_t rows, size_t units) noexcept nogil
        void (*gate_backward)(void *dx, const void *dy, const void *x, size_t rows, size_t units) noexcept nogil
        void (*adam)(void *parameter, void *first, void *second, const void *gradient, const fp_adam *settings, double keep,
                     double factor, size_t n) noexcept nogil
        void (*sgd)(void *parameter, void *velocity, const void *gradient, double rate, double momentum, double factor,
                    size_t n) noexcept nogil
        double (*squares)(const void *x, size_t n) noexcept nogil


cdef extern from "core/pool.h":
    ctypedef void (*fp_task)(void *context, size_t index) noexcept nogil


cdef extern from "sums/run.h":
    enum:
        FP_FINISH_weighted_sum, FP_FINISH_normal_loglik, FP_FINISH_normal_moments, FP_FINISH_logistic_loglik, FP_FINISH_range
        FP_FINISH_uniform_loglik, FP_FINISH_bernoulli_loglik, FP_FINISH_bernoulli_fit, FP_FINISH_logsumexp
        FP_MAX_RESULTS
    ctypedef struct fp_sum_job:
        int finish, ndim, kept
        const size_t *shape
        fp_operand x, weights
        const double *parameters
        double *results
        int lighter
    ctypedef struct fp_terms_job:
        const fp_op *op
        const fp_op *grad
        int first, ndim
        const size_t *shape
        fp_operand inputs[3]
        fp_operand weights
        char *slopes[2]
        fp_stored slope_type
        double *sums
        int lighter
    void fp_sum_narrow(const double *results, float *narrow, size_t n) nogil


cdef extern from "film/run.h":
    ctypedef struct fp_film_job:
        int type, ndim
        const size_t *shape
        const unsigned char *kept
        fp_operand dx, dout, x, gamma
        void *dgamma
        void *dbeta


cdef extern from "core/table.h":
    ctypedef struct fp_op:
        const char *name
        int values, parameters, outputs
        const char *input_names
        const char *output_names
        double bound[2]
        const char *formula
    ctypedef struct fp_table:
        const char *target
        size_t count
        const fp_op *ops
        const fp_nn_kernels *nn[2]


# For modules that run kernels of their own: this extension alone holds the table and the pool.
cdef const fp_table *active_table() noexcept nogil
cdef void pool_run(fp_task task, void *context, size_t count) noexcept nogil
cdef int pool_threads() noexcept nogil

# draw.h, for fastprob.random
cdef fp_layout layout_of(int fill) noexcept nogil
cdef uint64_t reserve(fp_generator *generator, fp_layout layout, uint64_t n) noexcept nogil
cdef uint64_t get_place(const fp_generator *generator) noexcept nogil
cdef void set_place(fp_generator *generator, uint64_t place) noexcept nogil
cdef void run_draw(const fp_draw *draw) noexcept nogil
cdef void run_gradient(int gradient, int type, int ndim, const size_t *shape, const fp_operand *operands) noexcept nogil
cdef bint in_domain(int domain, int type, double a, double b) noexcept nogil
cdef int first_outside(int type, const fp_rules *rules, const double *numbers, const void *const *rows, size_t n) noexcept nogil
cdef bint all_in_domain(int domain, int type, int count, int ndim, const size_t *shape, const fp_operand *operands,
                        double *found) noexcept nogil
cdef void permute(fp_stream stream, uint64_t first, int64_t *out, size_t n) noexcept nogil
cdef uint32_t next_word(void *state) noexcept nogil
cdef uint64_t next_two_words(void *state) noexcept nogil
cdef double next_unit(void *state) noexcept nogil


# sums/run.h, for fastprob._sums
cdef int run_sums(const fp_sum_job *job) noexcept nogil
cdef void narrow_results(const double *results, float *narrow, size_t n) noexcept nogil
cdef int run_terms(const fp_terms_job *job) noexcept nogil
cdef object stored(object dtype)
cdef bint masked(object value) except -1
cdef object as_array(str function, str name, object value)

# film/run.h, for fastprob.film
cdef int run_film(const fp_film_job *job) noexcept nogil


cdef class Operation:
    cdef const fp_op *op
    cdef object ufunc
    cdef str public

cpdef Operation operation(str name, str public)

# core/run.h, where the caller has made sure of the arguments
cdef void run_operation(Operation operation, int type, int ndim, const size_t *shape, const fp_operand *operands) noexcept nogil
# n elements in float64: n of each input, one after the other, and so the results
cdef void run_elements(Operation operation, size_t n, const double *inputs, double *results) noexcept nogil

cdef object call(Operation operation, PyObject **args, object out, object where, object dtype)


cdef inline object call1(Operation operation, object a, object out, object where, object dtype):
    cdef PyObject *args[1]
    args[0] = <PyObject *>a
    return call(operation, args, out, where, dtype)


cdef inline object call2(Operation operation, object a, object b, object out, object where, object dtype):
    cdef PyObject *args[2]
    args[0], args[1] = <PyObject *>a, <PyObject *>b
    return call(operation, args, out, where, dtype)


cdef inline object call3(Operation operation, object a, object b, object c, object out, object where, object dtype):
    cdef PyObject *args[3]
    args[0], args[1], args[2] = <PyObject *>a, <PyObject *>b, <PyObject *>c
    return call(operation, args, out, where, dtype)


cdef inline object call4(Operation operation, object a, object b, object c, object d, object out, object where, object dtype):
    cdef PyObject *args[4]
    args[0], args[1], args[2], args[3] = <PyObject *>a, <PyObject *>b, <PyObject *>c, <PyObject *>d
    return call(operation, args, out, where, dtype)


cdef inline object call5(Operation operation, object a, object b, object c, object d, object e, object out, object where,
                         object dtype):
    cdef PyObject *args[5]
    args[0], args[1], args[2], args[3], args[4] = <PyObject *>a, <PyObject *>b, <PyObject *>c, <PyObject *>d, <PyObject *>e
    return call(operation, args, out, where, dtype)
