/* How many threads to use unless told: environment, CPU affinity, cgroup quota. */
#ifndef FP_CPU_COUNT_H
#define FP_CPU_COUNT_H

/* FASTPROB_NUM_THREADS, else OMP_NUM_THREADS (the first number of a list), else the CPUs this process may run on, but
 * no more than its cgroup quota pays for. A value that is not a positive number counts as not set.
 * root comes before /proc and /sys: "" except in tests. */
int fp_default_threads(const char *root);

/* The tightest CPU quota of this process' cgroup (v1 or v2) and all the cgroups above it, rounded up to whole CPUs;
 * 0 without one. */
int fp_quota_cpus(const char *root);

#endif
