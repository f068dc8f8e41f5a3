// A power cut for one directory, by LD_PRELOAD.
//
// POWERCUT_DATA names the directory that a program writes to, POWERCUT_DISK another one that plays the disk under it:
// at every moment it holds what would be found after the power failed. What a program writes reaches it only through
// fsync or fdatasync of the file; a name that is made, changed or removed reaches it only through fsync of the
// directory. So after kill -9 the program is started again on POWERCUT_DISK, and whatever it promised must be there.
//
// What was in the directory at the start counts as synced. Writes that are not seen here (memory maps, writes that do
// not go through the C library's calls below) never reach the disk, so a miss makes the trial harder, not easier.
//
// POWERCUT_LIES=1 plays a disk that says "synced" and forgets: with it, promises must be seen to break.
// POWERCUT_AT=NAME ends the program at once when that name has come to stand for another file on the disk.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 4096 };

struct range {
    off_t start, end;
    struct range *next;
};

// One file, whatever its names are: what was written and not synced yet.
struct file {
    ino_t inode;
    struct range *dirty;
    off_t cut;  // the smallest size since the last sync, or -1
    pthread_mutex_t lock;
    pthread_mutex_t syncing;  // one sync after the other
    struct file *next;
};

static char data[PATH_MAX], disk[PATH_MAX], contents[PATH_MAX];
static int active, lies;
static const char *ends_at;
static struct file directory;  // stands for a descriptor of the directory itself
static struct file *files;
static struct file *open_files[MOST_DESCRIPTORS];
static pthread_mutex_t table = PTHREAD_MUTEX_INITIALIZER;

#define REAL(result, name, ...) \
    static result (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static void die(const char *what, const char *path) {
    fprintf(stderr, "powercut: %s %s: %s\n", what, path, strerror(errno));
    _exit(99);
}

// --- the disk: contents by inode, in a directory beside it, and names that are links to them

static void content_path(char *path, ino_t inode) {
    snprintf(path, PATH_MAX, "%.*s/%lu", PATH_MAX - 32, contents, (unsigned long)inode);
}

static int open_content(ino_t inode) {
    REAL(int, open, const char *, int, ...);
    char path[PATH_MAX];
    content_path(path, inode);
    int content = real_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (content < 0) die("open", path);
    return content;
}

static void copy(int from, int to, off_t start, off_t end) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    static __thread char buffer[65536];
    while (start < end) {
        size_t want = end - start < (off_t)sizeof buffer ? (size_t)(end - start) : sizeof buffer;
        ssize_t got = pread(from, buffer, want, start);
        if (got <= 0) return;  // the file was cut meanwhile
        if (real_pwrite(to, buffer, got, start) != got) die("write", contents);
        start += got;
    }
}

// Syncs the file, then brings to the disk what had been written when the sync began.
static int sync_content(int descriptor, struct file *file, int (*sync)(int)) {
    REAL(int, ftruncate, int, off_t);
    REAL(int, open, const char *, int, ...);
    struct stat status;
    pthread_mutex_lock(&file->syncing);
    pthread_mutex_lock(&file->lock);
    struct range *dirty = file->dirty;
    off_t cut = file->cut;
    fstat(descriptor, &status);
    file->dirty = NULL;
    file->cut = -1;
    pthread_mutex_unlock(&file->lock);

    int result = sync(descriptor), error = errno;
    if (result != 0) die("sync", "a file, and what then is on a disk nobody knows");
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    int content = open_content(file->inode), from = real_open(name, O_RDONLY | O_CLOEXEC);
    if (from < 0) die("read", name);
    if (cut >= 0) real_ftruncate(content, cut);
    while (dirty) {
        copy(from, content, dirty->start, dirty->end);
        struct range *next = dirty->next;
        free(dirty);
        dirty = next;
    }
    real_ftruncate(content, status.st_size);
    close(from);
    close(content);
    pthread_mutex_unlock(&file->syncing);
    errno = error;
    return result;
}

static int is_name(const char *name) { return strcmp(name, ".") != 0 && strcmp(name, "..") != 0; }

static void join(char *path, const char *folder, const char *name) {
    snprintf(path, PATH_MAX, "%.*s/%.*s", PATH_MAX - 258, folder, 256, name);
}

