/* The fills of random.h as a CPU target's functions, and its table. */
#include "random/logistic.h"
#include "random/normal.h"
#include "random/random.h"
#include "random/uniform.h"

#define FP_FILL_FUNCTION(name, type) \
  void FP_SYM(fp_random_##name)(fp_stream stream, uint64_t first, type *out, size_t n); \
  void FP_SYM(fp_random_##name)(fp_stream stream, uint64_t first, type *out, size_t n) { fp_fill_##name(stream, first, out, n); }
FP_RANDOM_FILLS(FP_FILL_FUNCTION)

#define LOOP_DECLARE(name) extern void FP_SYM(fp_random_##name)(void *const *args, size_t n);
#define FP_TRANSFORM_DECLARE(name, parameters) \
  LOOP_DECLARE(name##_f32_array) LOOP_DECLARE(name##_f32_fixed) LOOP_DECLARE(name##_f64_array) LOOP_DECLARE(name##_f64_fixed)
FP_RANDOM_TRANSFORMS(FP_TRANSFORM_DECLARE)

#define FP_GRADIENT_DECLARE(name, inputs, outputs) LOOP_DECLARE(name##_f32_array) LOOP_DECLARE(name##_f64_array)
FP_RANDOM_GRADIENTS(FP_GRADIENT_DECLARE)

#define FP_FILL_ENTRY(name, type) FP_SYM(fp_random_##name),
#define FP_TRANSFORM_ENTRY(name, parameters) \
  {{FP_SYM(fp_random_##name##_f32_array), FP_SYM(fp_random_##name##_f32_fixed)}, \
   {FP_SYM(fp_random_##name##_f64_array), FP_SYM(fp_random_##name##_f64_fixed)}},
#define FP_GRADIENT_ENTRY(name, inputs, outputs) {FP_SYM(fp_random_##name##_f32_array), FP_SYM(fp_random_##name##_f64_array)},
extern int FP_SYM(fp_random_inside_f32)(int domain, const void *first, const void *second, size_t n);
extern int FP_SYM(fp_random_inside_f64)(int domain, const void *first, const void *second, size_t n);
extern const fp_random_kernels FP_SYM(fp_random_kernels);
const fp_random_kernels FP_SYM(fp_random_kernels) = {
  FP_RANDOM_FILLS(FP_FILL_ENTRY) {FP_RANDOM_TRANSFORMS(FP_TRANSFORM_ENTRY)}, {FP_RANDOM_GRADIENTS(FP_GRADIENT_ENTRY)},
  {FP_SYM(fp_random_inside_f32), FP_SYM(fp_random_inside_f64)}};
