/* fastprob's functions for C and C++.
 *
 * Every operation NAME of ops.def, in each type T = f32 (float) and f64 (double), is here as
 *
 *   real fp_NAME_T(real input, ...);                       one output
 *   void fp_NAME_T(real *output, ..., real input, ...);    two to four outputs
 *   void fp_NAME_T_array(real *output, ..., const real *input, ..., size_t n);
 *
 * for example
 *
 *   double fp_normal_logpdf_f64(double x, double loc, double scale);
 *   void fp_normal_logpdf_f64_array(double *logpdf, const double *x, const double *loc, const double *scale, size_t n);
 *
 * Random numbers: for each NAME of random_fills.h (words, unit_f32, normal_f64, ...)
 *
 *   void fp_random_NAME(const uint32_t key[4], uint64_t stream, uint64_t first, type *out, size_t n);
 *
 * puts units first to first + n - 1 of a stream into out. A unit's value depends on key, stream and its number alone. Key and
 * stream of a Python Generator are in its state, and its own first draws are the units from 0 on; spawn one for compiled code, so
 * that no number is drawn twice. Units of different kinds share words: draw each kind from a stream of its own.
 *
 * Feature-wise linear modulation, y = gamma x + beta: x, y real [samples, shared, channels, inner], gamma and beta real [samples,
 * channels], for each T
 *
 *   void fp_film_forward_T(real *y, const real *x, const real *gamma, const real *beta,
 *                          size_t samples, size_t shared, size_t channels, size_t inner);
 *   int fp_film_backward_T(real *dx, real *dgamma, real *dbeta, const real *dout, const real *x, const real *gamma, ... the same);
 *
 * the second with dx = gamma dout and the sums of dout x and dout over shared and inner; -1 where memory is short, else 0. dx may
 * be the array of dout or x. Samples with one modulation for all are `shared`; channels last have inner = 1.
 *
 * They need no GIL, keep no state, leave floating-point flags and modes as they found them, and give the same bits on every CPU.
 * An output array may be one of the input arrays, but must not overlap one in another way. Arrays above a certain size are
 * worked on by several threads. The errors, in ULP, stand in ops.def.
 *
 * In a Python extension module, define FASTPROB_EXTENSION_MODULE before the first include, include it after Python.h, and
 * call fastprob_import() once when the module starts: it returns 0, or -1 with a Python exception set. In a C program that
 * links the core, call fp_select(NULL) once; core/pool.h has the number of threads.
 */
#ifndef FASTPROB_H
#define FASTPROB_H

#include <stddef.h>
#include <stdint.h>

#include "random_fills.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parameter lists by number of outputs and inputs. */
#define FP_NAMES_IN_1(R) R x0
#define FP_NAMES_IN_2(R) FP_NAMES_IN_1(R), R x1
#define FP_NAMES_IN_3(R) FP_NAMES_IN_2(R), R x2
#define FP_NAMES_IN_4(R) FP_NAMES_IN_3(R), R x3
#define FP_NAMES_IN_5(R) FP_NAMES_IN_4(R), R x4
#define FP_NAMES_OUT_1(R) R *y0
#define FP_NAMES_OUT_2(R) FP_NAMES_OUT_1(R), R *y1
#define FP_NAMES_OUT_3(R) FP_NAMES_OUT_2(R), R *y2
#define FP_NAMES_OUT_4(R) FP_NAMES_OUT_3(R), R *y3
#define FP_INPUTS_1_0 1
#define FP_INPUTS_2_0 2
#define FP_INPUTS_3_0 3
#define FP_INPUTS_4_0 4
#define FP_INPUTS_1_2 3
#define FP_INPUTS_2_2 4
#define FP_INPUTS_1_4 5
#define FP_JOIN2(a, b) a##b
#define FP_JOIN(a, b) FP_JOIN2(a, b)
#define FP_NAMES_IN(R, values, parameters) FP_JOIN(FP_NAMES_IN_, FP_INPUTS_##values##_##parameters)(R)

#define FP_RESULT_1(R) R
#define FP_RESULT_2(R) void
#define FP_RESULT_3(R) void
#define FP_RESULT_4(R) void
#define FP_SCALAR_1(R, values, parameters) (FP_NAMES_IN(R, values, parameters))
#define FP_SCALAR_2(R, values, parameters) (FP_NAMES_OUT_2(R), FP_NAMES_IN(R, values, parameters))
#define FP_SCALAR_3(R, values, parameters) (FP_NAMES_OUT_3(R), FP_NAMES_IN(R, values, parameters))
#define FP_SCALAR_4(R, values, parameters) (FP_NAMES_OUT_4(R), FP_NAMES_IN(R, values, parameters))
#define FP_ARRAY(R, values, parameters, outputs) (FP_NAMES_OUT_##outputs(R), FP_NAMES_IN(const R *, values, parameters), size_t n)

#define FP_FILM_SIZES size_t samples, size_t shared, size_t channels, size_t inner
#define FP_FILM_FORWARD(R) (R *y, const R *x, const R *gamma, const R *beta, FP_FILM_SIZES)
#define FP_FILM_BACKWARD(R) (R *dx, R *dgamma, R *dbeta, const R *dout, const R *x, const R *gamma, FP_FILM_SIZES)