// Gives the disk the names that the directory has now.
static void sync_names(void) {
    REAL(int, rename, const char *, const char *);
    REAL(int, unlink, const char *);
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    char path[PATH_MAX], content[PATH_MAX], draft[PATH_MAX];
    struct stat status, before, after;
    int replaced = 0;
    DIR *listing = opendir(data);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        join(path, data, entry->d_name);
        if (!is_name(entry->d_name) || lstat(path, &status) != 0 || !S_ISREG(status.st_mode)) continue;
        close(open_content(status.st_ino));
        content_path(content, status.st_ino);
        chmod(content, status.st_mode & 0777);
        snprintf(draft, sizeof draft, "%.*s/draft", PATH_MAX - 8, contents);
        real_unlink(draft);
        join(path, disk, entry->d_name);
        if (stat(content, &after) == 0 && stat(path, &before) == 0 && before.st_ino != after.st_ino)
            replaced |= ends_at && strcmp(entry->d_name, ends_at) == 0;
        if (link(content, draft) != 0 || real_rename(draft, path) != 0) die("link", path);
        real_unlink(draft);  // renaming onto another name of the same file leaves it
    }
    if (listing) closedir(listing);
    listing = opendir(disk);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        join(path, data, entry->d_name);
        if (!is_name(entry->d_name) || lstat(path, &status) == 0) continue;
        join(path, disk, entry->d_name);
        real_unlink(path);
    }
    if (listing) closedir(listing);
    if (active && replaced) raise(SIGKILL);
    pthread_mutex_unlock(&lock);
}

__attribute__((constructor)) static void begin(void) {
    REAL(int, open, const char *, int, ...);
    const char *data_name = getenv("POWERCUT_DATA"), *disk_name = getenv("POWERCUT_DISK");
    if (!data_name || !disk_name) return;
    mkdir(data_name, 0700);
    mkdir(disk_name, 0700);
    if (!realpath(data_name, data)) die("find", data_name);
    if (!realpath(disk_name, disk)) die("find", disk_name);
    snprintf(contents, sizeof contents, "%.*s.contents", PATH_MAX - 16, disk);
    mkdir(contents, 0700);
    DIR *listing = opendir(data);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        char path[PATH_MAX];
        struct stat status;
        join(path, data, entry->d_name);
        if (!is_name(entry->d_name) || lstat(path, &status) != 0 || !S_ISREG(status.st_mode)) continue;
        int from = real_open(path, O_RDONLY | O_CLOEXEC), to = open_content(status.st_ino);
        copy(from, to, 0, status.st_size);
        close(from);
        close(to);
    }
    if (listing) closedir(listing);
    sync_names();
    const char *lying = getenv("POWERCUT_LIES"), *moment = getenv("POWERCUT_AT");
    lies = lying && strcmp(lying, "1") == 0;
    ends_at = moment && *moment ? moment : NULL;
    active = 1;
}

// --- which descriptors are files of the directory

static struct file *find(ino_t inode) {
    for (struct file *file = files; file; file = file->next)
        if (file->inode == inode) return file;
    struct file *file = calloc(1, sizeof *file);
    if (!file) die("allocate", "a file");
    file->inode = inode;
    file->cut = -1;
    pthread_mutex_init(&file->lock, NULL);
    pthread_mutex_init(&file->syncing, NULL);
    file->next = files;
    return files = file;
}

// An inode that was freed may be given to a new file, which has nothing of the old one.
static void forget(ino_t inode) {
    char path[PATH_MAX];
    content_path(path, inode);
    REAL(int, unlink, const char *);
    struct stat status;
    // Its last name on the disk keeps the old content; the new file begins another.
    if (stat(path, &status) == 0) real_unlink(path);
}

static struct file *file_of(int descriptor) {
    return active && descriptor >= 0 && descriptor < MOST_DESCRIPTORS ? open_files[descriptor] : NULL;
}

static int opened(int descriptor, int flags, int is_new) {
    if (!active || descriptor < 0 || descriptor >= MOST_DESCRIPTORS) return descriptor;
    char link_name[64], path[PATH_MAX];
    snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link_name, path, sizeof path - 1);
    size_t prefix = strlen(data);
    if (length < (ssize_t)prefix) return descriptor;
    path[length] = 0;
    if (strncmp(path, data, prefix) != 0) return descriptor;
    struct stat status;
    if (fstat(descriptor, &status) != 0) return descriptor;
    pthread_mutex_lock(&table);
    if (path[prefix] == 0) {
        open_files[descriptor] = &directory;
    } else if (path[prefix] == '/' && S_ISREG(status.st_mode)) {
        if (is_new) forget(status.st_ino);
        struct file *file = find(status.st_ino);
        pthread_mutex_lock(&file->lock);
        if (is_new) {
            for (struct range *range = file->dirty; range;) {
                struct range *next = range->next;
                free(range);
                range = next;
            }
            file->dirty = NULL;
        }
        if (is_new || flags & O_TRUNC) file->cut = 0;
        pthread_mutex_unlock(&file->lock);
        open_files[descriptor] = file;
    }
    pthread_mutex_unlock(&table);
    return descriptor;
}

