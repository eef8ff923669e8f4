/* Loops over a scalar kernel, for the compiler to vectorize: over contiguous arrays, and with the parameters fixed.
 * A loop reads the inputs of element i before it writes the outputs of element i and nothing
 * else of them, so an output may be the same array as an input. */
#ifndef FASTPROB_LOOP_H
#define FASTPROB_LOOP_H

#include "core/target.h"

#define FP_POINTERS_1(T, c, p, k, args) c FP_REAL_##T *p##0 = (args)[k];
#define FP_POINTERS_2(T, c, p, k, args) FP_POINTERS_1(T, c, p, k, args) c FP_REAL_##T *p##1 = (args)[(k) + 1];
#define FP_POINTERS_3(T, c, p, k, args) FP_POINTERS_2(T, c, p, k, args) c FP_REAL_##T *p##2 = (args)[(k) + 2];
#define FP_POINTERS_4(T, c, p, k, args) FP_POINTERS_3(T, c, p, k, args) c FP_REAL_##T *p##3 = (args)[(k) + 3];

#define FP_ELEMENT_1(p, i) p##0[i]
#define FP_ELEMENT_2(p, i) FP_ELEMENT_1(p, i), p##1[i]
#define FP_ELEMENT_3(p, i) FP_ELEMENT_2(p, i), p##2[i]
#define FP_ELEMENT_4(p, i) FP_ELEMENT_3(p, i), p##3[i]

#define FP_RESULT_1(T) FP_REAL_##T
#define FP_RESULT_2(T) outputs2_##T
#define FP_RESULT_3(T) outputs3_##T
#define FP_RESULT_4(T) outputs4_##T
#define FP_STORE_1(T, y, i, r) y##0[i] = canonical_##T(r);
#define FP_STORE_2(T, y, i, r) y##0[i] = canonical_##T(r.a); y##1[i] = canonical_##T(r.b);
#define FP_STORE_3(T, y, i, r) y##0[i] = canonical_##T(r.a); y##1[i] = canonical_##T(r.b); y##2[i] = canonical_##T(r.c);
#define FP_STORE_4(T, y, i, r) FP_STORE_3(T, y, i, r) y##3[i] = canonical_##T(r.d);

/* A kernel is one long chain of operations that wait for each other, longer than a CPU looks ahead. So blocks of several times
 * FP_APART elements are worked on several vectors at a time, their operations mixed. Clang does that by itself. GCC is given a body
 * of several elements, FP_APART from each other, and mixes with -fschedule-insns. f32 needs fewer: a vector of floats is two of
 * doubles. A kernel file that defines FP_STREAMS_<T>_<name> as ",3" has three for that operation (docs/adr/0010). `call` is a
 * function of i. */
enum { FP_APART = 64 };
#ifdef FP_SANITIZED   /* the same code with less of it to compile */
#define FP_STREAMS(T, name) 1
#else
#define FP_USUAL_STREAMS_f32 2
#define FP_USUAL_STREAMS_f64 3
#define FP_STREAMS(T, name) FP_SECOND_OF(FP_STREAMS_##T##_##name, FP_USUAL_STREAMS_##T, 0)
#endif

