/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a command and prints what it took: seconds by the clock, seconds of processor, peak of
 * memory in KiB, and how it ended. A program of its own, since the system counts the memory of
 * whoever starts a command as the command's own: a small starter, a true peak.
 *
 * usage: timed OUT COMMAND [ARGUMENT...]      its standard output goes to the file OUT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void become(char **words)
{
    int out = open(words[0], O_WRONLY | O_CREAT | O_TRUNC, 0666),
        none = open("/dev/null", O_WRONLY);
    if (out < 0 || none < 0) _exit(126);
    dup2(out, STDOUT_FILENO);
    dup2(none, STDERR_FILENO);
    execvp(words[1], words + 1);
    _exit(127);
}

int main(int count, char **words)
{
    struct rusage usage;
    int status;
    if (count < 3) return EXIT_FAILURE;
    double begun = now();
    pid_t child = fork();
    if (child == 0) become(words + 1);
    if (child < 0 || wait4(child, &status, 0, &usage) != child) return EXIT_FAILURE;
    printf("%.6f %.6f %ld %d\n", now() - begun, seconds(usage.ru_utime) + seconds(usage.ru_stime),
           usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return EXIT_SUCCESS;
}
