/* A disk that forgets what was not synced, for tests of what the loss of power leaves (LD_PRELOAD).
 *
 * Of each file below POWER_FOLDER the content as of its last fsync or fdatasync is kept below POWER_SYNCED. Once the file
 * POWER_OFF is there, nothing more is kept: what lies below POWER_SYNCED then is what a machine would start with.
 * A sync takes POWER_SYNC_MS, so that whoever answers before it is caught. Renames, links and unlinks are kept at once, as
 * journalling file systems do for a file that was synced.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Where the synced content of this path is kept; 0 where it is none of ours. */
static int kept_at(const char *path, char *kept) {
    const char *folder = getenv("POWER_FOLDER"), *synced = getenv("POWER_SYNCED");
    if (!folder || !synced || !path) return 0;
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) || path[length] != '/') return 0;
    return snprintf(kept, PATH_MAX, "%s%s", synced, path + length) < PATH_MAX;
}

static int is_off(void) {
    const char *off = getenv("POWER_OFF");
    return !off || access(off, F_OK) == 0;
}

/* One at a time among all processes, so that an older content never takes the place of a newer one. */
static int lock(void) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s.lock", getenv("POWER_SYNCED"));
    int held = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (held < 0 || flock(held, LOCK_EX)) abort();
    return held;
}

static void make_folders(char *path) {
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = 0;
        mkdir(path, 0700);
        *at = '/';
    }
}

static void keep(int file) {
    char link[64], path[PATH_MAX], kept[PATH_MAX], aside[PATH_MAX + 8], block[65536];
    struct stat is;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || fstat(file, &is) || !S_ISREG(is.st_mode) || !is.st_nlink) return;
    path[length] = 0;
    if (!kept_at(path, kept)) return;
    const char *wait = getenv("POWER_SYNC_MS");
    struct timespec ms = {0, (wait ? atol(wait) : 0) * 1000000L};
    nanosleep(&ms, NULL);
    int held = lock();
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from >= 0 && !is_off()) {
        make_folders(kept);
        snprintf(aside, sizeof aside, "%s.aside", kept);
        int to = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, is.st_mode & 0777);
        if (to < 0) abort();
        while ((length = read(from, block, sizeof block)) > 0)
            if (write(to, block, length) != length) abort();
        close(to);
        if (REAL(rename)(aside, kept)) abort();
    }
    if (from >= 0) close(from);
    close(held);
}

int fsync(int file) {
    keep(file);
    return 0;
}

int fdatasync(int file) {
    keep(file);
    return 0;
}

/* What was synced under one name is there under another; what was not is nowhere. */
static void also(const char *from, const char *to, int moved) {
    char old[PATH_MAX], new[PATH_MAX];
    int is_old = kept_at(from, old), is_new = kept_at(to, new);
    if (!is_new || is_off()) return;
    int held = lock();
    make_folders(new);
    if (moved) {
        if (!is_old || REAL(rename)(old, new)) REAL(unlink)(new);
    } else if (is_old) {
        REAL(link)(old, new);
    }
    close(held);
}

int rename(const char *from, const char *to) {
    int done = REAL(rename)(from, to), why = errno;
    if (!done) also(from, to, 1);
    errno = why;
    return done;
}

int link(const char *from, const char *to) {
    int done = REAL(link)(from, to), why = errno;
    if (!done) also(from, to, 0);
    errno = why;
    return done;
}

int unlink(const char *path) {
    char kept[PATH_MAX];
    int done = REAL(unlink)(path), why = errno;
    if (!done && kept_at(path, kept) && !is_off()) REAL(unlink)(kept);
    errno = why;
    return done;
}
