/* Included last by a kernel file that has defined FP_FAMILY_<family> as ",1": makes the loops of the family's rows in ops.def,
 * those of FP_REFINES_<name>, if that is ",1" too, with a second look at elements that cancel; and those of FP_STREAMED_<name> twice,
 * for large results too. */
#include "core/loop.h"

#define FP_MAKE_0(family, name, values, parameters, outputs)
#define FP_MAKE_1(family, name, values, parameters, outputs) \
  FP_CAT(FP_MAKE_LOOPS_, FP_IS(FP_REFINES_##name))(family, name, values, parameters, outputs)
#define FP_MAKE_LOOPS_1(family, name, values, parameters, outputs) \
  FP_LOOPS_REFINED(f32, family, name, values, parameters) \
  FP_LOOPS_REFINED(f64, family, name, values, parameters)
#define FP_MAKE_LOOPS_0(family, name, values, parameters, outputs) \
  FP_LOOPS_##parameters(f32, family, name, values, outputs) \
  FP_LOOPS_##parameters(f64, family, name, values, outputs) \
  FP_CAT(FP_MAKE_STREAMED_, FP_IS(FP_STREAMED_##name))(family, name, values, parameters)
#define FP_MAKE_STREAMED_0(family, name, values, parameters)
#define FP_MAKE_STREAMED_1(family, name, values, parameters) \
  FP_LOOPS_STREAMED(f32, family, name, values, parameters) \
  FP_LOOPS_STREAMED(f64, family, name, values, parameters)

#define FP_OP(family, name, values, parameters, outputs, ...) \
  FP_CAT(FP_MAKE_, FP_IS(FP_FAMILY_##family))(family, name, values, parameters, outputs)
#include "ops.def"
#undef FP_OP
