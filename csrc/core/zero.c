#include "core/target.h"

const double fp_zero = 0.0;
