/* Loops over a scalar kernel, for the compiler to vectorize: over contiguous arrays, and with the parameters fixed.
 * A loop reads the inputs of element i before it writes the outputs of element i and nothing
 * else of them, so an output may be the same array as an input. */
#ifndef FASTPROB_LOOP_H
#define FASTPROB_LOOP_H

#include "core/aside.h"
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

/* A kernel is one long chain of operations that wait for each other, longer than a CPU looks ahead. So a body works on several
 * vectors at a time, their operations mixed. Clang does that by itself. GCC is given a body of several elements, FP_APART from each
 * other, and mixes with -fschedule-insns. f32 needs fewer: a vector of floats is two of doubles. A kernel file that defines
 * FP_STREAMS_<T>_<name> as ",3" has three for that operation (docs/adr/0010). One stream is enough where parameters vary, since
 * an element's preparation is a chain beside that of the one before; for a file that defines FP_PLAIN_LOOPS, whose kernels have
 * several chains each; and for x86 without AVX2, where each fma is a call of the C library. */
#if defined(FP_SANITIZED) || defined(__clang__) || defined(FP_PLAIN_LOOPS) || (defined(__x86_64__) && FP_LANES == 2)
#define FP_STREAMS(T, name) 1
#else
#define FP_USUAL_STREAMS_f32 2
#define FP_USUAL_STREAMS_f64 3
#define FP_STREAMS(T, name) FP_SECOND_OF(FP_STREAMS_##T##_##name, FP_USUAL_STREAMS_##T, 0)
#endif
#if defined(__clang__)
enum { FP_APART = 192, FP_VECTOR_f32 = 8 * FP_LANES, FP_VECTOR_f64 = 4 * FP_LANES };
#else
enum { FP_APART = 64, FP_VECTOR_f32 = 2 * FP_LANES, FP_VECTOR_f64 = FP_LANES };
#endif

/* Elements k and FP_APART, 2 FP_APART further: all results before the first of them is stored. GCC makes branches of a single one
 * that is in an array. */
