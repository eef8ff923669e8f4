/* Loops over a scalar kernel, for the compiler to vectorize: over contiguous arrays, and with the parameters fixed.
 * A loop reads the inputs of element i before it writes the outputs of element i and nothing
 * else of them, so an output may be the same array as an input. */
#ifndef FASTPROB_LOOP_H
#define FASTPROB_LOOP_H

#include "core/passes.h"
#include "core/target.h"
#include "core/through_f64.h"

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
 * FP_STREAMS_<T>_<name> as ",3" has three for that operation (docs/adr/0010). Where parameters vary, an element's preparation is a
 * chain beside the kernel's, and one stream is usual, FP_EACH_STREAMS_<T>_<name> as ",2" for those that gain enough by two. One is
 * usual in a file that defines FP_PLAIN_LOOPS, whose kernels have several chains each; and enough for x86 without AVX2, where each fma
 * is a call of the C library. */
#if defined(FP_SANITIZED) || defined(__clang__) || (defined(__x86_64__) && FP_LANES == 2)
#define FP_STREAMS(T, name) 1
#define FP_EACH_STREAMS(T, name) 1
#else
#if defined(FP_PLAIN_LOOPS)
#define FP_USUAL_STREAMS_f32 1
#define FP_USUAL_STREAMS_f64 1
#else
#define FP_USUAL_STREAMS_f32 2
#define FP_USUAL_STREAMS_f64 3
#endif
#define FP_STREAMS(T, name) FP_SECOND_OF(FP_STREAMS_##T##_##name, FP_USUAL_STREAMS_##T, 0)
#define FP_EACH_STREAMS(T, name) FP_SECOND_OF(FP_EACH_STREAMS_##T##_##name, 1, 0)
#endif
#if defined(__clang__)
enum { FP_APART = 192, FP_VECTOR_f32 = 8 * FP_LANES, FP_VECTOR_f64 = 4 * FP_LANES };
#if defined(__x86_64__) && !defined(__FMA__)
#define FP_WHOLE_VECTOR FP_MIX
#else   /* of those that it mixes; it would unroll a short one before */
#define FP_WHOLE_VECTOR _Pragma("clang loop vectorize(assume_safety) interleave_count(4) unroll(disable)")
#endif
#else
enum { FP_APART = 64, FP_VECTOR_f32 = 2 * FP_LANES, FP_VECTOR_f64 = FP_LANES };
#define FP_WHOLE_VECTOR FP_FEW
#endif

/* One body for all n elements, in passes (core/passes.h): a scalar rest would take as long as a vector for each element, and a third of
 * the code. The first `moving` inputs have an element each; `pointers` are those of `at`, `call` is a function of i. */
