/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded before the program, makes a call of one function of the C library fail: the one that
 * FAIL_CALL names, the FAIL_AT-th time and, where FAIL_ON is set, from then on, as a disk that is
 * full stays full. The function that FAIL_ALWAYS names fails every time, uncounted. Counts from 1,
 * over all threads; what failed is written to file descriptor 9, if that is open, so that a test
 * knows whether there was such a call. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library's own, which need no look-up: dlsym may itself want memory. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

static atomic_long calls;

static bool fails(const char *name, int error)
{
    const char *wanted = getenv("FAIL_CALL"), *at = getenv("FAIL_AT"),
               *always = getenv("FAIL_ALWAYS");
    if (always && strcmp(always, name) == 0) {
        errno = error;
        return true;
    }
    if (!wanted || !at || strcmp(wanted, name) != 0) return false;
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (call < atol(at) || (call > atol(at) && !getenv("FAIL_ON"))) return false;
    syscall(SYS_write, 9, name, strlen(name));
    errno = error;
    return true;
}

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

/* A function that fails with a value and an error, and else is what it was. */
#define FAILING(type, name, parameters, arguments, error, value)                                   \
    type name parameters;                                                                          \
    type name parameters                                                                           \
    {                                                                                              \
        type(*own) parameters = (type(*) parameters)real(#name);                                   \
        return fails(#name, error) ? (value) : own arguments;                                      \
    }

FAILING(ssize_t, read, (int file, void *to, size_t size), (file, to, size), EIO, -1)
FAILING(int, rename, (const char *from, const char *to), (from, to), EIO, -1)
FAILING(int, renameat2,
        (int from_folder, const char *from, int to_folder, const char *to, unsigned how),
        (from_folder, from, to_folder, to, how), EINVAL, -1)
FAILING(int, remove, (const char *path), (path), EBUSY, -1)
FAILING(int, fstat, (int file, struct stat *facts), (file, facts), EIO, -1)
FAILING(int, stat, (const char *path, struct stat *facts), (path, facts), EIO, -1)
FAILING(int, lstat, (const char *path, struct stat *facts), (path, facts), EIO, -1)
FAILING(ssize_t, getrandom, (void *to, size_t size, unsigned how), (to, size, how), EAGAIN, -1)
FAILING(pid_t, fork, (void), (), EAGAIN, -1)
FAILING(int, mkdir, (const char *path, mode_t mode), (path, mode), ENOSPC, -1)
FAILING(DIR *, opendir, (const char *path), (path), EMFILE, NULL)
FAILING(struct dirent *, readdir, (DIR * folder), (folder), EIO, NULL)
FAILING(void *, mmap, (void *at, size_t size, int use, int how, int file, off_t from),
        (at, size, use, how, file, from), ENOMEM, MAP_FAILED)
FAILING(FILE *, fopencookie, (void *cookie, const char *how, cookie_io_functions_t with),
        (cookie, how, with), ENOMEM, NULL)
FAILING(FILE *, fopen, (const char *path, const char *how), (path, how), EMFILE, NULL)
FAILING(FILE *, open_memstream, (char **text, size_t *size), (text, size), ENOMEM, NULL)
FAILING(int, pthread_create,
        (pthread_t * thread, const pthread_attr_t *how, void *(*what)(void *), void *with),
        (thread, how, what, with), EAGAIN, EAGAIN)

/* A stream remembers that it failed. Messages are not kept from being printed. */
static bool stream_fails(const char *name, int error, FILE *file)
{
    enum { ERROR_SEEN = 0x20 }; /* of glibc's flags, as ferror reads them */
    if (file == stderr || !fails(name, error)) return false;
    if (file) file->_flags |= ERROR_SEEN;
    return true;
}

size_t fwrite(const void *from, size_t size, size_t count, FILE *file)
{
    size_t (*own)(const void *, size_t, size_t, FILE *) =
        (size_t(*)(const void *, size_t, size_t, FILE *))real("fwrite");
    return stream_fails("fwrite", ENOSPC, file) ? 0 : own(from, size, count, file);
}

int fflush(FILE *file)
{
    int (*own)(FILE *) = (int (*)(FILE *))real("fflush");
    return stream_fails("fflush", ENOSPC, file) ? EOF : own(file);
}

/* Closing fails after the fact: the file is closed all the same. */
int close(int file)
{
    int (*own)(int) = (int (*)(int))real("close");
    int status = own(file);
    return fails("close", EIO) ? -1 : status;
}

int fclose(FILE *file)
{
    int (*own)(FILE *) = (int (*)(FILE *))real("fclose");
    int status = own(file);
    return fails("fclose", ENOSPC) ? EOF : status;
}

int open(const char *path, int how, ...)
{
    int (*own)(const char *, int, ...) = (int (*)(const char *, int, ...))real("open");
    va_list rest;
    va_start(rest, how);
    mode_t mode = how & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return fails("open", EMFILE) ? -1 : own(path, how, mode);
}

/* What other libraries do where a call fails is theirs: some go on without a word. */
static bool is_own(const char *name, const void *caller)
{
    Dl_info object;
    const char *wanted = getenv("FAIL_CALL");
    if (!wanted || strcmp(wanted, name) != 0 || !dladdr(caller, &object)) return false;
    return !strstr(object.dli_fname, ".so");
}

static bool memory_fails(const char *name, const void *caller)
{
    return is_own(name, caller) && fails(name, ENOMEM);
}

void *malloc(size_t size)
{
    return memory_fails("malloc", __builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return memory_fails("calloc", __builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return memory_fails("realloc", __builtin_return_address(0)) ? NULL
                                                                : __libc_realloc(block, size);
}

int fputs(const char *text, FILE *file)
{
    int (*own)(const char *, FILE *) = (int (*)(const char *, FILE *))real("fputs");
    bool failing =
        is_own("fputs", __builtin_return_address(0)) && stream_fails("fputs", ENOSPC, file);
    return failing ? EOF : own(text, file);
}

int putc(int letter, FILE *file)
{
    int (*own)(int, FILE *) = (int (*)(int, FILE *))real("putc");
    bool failing =
        is_own("putc", __builtin_return_address(0)) && stream_fails("putc", ENOSPC, file);
    return failing ? EOF : own(letter, file);
}

size_t fread(void *to, size_t size, size_t count, FILE *file)
{
    size_t (*own)(void *, size_t, size_t, FILE *) =
        (size_t(*)(void *, size_t, size_t, FILE *))real("fread");
    return stream_fails("fread", EIO, file) ? 0 : own(to, size, count, file);
}
