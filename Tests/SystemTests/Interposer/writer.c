// Writes files in the ways that a power cut tells apart, then is killed. Used to hold the interposer to its word.
//
// The directory, its one argument, holds "old", "renamed" and "removed" already, each with the text "before".

#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int create(const char *name) { return open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600); }

static void put(int file, const char *text) {
    if (write(file, text, strlen(text)) < 0) perror("write");
}

int main(int count, char **arguments) {
    if (count != 2 || chdir(arguments[1]) != 0) return 1;
    int folder = open(".", O_RDONLY | O_DIRECTORY);

    int half = create("half"), positioned = create("positioned"), cut = create("cut"), vectored = create("vectored");
    int nothing = create("nothing");
    put(half, "synced ");
    put(cut, "a long text");
    put(nothing, "lost");
    if (pwrite(positioned, "0123456789", 10, 0) != 10) perror("pwrite");
    struct iovec parts[2] = {{"vec", 3}, {"tor", 3}};
    if (writev(vectored, parts, 2) != 6) perror("writev");
    fsync(half);
    fdatasync(positioned);
    fdatasync(cut);
    fdatasync(vectored);
    fsync(folder);

    put(half, "unsynced");
    if (pwrite(positioned, "XX", 2, 4) != 2) perror("pwrite");
    fdatasync(positioned);
    if (pwrite(positioned, "YY", 2, 8) != 2) perror("pwrite");
    if (ftruncate(cut, 6) != 0) perror("ftruncate");
    fdatasync(cut);
    if (ftruncate(cut, 0) != 0) perror("ftruncate");

    int old = open("old", O_RDWR | O_TRUNC);
    put(old, "after");
    int late = create("late");
    put(late, "its name was never synced");
    fsync(late);
    rename("renamed", "anew");
    unlink("removed");
    raise(SIGKILL);
    return 0;
}
