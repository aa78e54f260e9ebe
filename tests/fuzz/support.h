/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzz targets share. A target takes any bytes at all; what must hold whatever they are is
 * said with MUST, and where it does not, the program is aborted and the bytes are kept. */
#ifndef TESTS_FUZZ_SUPPORT_H
#define TESTS_FUZZ_SUPPORT_H

#include "base/diag.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MUST(condition) ((condition) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #condition))

_Noreturn void fuzz_broken(const char *file, int line, const char *condition);

int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A file in memory that readers find by its path. It may be filled again and again. */
typedef struct {
    int descriptor;
    char path[40];
} fuzz_file;

fuzz_file fuzz_file_new(void);
void fuzz_fill(const fuzz_file *file, const void *bytes, size_t length);

/* A fresh folder, in memory where the machine has such; removed when the program ends well. */
const char *fuzz_folder(void);
void fuzz_write(const char *folder, const char *name, const void *bytes, size_t length);
/* Copies a file of the tree. */
void fuzz_copy(const char *from, const char *folder, const char *name);
/* The bytes of a file of the tree, with a NUL after them, in fresh memory. */
char *fuzz_read(const char *path, size_t *length);

/* Text that grows. */
typedef struct {
    char *bytes;
    size_t used, room;
} fuzz_text;

void fuzz_add(fuzz_text *text, const void *bytes, size_t length);
void fuzz_printf(fuzz_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void fuzz_same(const fuzz_text *one, const fuzz_text *other);

/* Everything that was found, in words. */
void fuzz_add_said(fuzz_text *text, const pbr_diag *diag);
/* What must hold of all that a reader says of a file with so many bytes (path NULL: of anything):
 * a check id, words, a place in the file; printed, nothing that a terminal obeys. With FUZZ_SAY in
 * the environment it is printed too. */
void fuzz_check_messages(const pbr_diag *diag, const char *path, const uint8_t *bytes,
                         size_t length);

#endif
