/* Included last by a kernel file that has defined FP_FAMILY_<family> as ",1": makes the loops of the family's rows in ops.def; of
 * those with FP_REFINES_<name> as ",1" with a second look at elements that cancel, of those with FP_STREAMED_<name> twice, for large
 * results too; with FP_USUAL_<T>_<name> as ",1" that for arrays twice, for usual elements too, as ",2" for usual elements alone. With
 * FP_MIRRORED_<name> as ",1" they serve its mirror as well, an operation further down in the list that has ",2" and its name in
 * FP_MIRROR_OF_<mirror>. A file that defines FP_F32_BY_F64 has f64 kernels alone, none with parameters. */
#include "core/loop.h"

#if defined(FP_F32_BY_F64)
#define FP_MAKE_F32(family, name, values, parameters, outputs) FP_LOOPS_BY_F64(name, values, outputs)
#else
#define FP_MAKE_F32(family, name, values, parameters, outputs) \
  FP_CAT(FP_MAKE_USUAL_, FP_IS(FP_USUAL_f32_##name))(f32, family, name, values, parameters, outputs)
#endif

#define FP_MAKE_0(family, name, values, parameters, outputs)
#define FP_MAKE_1(family, name, values, parameters, outputs) \
  FP_CAT3(FP_MAKE_LOOPS_, FP_IS(FP_REFINES_##name), FP_IS(FP_MIRRORED_##name))(family, name, values, parameters, outputs)
#define FP_MAKE_LOOPS_00(family, name, values, parameters, outputs) \
  FP_MAKE_F32(family, name, values, parameters, outputs) \
  FP_CAT(FP_MAKE_USUAL_, FP_IS(FP_USUAL_f64_##name))(f64, family, name, values, parameters, outputs) \
  FP_CAT(FP_MAKE_STREAMED_, FP_IS(FP_STREAMED_##name))(family, name, values, parameters)
#define FP_MAKE_USUAL_0(T, family, name, values, parameters, outputs) FP_LOOPS_##parameters(T, family, name, values, outputs)
#define FP_MAKE_USUAL_1(T, family, name, values, parameters, outputs) \
  FP_LOOPS_USUAL_##parameters(T, family, name, values, outputs)
#define FP_MAKE_USUAL_2(T, family, name, values, parameters, outputs) \
  FP_LOOPS_MOSTLY_USUAL_##parameters(T, family, name, values, outputs)
#define FP_MAKE_STREAMED_0(family, name, values, parameters)
#define FP_MAKE_STREAMED_1(family, name, values, parameters) \
  FP_LOOPS_STREAMED(f32, family, name, values, parameters) \
  FP_LOOPS_STREAMED(f64, family, name, values, parameters)
#define FP_MAKE_LOOPS_10(family, name, values, parameters, outputs) \
  FP_LOOPS_REFINED(f32, family, name) \
  FP_LOOPS_REFINED(f64, family, name)
#define FP_MAKE_LOOPS_01(family, name, values, parameters, outputs) \
  FP_CAT(FP_MAKE_BOTH_, FP_IS(FP_USUAL_f32_##name))(f32, family, name, values, parameters, outputs) \
  FP_CAT(FP_MAKE_BOTH_, FP_IS(FP_USUAL_f64_##name))(f64, family, name, values, parameters, outputs)
#define FP_MAKE_BOTH_0(T, family, name, values, parameters, outputs) FP_BOTH_LOOPS_##parameters(T, family, name, values, outputs)
#define FP_MAKE_BOTH_1(T, family, name, values, parameters, outputs) \
  FP_BOTH_LOOPS_USUAL_##parameters(T, family, name, values, outputs)
#define FP_MAKE_LOOPS_02(family, name, values, parameters, outputs) \
  FP_MIRROR_LOOPS(f32, name, FP_MIRROR_OF_##name) \
  FP_MIRROR_LOOPS(f64, name, FP_MIRROR_OF_##name)

#define FP_OP(family, name, values, parameters, outputs, ...) \
  FP_CAT(FP_MAKE_, FP_IS(FP_FAMILY_##family))(family, name, values, parameters, outputs)
#include "ops.def"
#undef FP_OP
