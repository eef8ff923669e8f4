/* Apart from all that reads it: where it is seen, it is a constant again. */
#include "core/target.h"

const double fp_zero = 0.0;
