/* A condition as wide as a double. Of ints a vector has twice as many: GCC then takes so many elements a turn, or converts. */
#ifndef FASTPROB_FLAG_H
#define FASTPROB_FLAG_H

#include <stdint.h>

typedef int64_t flag;

#endif