#define FP_LOOP(T, streams, moving, inputs, outputs, pointers, call) \
    const uint64_t form = FP_BLOCK_FORM(moving, inputs, outputs, sizeof(FP_REAL_##T), streams, FP_APART, FP_VECTOR_##T); \
    FP_REAL_##T elements[(inputs) + (outputs)][streams * FP_APART]; \
    fp_passes pass; \
    for (int more = FP_SYM(fp_first_pass)(&pass, form, args, elements, n); more; \
         more = pass.complete ? 0 : FP_SYM(fp_next_pass)(&pass)) { \
      void *const *const at = pass.at; \
      const size_t vectors = pass.vectors; \
      pointers \
      FP_CAT2(FP_PASS_, streams)(T, y, outputs, call) \
    }

#if defined(__x86_64__) && FP_LANES == 2 && !defined(__clang__)   /* no vectors: of a row of calls one is enough */
#define FP_PASS_1(T, y, outputs, call) \
    const size_t last = pass.begins[0]; \
    for (size_t j = 0; j < vectors * FP_VECTOR_##T; j++) { \
      const size_t first = j / FP_VECTOR_##T * FP_VECTOR_##T, i = (first < last ? first : last) + j % FP_VECTOR_##T; \
      const FP_RESULT_##outputs(T) r = call; \
      FP_STORE_##outputs(T, y, i, r) \
    }
#else
#define FP_PASS_1(T, y, outputs, call) \
    const size_t last = pass.begins[0]; \
    for (size_t v = 0; v < vectors; v++) { \
      const size_t first = v * FP_VECTOR_##T < last ? v * FP_VECTOR_##T : last; \
      FP_WHOLE_VECTOR for (size_t j = 0; j < FP_VECTOR_##T; j++) { \
        const size_t i = first + j; \
        const FP_RESULT_##outputs(T) r = call; \
        FP_STORE_##outputs(T, y, i, r) \
      } \
    }
#endif
#define FP_PASS_2(T, y, outputs, call) FP_PASS_MANY(2, T, y, outputs, call)
#define FP_PASS_3(T, y, outputs, call) FP_PASS_MANY(3, T, y, outputs, call)
#define FP_PASS_4(T, y, outputs, call) FP_PASS_MANY(4, T, y, outputs, call)

/* An element of each stream: all results before the first of them is stored. GCC makes branches of a single one that is in an array. */
#define FP_PASS_MANY(streams, T, y, outputs, call) \
    const size_t end = pass.end; \
    size_t begins[streams]; \
    memcpy(begins, pass.begins, sizeof begins); \
    for (size_t first = 0; first < end; first += streams * FP_APART) { \
      FP_MIX for (size_t j = 0; j < vectors * FP_VECTOR_##T; j++) { \
        const size_t k = first + j; \
        FP_RESULT_##outputs(T) r[streams]; \
        FP_UNROLL for (size_t s = 0; s < streams; s++) { const size_t i = k + begins[s]; r[s] = call; } \
        FP_UNROLL for (size_t s = 0; s < streams; s++) { FP_STORE_##outputs(T, y, k + begins[s], r[s]) } \
      } \
    }

/* An operation without parameters: name_T(values). */
#define FP_VALUES_LOOP(T, name, kernel, values, outputs) \
    FP_LOOP(T, FP_STREAMS(T, name), values, values, outputs, \
            FP_POINTERS_##values(T, const, x, 0, at) FP_POINTERS_##outputs(T, , y, values, at), kernel(FP_ELEMENT_##values(x, i)))
#define FP_LOOPS_0(T, family, name, values, outputs) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { FP_VALUES_LOOP(T, name, name##_##T, values, outputs) }

/* In f32 by the f64 loop, for operations that nobody calls often enough to pay for loops of their own. */
#define FP_LOOPS_BY_F64(name, values, outputs) \
  void FP_SYM(fp_##name##_f64_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_f32_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_f32_array)(void *const *args, size_t n) \
  { FP_SYM(fp_through_f64)(FP_SYM(fp_##name##_f64_array), values, outputs, args, n); }

/* With parameters: name_T(values, family_prepare_T(parameters)). Selects on loop-invariant parameters are not hoisted by the
 * compilers, hence the preparation by hand; the array loop prepares each element with the same code, so the bits agree. */
#define FP_EACH(T, name, values, parameters, outputs, preparation) \
    FP_LOOP(T, FP_EACH_STREAMS(T, name), values + parameters, values + parameters, outputs, \
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
  FP_FIXED_LOOP(T, family, name, values, parameters, outputs)
#define FP_FIXED_LOOP(T, family, name, values, parameters, outputs) \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n) \
  { FP_ALL(T, family, name, values, parameters, outputs, family##_prepare_##T(FP_ELEMENT_##parameters(p, 0))) }
#define FP_LOOPS_2(T, family, name, values, outputs) FP_LOOPS_N(T, family, name, values, 2, outputs)

/* Loops that several functions have in common, or one function several of. */
#if defined(__clang__)
#define FP_SHARED __attribute__((noinline))
#else
#define FP_SHARED __attribute__((noinline, noclone))
#endif

/* An operation of which much is for the ends of the range. A part of the elements at a time is looked at first: if all are
 * name_is_usual_T(values, parameters), there is a loop that gives the same bits: where parameters are arrays, with
 * name_prepare_usual_T, for preparing them is most of the work; without parameters, and for mirrors, with name_usual_T. */
enum { FP_USUAL_PART = 512 };   /* six arrays of so many doubles are in the L1 cache */
#if defined(__x86_64__) && FP_LANES == 2   /* each fma a call: of the code one loop is enough */
#define FP_LOOPS_USUAL_0 FP_LOOPS_0
#define FP_LOOPS_USUAL_2 FP_LOOPS_2
#else
#define FP_USUAL_OR_ANY(T, name, inputs, outputs, of_usual, of_any) \
    for (size_t done = 0; done < n; done += FP_USUAL_PART) { \
      const size_t m = n - done < FP_USUAL_PART ? n - done : FP_USUAL_PART; \
      void *part[inputs + outputs]; \
      for (int k = 0; k < inputs + outputs; k++) part[k] = (FP_REAL_##T *)args[k] + done; \
      FP_POINTERS_##inputs(T, const, x, 0, part) \
      FP_UINT_##T usual = 1; \
      FP_FEW for (size_t i = 0; i < m; i++) usual &= name##_is_usual_##T(FP_ELEMENT_##inputs(x, i)); \
      if (usual) of_usual; \
      else of_any; \
    }
/* Of one value, and two parameters */
#define FP_USUAL_OR_ANY_1(T, name, outputs, of_usual, of_any) FP_USUAL_OR_ANY(T, name, 3, outputs, of_usual, of_any)
#define FP_USUAL_ARRAY(T, name, inputs, outputs) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { \
    FP_USUAL_OR_ANY(T, name, inputs, outputs, FP_SYM(name##_##T##_usual)(part, m), FP_SYM(name##_##T##_any)(part, m)) \
  }
#define FP_LOOPS_USUAL_2(T, family, name, values, outputs) \
  static FP_SHARED void FP_SYM(name##_##T##_usual)(void *const *args, size_t n) \
  { FP_EACH(T, name, values, 2, outputs, name##_prepare_usual_##T(FP_ELEMENT_2(p, i))) } \
  static FP_SHARED void FP_SYM(name##_##T##_any)(void *const *args, size_t n) \
  { FP_EACH(T, name, values, 2, outputs, family##_prepare_##T(FP_ELEMENT_2(p, i))) } \
  FP_CAT(FP_USUAL_ARRAY_, values)(T, name, outputs) \
  FP_FIXED_LOOP(T, family, name, values, 2, outputs)
#define FP_USUAL_ARRAY_1(T, name, outputs) FP_USUAL_ARRAY(T, name, 3, outputs)
#define FP_LOOPS_USUAL_0(T, family, name, values, outputs) \
  static FP_SHARED void FP_SYM(name##_##T##_usual)(void *const *args, size_t n) \
  { FP_VALUES_LOOP(T, name, name##_usual_##T, values, outputs) } \
  static FP_SHARED void FP_SYM(name##_##T##_any)(void *const *args, size_t n) \
  { FP_VALUES_LOOP(T, name, name##_##T, values, outputs) } \
  FP_USUAL_ARRAY(T, name, values, outputs)
#endif

/* An operation whose kernel is for usual elements, where it has two parameters with name_prepare_usual_T; others, which are rare, are
 * computed one by one by name_unusual_T(inputs), from copies of inputs that an output may overwrite. */
#define FP_STEPPED_3(x, i, step) x##0[i], x##1[step * i], x##2[step * i]   /* of one value and two parameters */
#define FP_STEPPED_4(x, i, step) FP_ELEMENT_4(x, i)
#define FP_UNUSUAL_OTHERS(T, name, inputs, outputs) \
  static FP_SHARED __attribute__((cold)) void FP_SYM(name##_##T##_others)(void *const *args, size_t n, size_t step) { \
    (void)step; \
    FP_POINTERS_##inputs(T, const, x, 0, args) FP_POINTERS_##outputs(T, , y, inputs, args) \
    for (size_t i = 0; i < n; i++) { \
      if (name##_is_usual_##T(FP_STEPPED_##inputs(x, i, step))) continue; \
      const FP_RESULT_##outputs(T) r = name##_unusual_##T(FP_STEPPED_##inputs(x, i, step)); \
      FP_STORE_##outputs(T, y, i, r) \
    } \
  }
#define FP_LOOPS_MOSTLY_USUAL_0(T, family, name, values, outputs) \
  FP_UNUSUAL_OTHERS(T, name, values, outputs) \
  static FP_SHARED void FP_SYM(name##_##T##_usual_each)(void *const *args, size_t n) \
  { FP_VALUES_LOOP(T, name, name##_##T, values, outputs) } \
  FP_MOSTLY_USUAL(T, name, array, usual_each, 1, values, outputs)
#define FP_LOOPS_MOSTLY_USUAL_2(T, family, name, values, outputs) \
  FP_UNUSUAL_OTHERS(T, name, 3, outputs) \
  static FP_SHARED void FP_SYM(name##_##T##_usual_each)(void *const *args, size_t n) \
  { FP_EACH(T, name, 1, 2, outputs, name##_prepare_usual_##T(FP_ELEMENT_2(p, i))) } \
  static FP_SHARED void FP_SYM(name##_##T##_usual_all)(void *const *args, size_t n) \
  { FP_ALL(T, family, name, 1, 2, outputs, name##_prepare_usual_##T(*p0, *p1)) } \
  FP_MOSTLY_USUAL(T, name, array, usual_each, 1, 3, outputs) \
  FP_MOSTLY_USUAL(T, name, fixed, usual_all, 0, 3, outputs)
#define FP_MOSTLY_USUAL(T, name, kind, loop, step, inputs, outputs) \
  void FP_SYM(fp_##name##_##T##_##kind)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_##kind)(void *const *args, size_t n) { \
    FP_REAL_##T kept[inputs][FP_USUAL_PART]; \
    for (size_t done = 0; done < n; done += FP_USUAL_PART) { \
      const size_t m = n - done < FP_USUAL_PART ? n - done : FP_USUAL_PART; \
      void *part[inputs + outputs]; \
      for (int k = 0; k < inputs + outputs; k++) part[k] = (FP_REAL_##T *)args[k] + (k == 0 || k >= inputs || step ? done : 0); \
      FP_POINTERS_##inputs(T, const, x, 0, part) \
      FP_UINT_##T usual = 1; \
      FP_FEW for (size_t i = 0; i < m; i++) usual &= name##_is_usual_##T(FP_STEPPED_##inputs(x, i, step)); \
      if (!usual) for (int k = 0; k < inputs; k++) part[k] = memcpy(kept[k], part[k], (k == 0 || step ? m : 1) * sizeof kept[k][0]); \
      FP_SYM(name##_##T##_##loop)(part, m); \
      if (!usual) FP_SYM(name##_##T##_others)(part, m, step); \
    } \
  }

/* An operation that with mirrored parameters, family_mirrored_T(parameters, -1), is another one: the same loops for both. */
#define FP_BOTH_LOOPS_2(T, family, name, values, outputs) \
  FP_BOTH_EACH(T, family, name, each, values, outputs) \
  FP_BOTH_ALL(T, family, name, values, outputs)
#define FP_BOTH_EACH(T, family, name, kind, values, outputs) \
  static FP_SHARED void FP_SYM(name##_##T##_##kind)(void *const *args, size_t n, double sign) \
  { FP_EACH(T, name, values, 2, outputs, family##_mirrored_##T(p0[i], p1[i], sign)) }
#define FP_BOTH_ALL(T, family, name, values, outputs) \
  static FP_SHARED void FP_SYM(name##_##T##_all)(void *const *args, size_t n, double sign) \
  { FP_ALL(T, family, name, values, 2, outputs, family##_mirrored_##T(*p0, *p1, sign)) } \
  FP_LOOPS_OF(T, name, name, 1.0)
/* For usual elements name_usual_T(values, name_prepare_usual_T(p0, p1, sign)), of p1 and p0 where mirrored. */
#if defined(__x86_64__) && FP_LANES == 2
#define FP_BOTH_LOOPS_USUAL_2 FP_BOTH_LOOPS_2
#else
#define FP_BOTH_LOOPS_USUAL_2(T, family, name, values, outputs) \
  static FP_SHARED void FP_SYM(name##_##T##_usual)(void *const *given, size_t n, double sign) \
  { \
    void *args[values + 2 + outputs]; \
    for (int k = 0; k < values + 2 + outputs; k++) args[k] = given[k]; \
    args[values] = given[values + (sign < 0)]; \
    args[values + 1] = given[values + (sign > 0)]; \
    FP_EACH(T, name##_usual, values, 2, outputs, name##_prepare_usual_##T(p0[i], p1[i], sign)) \
  } \
  FP_BOTH_EACH(T, family, name, any, values, outputs) \
  static FP_SHARED void FP_SYM(name##_##T##_each)(void *const *args, size_t n, double sign) { \
    FP_CAT(FP_USUAL_OR_ANY_, values) \
      (T, name, outputs, FP_SYM(name##_##T##_usual)(part, m, sign), FP_SYM(name##_##T##_any)(part, m, sign)) \
  } \
  FP_BOTH_ALL(T, family, name, values, outputs)
#endif
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

/* An operation of a value and two parameters whose result cancels to nearly nothing here and there, so rarely that it is not worth
 * carrying the digits for every element: results below prepared.cancels are computed again by name_refined_T, a function of the plain
 * arguments that may be slow. A part of the elements at a time; inputs that the output overwrites are kept until then. */
enum { FP_REFINE_PART = 768, FP_REFINE_FEW = 64 };   /* whole blocks of every loop; so many are looked at one by one */

/* The sign bit of `fine`: that of limit - |y| in all results, which NaN does not have. The limits are a second output with arrays,
 * and of a kernel that returns an element's limit with its result (FP_LIMITS_<T>_<name> as ",1"). */
enum { FP_NOTED_0 = 1, FP_NOTED_1 = 2 };
#define FP_RESULT_FP_NOTED_0(T) FP_REAL_##T
#define FP_RESULT_FP_NOTED_1(T) outputs2_##T
#define FP_POINTERS_FP_NOTED_0(T, c, p, k, args) FP_POINTERS_1(T, c, p, k, args)
#define FP_POINTERS_FP_NOTED_1(T, c, p, k, args) FP_POINTERS_2(T, c, p, k, args)
#define FP_STORE_FP_NOTED_0(T, y, i, r) y##0[i] = r; fine &= bits_##T(prepared.cancels - abs_##T(r));
#define FP_STORE_FP_NOTED_1(T, y, i, r) y##0[i] = r.a; y##1[i] = r.b; fine &= bits_##T(r.b - abs_##T(r.a));
#define FP_NOTED(T, name) FP_CAT(FP_NOTED_, FP_IS(FP_LIMITS_##T##_##name))
#define FP_LIMIT_0(T, name, result, p) (outputs2_##T){result, p.cancels}
#define FP_LIMIT_1(T, name, result, p) result
#define FP_LIMITED(T, name, result, p) FP_CAT(FP_LIMIT_, FP_IS(FP_LIMITS_##T##_##name))(T, name, result, p)
#define FP_NOTED_LIMIT_0 prepared.cancels
#define FP_NOTED_LIMIT_1 limits[i]
#define FP_NOTED_LIMIT(T, name) FP_CAT(FP_NOTED_LIMIT_, FP_IS(FP_LIMITS_##T##_##name))

/* A plain loop for a chain that with numbers for parameters is short (FP_SHORT_name as ",1"): passes would take as long as a few
 * elements do. */
#define FP_NOTING_LOOP_0(T, streams, outputs, pointers, call) FP_LOOP(T, streams, 1, 3, outputs, pointers, call)
#define FP_NOTING_LOOP_1(T, streams, outputs, pointers, call) \
    void *const *const at = args; \
    pointers \
    FP_IVDEP for (size_t i = 0; i < n; i++) { const FP_RESULT_##outputs(T) r = call; FP_STORE_##outputs(T, y, i, r) }
#define FP_NOTING_LOOP(name) FP_CAT(FP_NOTING_LOOP_, FP_IS(FP_SHORT_##name))

/* Both return whether there are results to refine. */
#define FP_NOTING_ALL(T, family, name, outputs) \
  FP_INLINE int name##_##T##_all(void *const *args, size_t n, const family##_##T prepared) { \
    FP_UINT_##T fine = ~(FP_UINT_##T)0; \
    FP_NOTING_LOOP(name)(T, FP_STREAMS(T, name), outputs, \
                         FP_POINTERS_1(T, const, x, 0, at) FP_POINTERS_##outputs(T, , y, 3, at), name##_##T(x0[i], prepared)) \
    return !(fine >> (8 * sizeof fine - 1)); \
  }
#define FP_NOTING_ALL_OF(T, family, name, outputs) FP_NOTING_ALL(T, family, name, outputs)
#define FP_NOTING_EACH(T, family, name) \
  FP_INLINE outputs2_##T name##_##T##_limited(FP_REAL_##T x, family##_##T p) { return FP_LIMITED(T, name, name##_##T(x, p), p); } \
  FP_INLINE int name##_##T##_each(void *const *args, size_t n) { \
    FP_UINT_##T fine = ~(FP_UINT_##T)0; \
    FP_LOOP(T, FP_EACH_STREAMS(T, name), 3, 3, FP_NOTED_1, FP_POINTERS_3(T, const, x, 0, at) FP_POINTERS_2(T, , y, 3, at), \
            name##_##T##_limited(x0[i], family##_prepare_##T(x1[i], x2[i]))) \
    return !(fine >> (8 * sizeof fine - 1)); \
  }

#define FP_REFINED_PARTS(T, name, step, doubtful, limit) \
    FP_REAL_##T kept[3][FP_REFINE_PART], limits[FP_REFINE_PART]; \
    for (size_t done = 0; done < n; done += FP_REFINE_PART) { \
      const size_t m = n - done < FP_REFINE_PART ? n - done : FP_REFINE_PART; \
      FP_REAL_##T *const y = (FP_REAL_##T *)args[3] + done; \
      const FP_REAL_##T *from[3]; \
      for (int k = 0; k < 3; k++) { \
        from[k] = (const FP_REAL_##T *)args[k] + (k == 0 ? done : step * done); \
        if (begins_within(args[k], args[3], n * sizeof *y)) from[k] = memcpy(kept[k], from[k], m * sizeof *y); \
      } \
      void *const part[] = {(void *)from[0], (void *)from[1], (void *)from[2], y, limits}; \
      if (!doubtful) continue; \
      for (size_t begin = 0; begin < m; begin += FP_REFINE_FEW) { \
        const size_t end = m - begin < FP_REFINE_FEW ? m : begin + FP_REFINE_FEW; \
        FP_UINT_##T fine = ~(FP_UINT_##T)0; \
        FP_IVDEP for (size_t i = begin; i < end; i++) fine &= bits_##T(limit - abs_##T(y[i])); \
        if (fine >> (8 * sizeof fine - 1)) continue; \
        for (size_t i = begin; i < end; i++) { \
          if (!(abs_##T(y[i]) >= limit)) y[i] = name##_refined_##T(from[0][i], from[1][step * i], from[2][step * i]); \
        } \
      } \
    }

#define FP_LOOPS_REFINED(T, family, name) \
  FP_NOTING_ALL_OF(T, family, name, FP_NOTED(T, name)) \
  FP_NOTING_EACH(T, family, name) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) \
  { FP_REFINED_PARTS(T, name, 1, name##_##T##_each(part, m), limits[i]) } \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_fixed)(void *const *args, size_t n) { \
    const family##_##T prepared = family##_prepare_##T(*(const FP_REAL_##T *)args[1], *(const FP_REAL_##T *)args[2]); \
    FP_REFINED_PARTS(T, name, 0, name##_##T##_all(part, m, prepared), FP_NOTED_LIMIT(T, name)) \
  }

#endif
