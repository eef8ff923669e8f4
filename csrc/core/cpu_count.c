/* How many threads to use unless told: environment, CPU affinity, cgroup quota. */
#define _GNU_SOURCE /* sched_getaffinity */

#include "cpu_count.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#else
#include <sched.h>
#include <unistd.h>
#endif

#define PATH_SIZE 4096

/* Environment */

/* The positive number that text is, or starts with where it may be a list of them; else 0. */
static int parse_count(const char *text, int may_be_list)
{
    char *end;
    long count;
    if (text == NULL)
        return 0;
    errno = 0;
    count = strtol(text, &end, 10);
    if (end == text || errno || count < 1 || count > INT_MAX)
        return 0;
    end += strspn(end, " \t");
    return *end == '\0' || (may_be_list && *end == ',') ? (int)count : 0;
}

/* Affinity */

#if defined(_WIN32)

static int affinity_cpus(void)
{
    DWORD_PTR process, system;
    int count = 0;
    if (GetProcessAffinityMask(GetCurrentProcess(), &process, &system))
        for (; process; process &= process - 1)
            count++;
    /* The mask is 0 if the process' threads are in several groups of 64 CPUs. */
    return count ? count : (int)GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
}

#else

static int affinity_cpus(void)
{
    long online;
#if defined(__linux__)
    /* More CPUs than any kernel is built for: with a smaller set than its own the call fails. */
    cpu_set_t set[64];
    if (sched_getaffinity(0, sizeof set, set) == 0)
        return CPU_COUNT_S(sizeof set, set);
#endif
    online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

#endif

/* Quota. Files that are not there have no say: elsewhere than on Linux, none has. */

static int read_line(char *line, size_t size, const char *directory, const char *name)
{
    char path[2 * PATH_SIZE];
    FILE *file;
    int found;
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof path || (file = fopen(path, "r")) == NULL)
        return 0;
    found = fgets(line, (int)size, file) != NULL;
    fclose(file);
    return found;
}

static int whole_cpus(long long quota, long long period)
{
    long long cpus;
    if (quota <= 0 || period <= 0)
        return 0;
    cpus = quota / period + (quota % period != 0);
    return cpus < INT_MAX ? (int)cpus : 0;
}

/* v2: "quota period" or "max period" in one file. */
static int quota_v2(const char *directory)
{
    char line[64], *end;
    long long quota;
    if (!read_line(line, sizeof line, directory, "cpu.max"))
        return 0;
    quota = strtoll(line, &end, 10); /* 0 for "max" */
    return whole_cpus(quota, strtoll(end, NULL, 10));
}

/* v1: a file each, quota -1 for none. */
static int quota_v1(const char *directory)
{
    char quota[64], period[64];
    if (!read_line(quota, sizeof quota, directory, "cpu.cfs_quota_us") ||
        !read_line(period, sizeof period, directory, "cpu.cfs_period_us"))
        return 0;
    return whole_cpus(strtoll(quota, NULL, 10), strtoll(period, NULL, 10));
}

static int tighter(int a, int b) { return a == 0 || (b != 0 && b < a) ? b : a; }

/* The tightest quota from mount/group up to mount itself. In a container the group may be the host's name for what is
 * the mount there: then the way up finds nothing until it gets there. A group outside of the container's own tree
 * starts with "/..": nothing of that can be seen. */
static int tightest(const char *root, const char *mount, const char *group, int (*quota)(const char *directory))
{
    char directory[PATH_SIZE];
    size_t top;
    int cpus = 0;
    int length = snprintf(directory, sizeof directory, "%s/sys/fs/cgroup%s", root, mount);
    if (length < 0 || (size_t)length >= sizeof directory)
        return 0;
    top = (size_t)length;
    if (strncmp(group, "/..", 3) != 0 && strlen(group) < sizeof directory - top)
        strcpy(directory + top, group);
    for (;;) {
        cpus = tighter(cpus, quota(directory));
        if (strlen(directory) == top)
            return cpus;
        *strrchr(directory, '/') = '\0';
    }
}

static int has_cpu_controller(const char *controllers)
{
    for (const char *name = controllers; name; name = strchr(name, ',')) {
        name += *name == ',';
        if (strncmp(name, "cpu", 3) == 0 && (name[3] == ',' || name[3] == '\0'))
            return 1;
    }
    return 0;
}

/* A line of /proc/self/cgroup is "0::/group" (v2) or "number:controllers:/group" (v1, mounted under the controllers'
 * names or just "cpu"; "unified" is where v2 is if both are used). */
static int line_quota(const char *root, char *line)
{
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;
    char mount[256];
    if (group == NULL || group[1] != '/')
        return 0;
    *group++ = '\0';
    controllers++;
    group[strcspn(group, "\n")] = '\0';
    if (*controllers == '\0')
        return tighter(tightest(root, "", group, quota_v2), tightest(root, "/unified", group, quota_v2));
    if (!has_cpu_controller(controllers) || strlen(controllers) > sizeof mount - 2)
        return 0;
    snprintf(mount, sizeof mount, "/%s", controllers);
    return tighter(tightest(root, mount, group, quota_v1), tightest(root, "/cpu", group, quota_v1));
}

int fp_quota_cpus(const char *root)
{
    char line[PATH_SIZE];
    FILE *file;
    int cpus = 0;
    int length = snprintf(line, sizeof line, "%s/proc/self/cgroup", root);
    if (length < 0 || (size_t)length >= sizeof line || (file = fopen(line, "r")) == NULL)
        return 0;
    while (fgets(line, sizeof line, file))
        cpus = tighter(cpus, line_quota(root, line));
    fclose(file);
    return cpus;
}

int fp_default_threads(const char *root)
{
    int threads = parse_count(getenv("FASTPROB_NUM_THREADS"), 0);
    if (threads == 0)
        threads = parse_count(getenv("OMP_NUM_THREADS"), 1);
    if (threads == 0)
        threads = tighter(affinity_cpus(), fp_quota_cpus(root));
    return threads;
}
