// A disk that refuses and a clock that jumps, for one process, by LD_PRELOAD.
//
// FAULTS_DATA names the directory whose files are meant, FAULTS_CONTROL a file of eight 64-bit numbers in the machine's
// byte order, which another process may change at any time:
//
//   0  nanoseconds that the wall clock is off by
//   1  errno of writes, 0 for none        2  of fsync and fdatasync      3  of ftruncate
//   4  of opening a file for writing, of making and removing one         5  of rename
//   6  not 0: the first write that is refused writes half of what it was given
//   7  counts what was refused
//
// A refused sync loses what was written since the last one that was not, as Linux does: with powercut.c in the same
// process the disk never gets it, however often it is synced afterwards.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { CLOCK, WRITE, SYNC, TRUNCATE, OPENING, RENAME, HALF, COUNT, WORDS };

static volatile int64_t *control;
static char data[PATH_MAX];
static void (*forget_unsynced)(int);

#define REAL(result, name, ...) \
    static result (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("FAULTS_DATA"), *name = getenv("FAULTS_CONTROL");
    if (!folder || !name) return;
    mkdir(folder, 0700);
    if (!realpath(folder, data)) return;
    int file = open(name, O_RDWR | O_CLOEXEC);
    void *words = mmap(NULL, WORDS * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || words == MAP_FAILED) {
        fprintf(stderr, "faults: %s: %s\n", name, strerror(errno));
        _exit(99);
    }
    close(file);
    forget_unsynced = (void (*)(int))dlsym(RTLD_DEFAULT, "powercut_forget_unsynced");
    control = words;
}

static int64_t fault(int kind) { return control ? control[kind] : 0; }

static int refuse(int kind) {
    __atomic_add_fetch(&control[COUNT], 1, __ATOMIC_RELAXED);
    errno = (int)control[kind];
    return -1;
}

static int is_inside(const char *path) {
    size_t length = strlen(data);
    return strncmp(path, data, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int is_file(int descriptor) {
    char link_name[64], path[PATH_MAX];
    snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link_name, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_inside(path);
}

static int is_name(const char *path) {
    char folder[PATH_MAX], whole[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash) *slash = 0;
    return realpath(slash ? folder : ".", whole) && is_inside(whole);
}

// --- writing

// How much of a write is done all the same: 0 for none.
static size_t allowed(size_t count) {
    return count > 1 && control[HALF] && __atomic_exchange_n(&control[HALF], 0, __ATOMIC_RELAXED) ? count / 2 : 0;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (!fault(WRITE) || !is_file(descriptor)) return real_write(descriptor, bytes, count);
    size_t half = allowed(count);
    return half ? real_write(descriptor, bytes, half) : refuse(WRITE);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (fault(WRITE) && is_file(descriptor)) return refuse(WRITE);
    return real_writev(descriptor, parts, count);
}

#define PWRITE(name) \
    ssize_t name(int descriptor, const void *bytes, size_t count, off_t offset) { \
        REAL(ssize_t, name, int, const void *, size_t, off_t); \
        if (!fault(WRITE) || !is_file(descriptor)) return real_##name(descriptor, bytes, count, offset); \
        size_t half = allowed(count); \
        return half ? real_##name(descriptor, bytes, half, offset) : refuse(WRITE); \
    }

PWRITE(pwrite)
PWRITE(pwrite64)

#define FTRUNCATE(name) \
    int name(int descriptor, off_t size) { \
        REAL(int, name, int, off_t); \
        return fault(TRUNCATE) && is_file(descriptor) ? refuse(TRUNCATE) : real_##name(descriptor, size); \
    }

FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

#define SYNC(name) \
    int name(int descriptor) { \
        REAL(int, name, int); \
        if (!fault(SYNC) || !is_file(descriptor)) return real_##name(descriptor); \
        if (forget_unsynced) forget_unsynced(descriptor); \
        return refuse(SYNC); \
    }

SYNC(fsync)
SYNC(fdatasync)

// --- names

static int mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;
}

static int is_refused(const char *path, int flags) {
    return fault(OPENING) && flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC) && is_name(path);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        va_list arguments; \
        va_start(arguments, flags); \
        int mode = mode_of(flags, arguments); \
        va_end(arguments); \
        return is_refused(path, flags) ? refuse(OPENING) : real_##name(path, flags, mode); \
    }

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        va_list arguments; \
        va_start(arguments, flags); \
        int mode = mode_of(flags, arguments); \
        va_end(arguments); \
        return is_refused(path, flags) ? refuse(OPENING) : real_##name(folder, path, flags, mode); \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *);
    return fault(RENAME) && is_name(to) ? refuse(RENAME) : real_rename(from, to);
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    return fault(OPENING) && is_name(path) ? refuse(OPENING) : real_unlink(path);
}

// --- the wall clock

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int result = real_clock_gettime(clock, time);
    int64_t shift = fault(CLOCK);
    if (result != 0 || !shift || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
    int64_t whole = time->tv_sec * INT64_C(1000000000) + time->tv_nsec + shift;
    time->tv_sec = whole / 1000000000;
    time->tv_nsec = whole % 1000000000;
    return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}