#define FP_BODY_1(T, y, outputs, call) { const size_t i = k; const FP_RESULT_##outputs(T) r = call; FP_STORE_##outputs(T, y, i, r) }
#define FP_BODY_2(T, y, outputs, call) FP_BODY_MANY(2, T, y, outputs, call)
#define FP_BODY_3(T, y, outputs, call) FP_BODY_MANY(3, T, y, outputs, call)
#define FP_BODY_4(T, y, outputs, call) FP_BODY_MANY(4, T, y, outputs, call)
#define FP_BODY_MANY(streams, T, y, outputs, call) \
    FP_RESULT_##outputs(T) r[streams]; \
    FP_UNROLL for (size_t s = 0; s < streams; s++) { const size_t i = k + s * FP_APART; r[s] = call; } \
    FP_UNROLL for (size_t s = 0; s < streams; s++) { FP_STORE_##outputs(T, y, k + s * FP_APART, r[s]) }

/* One body for all n elements: in blocks of `streams` times FP_APART, and what is left of n, or what may not be written in blocks,
 * put aside in the form of one, filled up to whole vectors. A scalar rest would take as long as a vector for each element, and a
 * third of the code. The first `moving` inputs have an element each; `pointers` are those of `at`, `call` is a function of i. */
#define FP_LOOP(T, streams, moving, inputs, outputs, pointers, call) \
    static const fp_block_form form = {moving, inputs, outputs, sizeof(FP_REAL_##T), streams, FP_APART, FP_VECTOR_##T}; \
    FP_REAL_##T elements[(inputs) + (outputs)][streams * FP_APART]; \
    fp_aside aside; \
    const size_t block = streams * FP_APART, whole = FP_SYM(fp_whole_blocks)(&aside, &form, args, elements, n); \
    for (size_t done = 0; done < n;) { \
      size_t vectors = FP_APART / FP_VECTOR_##T, end = whole; \
      void *const *at = args; \
      if (done >= whole) { \
        vectors = FP_SYM(fp_put_aside)(&aside, done, n); \
        end = block; \
        at = aside.at; \
      } \
      pointers \
      for (size_t first = 0; first < end; first += block) { \
        FP_MIX for (size_t k = first; k < first + vectors * FP_VECTOR_##T; k++) { FP_CAT2(FP_BODY_, streams)(T, y, outputs, call) } \
      } \
      done = at == args ? whole : FP_SYM(fp_put_back)(&aside); \
    }

/* An operation without parameters: name_T(values). */
#define FP_LOOPS_0(T, family, name, values, outputs) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { \
    FP_LOOP(T, FP_STREAMS(T, name), values, values, outputs, \
            FP_POINTERS_##values(T, const, x, 0, at) FP_POINTERS_##outputs(T, , y, values, at), \
            name##_##T(FP_ELEMENT_##values(x, i))) \
  }

/* With parameters: name_T(values, family_prepare_T(parameters)). Selects on loop-invariant parameters are not hoisted by the
 * compilers, hence the preparation by hand; the array loop prepares each element with the same code, so the bits agree. */
#define FP_EACH(T, name, values, parameters, outputs, preparation) \
    FP_LOOP(T, 1, values + parameters, values + parameters, outputs, \
            FP_POINTERS_##values(T, const, x, 0, at) FP_POINTERS_##parameters(T, const, p, values, at) \
            FP_POINTERS_##outputs(T, , y, values + parameters, at), \
            name##_##T(FP_ELEMENT_##values(x, i), preparation))
#define FP_ALL(T, family, name, values, parameters, outputs, preparation) \
    FP_POINTERS_##parameters(T, const, p, values, args) \
    const family##_##T prepared = preparation; \
    FP_LOOP(T, FP_STREAMS(T, name), values, values + parameters, outputs, \
            FP_POINTERS_##values(T, const, x, 0, at) FP_POINTERS_##outputs(T, , y, values + parameters, at), \
            name##_##T(FP_ELEMENT_##values(x, i), prepared))

#define FP_LOOPS_N(T, family, name, values, parameters, outputs) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) \
  { FP_EACH(T, name, values, parameters, outputs, family##_prepare_##T(FP_ELEMENT_##parameters(p, i))) } \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n) \
  { FP_ALL(T, family, name, values, parameters, outputs, family##_prepare_##T(FP_ELEMENT_##parameters(p, 0))) }
#define FP_LOOPS_2(T, family, name, values, outputs) FP_LOOPS_N(T, family, name, values, 2, outputs)

/* An operation that with mirrored parameters, family_mirrored_T(parameters, -1), is another one: the same loops for both. */
#if defined(__clang__)
#define FP_SHARED __attribute__((noinline))
#else
#define FP_SHARED __attribute__((noinline, noclone))
#endif
#define FP_BOTH_LOOPS_2(T, family, name, values, outputs) \
  static FP_SHARED void FP_SYM(name##_##T##_each)(void *const *args, size_t n, double sign) \
  { FP_EACH(T, name, values, 2, outputs, family##_mirrored_##T(p0[i], p1[i], sign)) } \
  static FP_SHARED void FP_SYM(name##_##T##_all)(void *const *args, size_t n, double sign) \
  { FP_ALL(T, family, name, values, 2, outputs, family##_mirrored_##T(*p0, *p1, sign)) } \
  FP_LOOPS_OF(T, name, name, 1.0)
#define FP_MIRROR_LOOPS(T, name, of) FP_LOOPS_OF(T, name, of, -1.0)
#define FP_LOOPS_OF(T, name, of, sign) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { FP_SYM(of##_##T##_each)(args, n, sign); } \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n) { FP_SYM(of##_##T##_all)(args, n, sign); }

/* Loops for a result that no cache holds and that is no input: whole lines of it go past the caches. Needs
 * core/stream.h. */
#define FP_LINE(T, y, done, streams, call) \
    if (streams) { \
      _Alignas(FP_STREAM_LINE) FP_REAL_##T line[LINE]; \
      FP_VECTORS(LINE) for (int k = 0; k < LINE; k++) { const size_t i = done + (size_t)k; line[k] = canonical_##T(call); } \
      stream_line(y + done, line); \
    } else { \
      FP_VECTORS(LINE) for (int k = 0; k < LINE; k++) { const size_t i = done + (size_t)k; y[i] = canonical_##T(call); } \
    }
#define FP_STREAMED_LOOP(T, y, n, call) \
    enum { LINE = FP_STREAM_LINE / sizeof(FP_REAL_##T) }; \
    size_t done = stream_head(y, n, sizeof *y); \
    FP_IVDEP for (size_t i = 0; i < done; i++) y[i] = canonical_##T(call); \
    for (; done + LINE <= n; done += LINE) { \
      FP_LINE(T, y, done, 1, call) \
    } \
    FP_IVDEP for (size_t i = done; i < n; i++) y[i] = canonical_##T(call);

/* The same for short rows, each with parameters of its own (fp_row_loop), one after the other. A line that a row ends in is computed
 * with the parameters of both rows, and for each element one of the two results is taken. */
#define FP_ROW_PREPARED(T, family, values, parameters, row) \
    const void *own[parameters]; \
    for (int k = 0; k < parameters; k++) own[k] = (const FP_REAL_##T *)args[values + k] + (ptrdiff_t)(row) * steps[k]; \
    FP_POINTERS_##parameters(T, const, p, 0, own)
#define FP_ROWS_LOOP(T, family, name, values, parameters) \
    enum { LINE = FP_STREAM_LINE / sizeof(FP_REAL_##T) }; \
    if (n < LINE) { FP_SHORTEST_ROWS(T, family, name, values, parameters) return; } \
    FP_POINTERS_##values(T, const, x, 0, args) \
    FP_REAL_##T *const y = (FP_REAL_##T *)args[values + parameters]; \
    size_t done = stream_head(y, n, sizeof *y); \
    family##_##T prepared; \
    { FP_ROW_PREPARED(T, family, values, parameters, 0) prepared = family##_prepare_##T(FP_ELEMENT_##parameters(p, 0)); } \
    FP_IVDEP for (size_t i = 0; i < done; i++) y[i] = canonical_##T(name##_##T(FP_ELEMENT_##values(x, i), prepared)); \
    for (size_t row = 0; row < rows; row++) { \
      const size_t end = (row + 1) * n; \
      for (; done + LINE <= end; done += LINE) FP_LINE(T, y, done, streams, name##_##T(FP_ELEMENT_##values(x, i), prepared)) \
      if (row + 1 == rows) break; \
      FP_ROW_PREPARED(T, family, values, parameters, row + 1) \
      const family##_##T next = family##_prepare_##T(FP_ELEMENT_##parameters(p, 0)); \
      if (done < end) { \
        const int left = (int)(end - done); \
        FP_LINE(T, y, done, streams, \
                (FP_REAL_##T)k < (FP_REAL_##T)left ? name##_##T(FP_ELEMENT_##values(x, i), prepared) \
                                                   : name##_##T(FP_ELEMENT_##values(x, i), next)) \
        done += LINE; \
      } \
      prepared = next; \
    } \
    FP_IVDEP for (size_t i = done; i < rows * n; i++) y[i] = canonical_##T(name##_##T(FP_ELEMENT_##values(x, i), prepared));

/* Rows shorter than a line: a block of them at a time, in whole vectors, of which the next row overwrites what is too much; the last rows
 * end where they end. */
enum { FP_ROWS_BLOCK = 4096, FP_ROWS_STEP = 8 };   /* bytes; elements */
#define FP_SHORTEST_ROWS(T, family, name, values, parameters) \
    _Alignas(FP_STREAM_LINE) FP_REAL_##T block[FP_ROWS_BLOCK / sizeof(FP_REAL_##T) + LINE + FP_ROWS_STEP]; \
    for (size_t done = 0, end; done < rows; done = end) { \
      FP_REAL_##T *const y = (FP_REAL_##T *)args[values + parameters] + done * n; \
      FP_REAL_##T *const from = block + (uintptr_t)y % FP_STREAM_LINE / sizeof *y, *to = from; \
      end = done + FP_ROWS_BLOCK / sizeof *y / n; \
      if (end > rows) end = rows; \
      for (size_t row = done; row < end; row++, to += n) { \
        const void *at[values + parameters]; \
        for (int k = 0; k < values; k++) at[k] = (const FP_REAL_##T *)args[k] + row * n; \
        for (int k = 0; k < parameters; k++) at[values + k] = (const FP_REAL_##T *)args[values + k] + (ptrdiff_t)row * steps[k]; \
        FP_POINTERS_##values(T, const, x, 0, at) FP_POINTERS_##parameters(T, const, p, values, at) \
        const family##_##T prepared = family##_prepare_##T(FP_ELEMENT_##parameters(p, 0)); \
        const size_t there = (rows - row) * n; \
        size_t j = 0; \
        for (; j < n && j + FP_ROWS_STEP <= there; j += FP_ROWS_STEP) { \
          FP_FEW for (size_t k = 0; k < FP_ROWS_STEP; k++) { \
            const size_t i = j + k; \
            to[i] = canonical_##T(name##_##T(FP_ELEMENT_##values(x, i), prepared)); \
          } \
        } \
        for (size_t i = j; i < n; i++) to[i] = canonical_##T(name##_##T(FP_ELEMENT_##values(x, i), prepared)); \
      } \
      if (streams) stream_block((char *)y, (const char *)from, (end - done) * n * sizeof *y); \
      else memcpy(y, from, (end - done) * n * sizeof *y); \
    }

#define FP_LOOPS_STREAMED(T, family, name, values, parameters) \
  void FP_SYM(fp_##name##_##T##_rows)(void *const *args, const ptrdiff_t *steps, size_t rows, size_t n, int streams); \
  void FP_SYM(fp_##name##_##T##_rows)(void *const *args, const ptrdiff_t *steps, size_t rows, size_t n, int streams) \
  { FP_ROWS_LOOP(T, family, name, values, parameters) } \
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