static void wrote(struct file *file, off_t start, off_t end) {
    pthread_mutex_lock(&file->lock);
    struct range *last = file->dirty;
    if (last && last->end == start) {
        last->end = end;
    } else {
        struct range *range = malloc(sizeof *range);
        if (!range) die("allocate", "a range");
        *range = (struct range){start, end, file->dirty};
        file->dirty = range;
    }
    pthread_mutex_unlock(&file->lock);
}

// --- the calls

static int mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;
}

static int exists(int folder, const char *path) {
    struct stat status;
    return fstatat(folder, path, &status, 0) == 0;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        va_list arguments; \
        va_start(arguments, flags); \
        int mode = mode_of(flags, arguments); \
        va_end(arguments); \
        int is_new = active && flags & O_CREAT && !exists(AT_FDCWD, path); \
        return opened(real_##name(path, flags, mode), flags, is_new); \
    }

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        va_list arguments; \
        va_start(arguments, flags); \
        int mode = mode_of(flags, arguments); \
        va_end(arguments); \
        int is_new = active && flags & O_CREAT && !exists(folder, path); \
        return opened(real_##name(folder, path, flags, mode), flags, is_new); \
    }

#define CREAT(name) \
    int name(const char *path, mode_t mode) { \
        REAL(int, name, const char *, mode_t); \
        int is_new = active && !exists(AT_FDCWD, path); \
        return opened(real_##name(path, mode), O_CREAT | O_TRUNC, is_new); \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
CREAT(creat)
CREAT(creat64)

int close(int descriptor) {
    REAL(int, close, int);
    if (file_of(descriptor)) open_files[descriptor] = NULL;
    return real_close(descriptor);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    struct file *file = file_of(descriptor);
    ssize_t result = real_write(descriptor, bytes, count);
    if (file && result > 0) {
        off_t end = lseek(descriptor, 0, SEEK_CUR);
        wrote(file, end - result, end);
    }
    return result;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    struct file *file = file_of(descriptor);
    ssize_t result = real_writev(descriptor, parts, count);
    if (file && result > 0) {
        off_t end = lseek(descriptor, 0, SEEK_CUR);
        wrote(file, end - result, end);
    }
    return result;
}

#define PWRITE(name) \
    ssize_t name(int descriptor, const void *bytes, size_t count, off_t offset) { \
        REAL(ssize_t, name, int, const void *, size_t, off_t); \
        struct file *file = file_of(descriptor); \
        ssize_t result = real_##name(descriptor, bytes, count, offset); \
        if (file && result > 0) wrote(file, offset, offset + result); \
        return result; \
    }

PWRITE(pwrite)
PWRITE(pwrite64)

#define FTRUNCATE(name) \
    int name(int descriptor, off_t size) { \
        REAL(int, name, int, off_t); \
        struct file *file = file_of(descriptor); \
        int result = real_##name(descriptor, size); \
        if (file && result == 0) { \
            pthread_mutex_lock(&file->lock); \
            if (file->cut < 0 || size < file->cut) file->cut = size; \
            pthread_mutex_unlock(&file->lock); \
        } \
        return result; \
    }

FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

static int synchronise(int descriptor, int (*sync)(int)) {
    struct file *file = file_of(descriptor);
    if (!file || lies) return sync(descriptor);
    if (file != &directory) return sync_content(descriptor, file, sync);
    int result = sync(descriptor), error = errno;
    if (result == 0) sync_names();
    errno = error;
    return result;
}

// What was written since the last sync never reaches the disk: a sync failed, and the system has dropped it (faults.c).
void powercut_forget_unsynced(int descriptor) {
    struct file *file = file_of(descriptor);
    if (!file || file == &directory) return;
    pthread_mutex_lock(&file->lock);
    for (struct range *range = file->dirty; range;) {
        struct range *next = range->next;
        free(range);
        range = next;
    }
    file->dirty = NULL;
    pthread_mutex_unlock(&file->lock);
}

int fsync(int descriptor) {
    REAL(int, fsync, int);
    return synchronise(descriptor, real_fsync);
}

int fdatasync(int descriptor) {
    REAL(int, fdatasync, int);
    return synchronise(descriptor, real_fdatasync);
}
