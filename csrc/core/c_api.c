/* The C functions of fastprob.h, made from the list. */
#include "fastprob.h"
#include "core/dispatch.h"
#include "core/float_env.h"
#include "core/run.h"
#include "random/draw.h"

enum {
#define FP_OP(family, name, ...) OP_##name,
#include "ops.def"
#undef FP_OP
  OP_COUNT
};

/* One element: a loop of length one, by pointer, so that the arithmetic stays between the changes of the environment. */
static void one(int op, int type, void *const *args)
{
  const float_env env = float_env_enter();
  fp_active->ops[op].kernel[type].array(args, 1);
  float_env_leave(env);
}

static void all(int op, int type, void *const *args, size_t n)
{
  const fp_op *const o = &fp_active->ops[op];
  ptrdiff_t strides[FP_MAX_ARGS];
  for (int k = 0; k < o->values + o->parameters + o->outputs; k++) strides[k] = type == FP_F32 ? 4 : 8;
  fp_run_row(o, type, (char *const *)args, strides, n);
}

#define ADDRESS_1 &x0
#define ADDRESS_2 ADDRESS_1, &x1
#define ADDRESS_3 ADDRESS_2, &x2
#define ADDRESS_4 ADDRESS_3, &x3
#define ADDRESS_5 ADDRESS_4, &x4
#define POINTER_1 (void *)x0
#define POINTER_2 POINTER_1, (void *)x1
#define POINTER_3 POINTER_2, (void *)x2
#define POINTER_4 POINTER_3, (void *)x3
#define POINTER_5 POINTER_4, (void *)x4
#define RESULT_1 y0
#define RESULT_2 y0, y1
#define RESULT_3 y0, y1, y2
#define ADDRESSES(values, parameters) FP_JOIN(ADDRESS_, FP_INPUTS_##values##_##parameters)
#define POINTERS(values, parameters) FP_JOIN(POINTER_, FP_INPUTS_##values##_##parameters)

#define SCALAR_1(R, T, TYPE, name, values, parameters) \
  R fp_##name##_##T FP_SCALAR_1(R, values, parameters) \
  { R y; void *const args[] = {ADDRESSES(values, parameters), &y}; one(OP_##name, TYPE, args); return y; }
#define SCALAR_2(R, T, TYPE, name, values, parameters) \
  void fp_##name##_##T FP_SCALAR_2(R, values, parameters) \
  { void *const args[] = {ADDRESSES(values, parameters), RESULT_2}; one(OP_##name, TYPE, args); }
#define SCALAR_3(R, T, TYPE, name, values, parameters) \
  void fp_##name##_##T FP_SCALAR_3(R, values, parameters) \
  { void *const args[] = {ADDRESSES(values, parameters), RESULT_3}; one(OP_##name, TYPE, args); }
#define ARRAY(R, T, TYPE, name, values, parameters, outputs) \
  void fp_##name##_##T##_array FP_ARRAY(R, values, parameters, outputs) \
  { void *const args[] = {POINTERS(values, parameters), RESULT_##outputs}; all(OP_##name, TYPE, args, n); }

#define FP_OP(family, name, values, parameters, outputs, ...) \
  SCALAR_##outputs(float, f32, FP_F32, name, values, parameters) \
  SCALAR_##outputs(double, f64, FP_F64, name, values, parameters) \
  ARRAY(float, f32, FP_F32, name, values, parameters, outputs) \
  ARRAY(double, f64, FP_F64, name, values, parameters, outputs)
#include "ops.def"
#undef FP_OP

#define FILL(name, type) \
  void fp_random_##name(const uint32_t key[4], uint64_t stream, uint64_t first, type *out, size_t n) \
  { \
    const fp_draw draw = {{{key[0], key[1], key[2], key[3]}, {(uint32_t)stream, (uint32_t)(stream >> 32)}}, first, n, \
                          FP_FILL_##name, FP_TRANSFORM_NONE, 0, {NULL}, NULL, NULL, out}; \
    fp_draw_run(&draw); \
  }
FP_RANDOM_FILLS(FILL)

#define EXPORT(name) {#name, (fp_function)name},
const fp_export fp_exports[] = {
#define FP_OP(family, name, ...) \
  EXPORT(fp_##name##_f32) EXPORT(fp_##name##_f64) EXPORT(fp_##name##_f32_array) EXPORT(fp_##name##_f64_array)
#include "ops.def"
#undef FP_OP
#define EXPORT_FILL(name, type) EXPORT(fp_random_##name)
  FP_RANDOM_FILLS(EXPORT_FILL)
  {NULL, NULL}
};
