/* One target's table: a row of ops.def each. */
#include "core/target.h"
#include "core/table.h"

#define FP_DECLARE_0(name, T) extern void FP_SYM(fp_##name##_##T##_array)(void *const *, size_t);
#define FP_DECLARE_2(name, T) FP_DECLARE_0(name, T) extern void FP_SYM(fp_##name##_##T##_fixed)(void *const *, size_t);
#define FP_DECLARE_4(name, T) FP_DECLARE_2(name, T)
#define FP_ENTRY_0(name, T) {FP_SYM(fp_##name##_##T##_array), NULL}
#define FP_ENTRY_2(name, T) {FP_SYM(fp_##name##_##T##_array), FP_SYM(fp_##name##_##T##_fixed)}
#define FP_ENTRY_4(name, T) FP_ENTRY_2(name, T)

#define FP_DECLARE_STREAMED_0(name)
#define FP_DECLARE_STREAMED_1(name) \
  FP_DECLARE_STREAMED(name, f32, array) FP_DECLARE_STREAMED(name, f64, array) \
  FP_DECLARE_STREAMED(name, f32, fixed) FP_DECLARE_STREAMED(name, f64, fixed) \
  extern void FP_SYM(fp_##name##_f32_rows)(void *const *, const ptrdiff_t *, size_t, size_t, int); \
  extern void FP_SYM(fp_##name##_f64_rows)(void *const *, const ptrdiff_t *, size_t, size_t, int);
#define FP_DECLARE_STREAMED(name, T, kind) extern void FP_SYM(fp_##name##_##T##_##kind##_streamed)(void *const *, size_t);
#define FP_STREAMED_ENTRY_0(name, T) {NULL, NULL}
#define FP_ROWS_ENTRY_0(name, T) NULL
#define FP_ROWS_ENTRY_1(name, T) FP_SYM(fp_##name##_##T##_rows)
#define FP_STREAMED_ENTRY_1(name, T) {FP_SYM(fp_##name##_##T##_array_streamed), FP_SYM(fp_##name##_##T##_fixed_streamed)}

#define FP_OP(family, name, values, parameters, outputs, ...) \
  FP_DECLARE_##parameters(name, f32) FP_DECLARE_##parameters(name, f64) \
  FP_CAT(FP_DECLARE_STREAMED_, FP_IS(FP_STREAMED_##name))(name)
#include "ops.def"
#undef FP_OP

static const fp_op ops[] = {
#define FP_OP(family, name, values, parameters, outputs, inputs, results, bound32, bound64, formula) \
  {#name, values, parameters, outputs, inputs, results, {bound32, bound64}, formula, \
   {FP_ENTRY_##parameters(name, f32), FP_ENTRY_##parameters(name, f64)}, \
   {FP_CAT(FP_STREAMED_ENTRY_, FP_IS(FP_STREAMED_##name))(name, f32), FP_CAT(FP_STREAMED_ENTRY_, FP_IS(FP_STREAMED_##name))(name, f64)}, \
   {FP_CAT(FP_ROWS_ENTRY_, FP_IS(FP_STREAMED_##name))(name, f32), FP_CAT(FP_ROWS_ENTRY_, FP_IS(FP_STREAMED_##name))(name, f64)}},
#include "ops.def"
#undef FP_OP
};

#define FP_STRING2(s) #s
#define FP_STRING(s) FP_STRING2(s)
extern const fp_random_kernels FP_SYM(fp_random_kernels);
extern const fp_nn_kernels FP_SYM(fp_nn_kernels_f32), FP_SYM(fp_nn_kernels_f64);
#define FP_DECLARE_SUM(name, totals) extern void FP_SYM(fp_sum_##name)(fp_totals *, const double *, const double *, const double *, size_t);
FP_SUM_KERNELS(FP_DECLARE_SUM)
extern void FP_SYM(fp_weigh)(double *, const double *, size_t);
extern void FP_SYM(fp_sum_join)(int, fp_totals *, const fp_totals *);
extern void FP_SYM(fp_sum_finish)(int, double *, const fp_totals *, const double *);
#define FP_SUM_ENTRY(name, totals) FP_SYM(fp_sum_##name),
extern const fp_film_kernels FP_SYM(fp_film_kernels_f32), FP_SYM(fp_film_kernels_f64);
extern const fp_table FP_SYM(fp_table);
const fp_table FP_SYM(fp_table) = {FP_STRING(FP_TARGET), sizeof ops / sizeof ops[0], ops, &FP_SYM(fp_random_kernels),
                                    {&FP_SYM(fp_nn_kernels_f32), &FP_SYM(fp_nn_kernels_f64)},
                                    {FP_SUM_KERNELS(FP_SUM_ENTRY)}, FP_SYM(fp_weigh),
                                    FP_SYM(fp_sum_join), FP_SYM(fp_sum_finish),
                                    {&FP_SYM(fp_film_kernels_f32), &FP_SYM(fp_film_kernels_f64)}};
