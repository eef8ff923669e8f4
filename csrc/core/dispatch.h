/* The choice of a CPU target. */
#ifndef FASTPROB_DISPATCH_H
#define FASTPROB_DISPATCH_H

#include "core/table.h"

/* The table in use; never NULL after fp_select(NULL) succeeded. */
extern const fp_table *fp_active;

#endif