#if defined(__clang__)
#define FP_MIX _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")
#define FP_BLOCK(T, y, begin, streams, outputs, call) \
  FP_MIX for (size_t i = begin; i < begin + streams * FP_APART; i++) \
    { const FP_RESULT_##outputs(T) r = call; FP_STORE_##outputs(T, y, i, r) }
#else
#define FP_BLOCK(T, y, begin, streams, outputs, call) \
  FP_IVDEP for (size_t k = begin; k < begin + FP_APART; k++) { \
    FP_RESULT_##outputs(T) r[streams]; \
    FP_UNROLL for (size_t s = 0; s < streams; s++) { const size_t i = k + s * FP_APART; r[s] = call; } \
    FP_UNROLL for (size_t s = 0; s < streams; s++) { FP_STORE_##outputs(T, y, k + s * FP_APART, r[s]) } \
  }
#endif

/* Whether an input begins within an output. NumPy lets an output lie behind an input: element by element, it is written after it
 * has been read. A block is not written in that order. */
FP_INLINE int begins_within(const void *input, const void *output, size_t bytes) { return (uintptr_t)input - (uintptr_t)output < bytes; }

FP_INLINE int blocks_allowed(void *const *args, int inputs, int outputs, size_t bytes)
{
  for (int k = 0; k < inputs; k++)
    for (int j = inputs; j < inputs + outputs; j++)
      if (args[k] != args[j] && begins_within(args[k], args[j], bytes)) return 0;
  return 1;
}

/* A kernel file that defines FP_PLAIN_LOOPS goes without blocks: its kernels have several chains each, and are long. */
#ifdef FP_PLAIN_LOOPS
#define FP_LOOP(T, name, y, n, inputs, outputs, call) \
    FP_IVDEP for (size_t i = 0; i < n; i++) { const FP_RESULT_##outputs(T) r = call; FP_STORE_##outputs(T, y, i, r) }
#else
#define FP_LOOP(T, name, y, n, inputs, outputs, call) \
    size_t done = 0; \
    enum { streams = FP_STREAMS(T, name), block = streams * FP_APART }; \
    const size_t last = blocks_allowed(args, inputs, outputs, n * sizeof *y##0) ? n : 0; \
    for (; done + block <= last; done += block) { FP_BLOCK(T, y, done, streams, outputs, call) } \
    FP_IVDEP for (size_t i = done; i < n; i++) { const FP_RESULT_##outputs(T) r = call; FP_STORE_##outputs(T, y, i, r) }
#endif

/* An operation without parameters: name_T(values). */
#define FP_LOOPS_0(T, family, name, values, outputs) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { \
    FP_POINTERS_##values(T, const, x, 0, args) FP_POINTERS_##outputs(T, , y, values, args) \
    FP_LOOP(T, name, y, n, values, outputs, name##_##T(FP_ELEMENT_##values(x, i))) \
  }

/* With parameters: name_T(values, family_prepare_T(parameters)). Selects on loop-invariant parameters are not hoisted by the
 * compilers, hence the preparation by hand; the array loop prepares each element with the same code, so the bits agree. */
#define FP_LOOPS_N(T, family, name, values, parameters, outputs) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { \
    FP_POINTERS_##values(T, const, x, 0, args) FP_POINTERS_##parameters(T, const, p, values, args) \
    FP_POINTERS_##outputs(T, , y, values + parameters, args) \
    FP_LOOP(T, name, y, n, values + parameters, outputs, name##_##T(FP_ELEMENT_##values(x, i), family##_prepare_##T(FP_ELEMENT_##parameters(p, i)))) \
  } \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n) { \
    FP_POINTERS_##values(T, const, x, 0, args) FP_POINTERS_##parameters(T, const, p, values, args) \
    FP_POINTERS_##outputs(T, , y, values + parameters, args) \
    const family##_##T prepared = family##_prepare_##T(FP_ELEMENT_##parameters(p, 0)); \
    FP_LOOP(T, name, y, n, values + parameters, outputs, name##_##T(FP_ELEMENT_##values(x, i), prepared)) \
  }

#define FP_LOOPS_2(T, family, name, values, outputs) FP_LOOPS_N(T, family, name, values, 2, outputs)
#define FP_LOOPS_4(T, family, name, values, outputs) FP_LOOPS_N(T, family, name, values, 4, outputs)

/* The same for a result that no cache holds and that is no input: whole lines of it go past the caches. Needs
 * core/stream.h. */
#define FP_STREAMED_LOOP(T, y, n, call) \
    enum { LINE = FP_STREAM_LINE / sizeof(FP_REAL_##T) }; \
    size_t done = stream_head(y, n, sizeof *y); \
    FP_IVDEP for (size_t i = 0; i < done; i++) y[i] = canonical_##T(call); \
    for (; done + LINE <= n; done += LINE) { \
      _Alignas(FP_STREAM_LINE) FP_REAL_##T line[LINE]; \
      FP_FEW for (size_t k = 0; k < LINE; k++) { const size_t i = done + k; line[k] = canonical_##T(call); } \
      stream_line(y + done, line); \
    } \
    FP_IVDEP for (size_t i = done; i < n; i++) y[i] = canonical_##T(call);

#define FP_LOOPS_STREAMED(T, family, name, values, parameters) \
  void FP_SYM(fp_##name##_##T##_array_streamed)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array_streamed)(void *const *args, size_t n) { \
    FP_POINTERS_##values(T, const, x, 0, args) FP_POINTERS_##parameters(T, const, p, values, args) \
    FP_POINTERS_1(T, , y, values + parameters, args) \
    FP_STREAMED_LOOP(T, y0, n, name##_##T(FP_ELEMENT_##values(x, i), family##_prepare_##T(FP_ELEMENT_##parameters(p, i)))) \
  } \
  void FP_SYM(fp_##name##_##T##_fixed_streamed)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_fixed_streamed)(void *const *args, size_t n) { \
    FP_POINTERS_##values(T, const, x, 0, args) FP_POINTERS_##parameters(T, const, p, values, args) \
    FP_POINTERS_1(T, , y, values + parameters, args) \
    const family##_##T prepared = family##_prepare_##T(FP_ELEMENT_##parameters(p, 0)); \
    FP_STREAMED_LOOP(T, y0, n, name##_##T(FP_ELEMENT_##values(x, i), prepared)) \
  }

/* An operation whose value cancels to nearly nothing here and there, so rarely that it is not worth carrying the digits for
 * every element: results below prepared.cancels are computed again by name_refined_T, a function of the plain
 * arguments that may be slow. Inputs that an output overwrites are kept until then. */
enum { FP_REFINE_BLOCK = 1024 };

#define FP_REFINED_LOOP(T, name, values, parameters, prepare, limits, note, limit, step) \
    FP_REAL_##T kept[values + parameters][FP_REFINE_BLOCK]; \
    limits \
    for (size_t done = 0; done < n; done += FP_REFINE_BLOCK) { \
      const size_t m = n - done < FP_REFINE_BLOCK ? n - done : FP_REFINE_BLOCK; \
      const void *from[values + parameters]; \
      for (int k = 0; k < values + parameters; k++) { \
        const FP_REAL_##T *whole = args[k], *there = k < values ? whole + done : whole + step * done; \
        if (begins_within(args[k], args[values + parameters], n * sizeof *there)) there = memcpy(kept[k], there, m * sizeof *there); \
        from[k] = there; \
      } \
      FP_POINTERS_##values(T, const, x, 0, from) FP_POINTERS_##parameters(T, const, p, values, from) \
      FP_REAL_##T *y0 = (FP_REAL_##T *)args[values + parameters] + done; \
      FP_UINT_##T fine = ~(FP_UINT_##T)0;   /* its sign bit: that of limit - |y| in all of them, which NaN does not have */ \
      FP_IVDEP for (size_t i = 0; i < m; i++) { \
        prepare \
        const FP_REAL_##T y = name##_##T(FP_ELEMENT_##values(x, i), prepared); \
        y0[i] = y; \
        note \
        fine &= bits_##T(prepared.cancels - abs_##T(y)); \
      } \
      const int doubtful = !(fine >> (8 * sizeof fine - 1)); \
      for (size_t i = 0; doubtful && i < m; i++) { \
        if (!(abs_##T(y0[i]) >= limit)) y0[i] = name##_refined_##T(FP_ELEMENT_##values(x, i), FP_ELEMENT_##parameters(p, step * i)); \
      } \
    }

#define FP_LOOPS_REFINED(T, family, name, values, parameters) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { \
    FP_REFINED_LOOP(T, name, values, parameters, \
                    const family##_##T prepared = family##_prepare_##T(FP_ELEMENT_##parameters(p, i));, \
                    FP_REAL_##T limits[FP_REFINE_BLOCK];, limits[i] = prepared.cancels;, limits[i], 1) \
  } \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n) { \
    FP_POINTERS_##parameters(T, const, first, values, args) \
    const family##_##T prepared = family##_prepare_##T(FP_ELEMENT_##parameters(first, 0)); \
    FP_REFINED_LOOP(T, name, values, parameters, , , , prepared.cancels, 0) \
  }

#endif
