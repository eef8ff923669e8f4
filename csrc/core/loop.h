/* Loops over a scalar kernel, for the compiler to vectorize: one over contiguous arrays, and one with the parameters fixed.
 * A loop reads the inputs of element i before it writes the outputs of element i and nothing
 * else of them, so an output may be the same array as an input. */
#ifndef FASTPROB_LOOP_H
#define FASTPROB_LOOP_H

#include "core/target.h"

#define FP_POINTERS_1(T, c, p, k) c FP_REAL_##T *p##0 = args[k];
#define FP_POINTERS_2(T, c, p, k) FP_POINTERS_1(T, c, p, k) c FP_REAL_##T *p##1 = args[(k) + 1];
#define FP_POINTERS_3(T, c, p, k) FP_POINTERS_2(T, c, p, k) c FP_REAL_##T *p##2 = args[(k) + 2];
#define FP_POINTERS_4(T, c, p, k) FP_POINTERS_3(T, c, p, k) c FP_REAL_##T *p##3 = args[(k) + 3];

#define FP_ELEMENT_1(p, i) p##0[i]
#define FP_ELEMENT_2(p, i) FP_ELEMENT_1(p, i), p##1[i]
#define FP_ELEMENT_3(p, i) FP_ELEMENT_2(p, i), p##2[i]
#define FP_ELEMENT_4(p, i) FP_ELEMENT_3(p, i), p##3[i]

#define FP_STORE_1(T, y, i, call) y##0[i] = canonical_##T(call);
#define FP_STORE_2(T, y, i, call) const outputs2_##T r = call; y##0[i] = canonical_##T(r.a); y##1[i] = canonical_##T(r.b);
#define FP_STORE_3(T, y, i, call) \
  const outputs3_##T r = call; y##0[i] = canonical_##T(r.a); y##1[i] = canonical_##T(r.b); y##2[i] = canonical_##T(r.c);

/* An operation without parameters: name_T(values). */
#define FP_LOOPS_0(T, family, name, values, outputs) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { \
    FP_POINTERS_##values(T, const, x, 0) FP_POINTERS_##outputs(T, , y, values) \
    FP_IVDEP for (size_t i = 0; i < n; i++) { FP_STORE_##outputs(T, y, i, name##_##T(FP_ELEMENT_##values(x, i))) } \
  }

/* With parameters: name_T(values, family_prepare_T(parameters)). Selects on loop-invariant parameters are not hoisted by the
 * compilers, hence the preparation by hand; the array loop prepares each element with the same code, so the bits agree. */
#define FP_LOOPS_N(T, family, name, values, parameters, outputs) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { \
    FP_POINTERS_##values(T, const, x, 0) FP_POINTERS_##parameters(T, const, p, values) \
    FP_POINTERS_##outputs(T, , y, values + parameters) \
    FP_IVDEP for (size_t i = 0; i < n; i++) \
      { FP_STORE_##outputs(T, y, i, name##_##T(FP_ELEMENT_##values(x, i), family##_prepare_##T(FP_ELEMENT_##parameters(p, i)))) } \
  } \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n) { \
    FP_POINTERS_##values(T, const, x, 0) FP_POINTERS_##parameters(T, const, p, values) \
    FP_POINTERS_##outputs(T, , y, values + parameters) \
    const family##_##T prepared = family##_prepare_##T(FP_ELEMENT_##parameters(p, 0)); \
    FP_IVDEP for (size_t i = 0; i < n; i++) { FP_STORE_##outputs(T, y, i, name##_##T(FP_ELEMENT_##values(x, i), prepared)) } \
  }

#define FP_LOOPS_2(T, family, name, values, outputs) FP_LOOPS_N(T, family, name, values, 2, outputs)
#define FP_LOOPS_4(T, family, name, values, outputs) FP_LOOPS_N(T, family, name, values, 4, outputs)

#endif