/* The core's way of handing its functions to other modules: looked up by name, so that new operations break nobody. */
typedef void (*fp_function)(void);
typedef struct { const char *name; fp_function function; } fp_export;

#ifndef FASTPROB_EXTENSION_MODULE

#define FP_OP(family, name, values, parameters, outputs, ...) \
  FP_RESULT_##outputs(float) fp_##name##_f32 FP_SCALAR_##outputs(float, values, parameters); \
  FP_RESULT_##outputs(double) fp_##name##_f64 FP_SCALAR_##outputs(double, values, parameters); \
  void fp_##name##_f32_array FP_ARRAY(float, values, parameters, outputs); \
  void fp_##name##_f64_array FP_ARRAY(double, values, parameters, outputs);
#include "ops.def"
#undef FP_OP

#define FP_FILL_FUNCTION(name, type) \
  void fp_random_##name(const uint32_t key[4], uint64_t stream, uint64_t first, type *out, size_t n);
FP_RANDOM_FILLS(FP_FILL_FUNCTION)
#undef FP_FILL_FUNCTION

void fp_film_forward_f32 FP_FILM_FORWARD(float);
void fp_film_forward_f64 FP_FILM_FORWARD(double);
int fp_film_backward_f32 FP_FILM_BACKWARD(float);
int fp_film_backward_f64 FP_FILM_BACKWARD(double);

extern const fp_export fp_exports[];   /* ends with a NULL name */

/* Chooses the loops for this CPU: a target's name, or NULL for FASTPROB_TARGET or else the best. 0, or -1 if there is none
 * of that name or this CPU can't run it; then the choice before stays. */
int fp_select(const char *target);
/* The chosen target's name. */
const char *fp_target(void);
/* The i-th target that was built and whether this CPU runs it; NULL past the last. */
const char *fp_target_at(int i, int *supported);

#else

#define FP_OP(family, name, values, parameters, outputs, ...) \
  static FP_RESULT_##outputs(float) (*fp_##name##_f32) FP_SCALAR_##outputs(float, values, parameters); \
  static FP_RESULT_##outputs(double) (*fp_##name##_f64) FP_SCALAR_##outputs(double, values, parameters); \
  static void (*fp_##name##_f32_array) FP_ARRAY(float, values, parameters, outputs); \
  static void (*fp_##name##_f64_array) FP_ARRAY(double, values, parameters, outputs);
#include "ops.def"
#undef FP_OP

#define FP_FILL_POINTER(name, type) \
  static void (*fp_random_##name)(const uint32_t key[4], uint64_t stream, uint64_t first, type *out, size_t n);
FP_RANDOM_FILLS(FP_FILL_POINTER)
#undef FP_FILL_POINTER

static void (*fp_film_forward_f32) FP_FILM_FORWARD(float);
static void (*fp_film_forward_f64) FP_FILM_FORWARD(double);
static int (*fp_film_backward_f32) FP_FILM_BACKWARD(float);
static int (*fp_film_backward_f64) FP_FILM_BACKWARD(double);

/* Looks from *at onwards, then from the start: the names usually come in the order of the list. */
static int fastprob_find(const fp_export *exports, size_t *at, const char *name, void *pointer, size_t size)
{
  const size_t start = *at;
  size_t i = start, c;
  for (;;) {
    if (!exports[i].name) {
      if (start == 0) break;
      i = 0;
    }
    for (c = 0; name[c] && name[c] == exports[i].name[c]; c++) { }
    if (name[c] == exports[i].name[c]) {
      const unsigned char *from = (const unsigned char *)&exports[i].function;
      for (c = 0; c < size; c++) ((unsigned char *)pointer)[c] = from[c];
      *at = i + 1;
      return 0;
    }
    if (++i == start) break;
  }
  PyErr_Format(PyExc_ImportError, "the installed fastprob has no function %s: it is older than the one this module was compiled with", name);
  return -1;
}

static int fastprob_import(void)
{
  size_t at = 0;
  const fp_export *exports = (const fp_export *)PyCapsule_Import("fastprob._core.exports", 0);
  if (!exports) return -1;
#define FP_FIND(name) if (fastprob_find(exports, &at, #name, &name, sizeof name)) return -1;
#define FP_OP(family, name, values, parameters, outputs, ...) \
  FP_FIND(fp_##name##_f32) FP_FIND(fp_##name##_f64) FP_FIND(fp_##name##_f32_array) FP_FIND(fp_##name##_f64_array)
#include "ops.def"
#undef FP_OP
#define FP_FIND_FILL(name, type) FP_FIND(fp_random_##name)
  FP_RANDOM_FILLS(FP_FIND_FILL)
#undef FP_FIND_FILL
  FP_FIND(fp_film_forward_f32) FP_FIND(fp_film_forward_f64) FP_FIND(fp_film_backward_f32) FP_FIND(fp_film_backward_f64)
#undef FP_FIND
  return 0;
}

#endif

#ifdef __cplusplus
}
#endif
#endif
