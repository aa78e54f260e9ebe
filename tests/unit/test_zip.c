/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer of zip files writes, the reader reads back. */
#include "base/mem.h"
#include "base/zip.h"
#include "base/zip_writer.h"
#include "support.h"

#include <errno.h>

/* Names may be empty, bytes none, or more than the writer packs at once and hard to pack. */
struct member {
    const char *name;
    char *bytes;
    size_t length;
};

static char *noise(size_t length)
{
    char *bytes = pbr_alloc(length + 1, 1);
    uint32_t state = 1;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)((state = state * 1664525 + 1013904223) >> 24);
    return bytes;
}

static void put_in_pieces(pbr_zip_writer *zip, const struct member *member, size_t piece)
{
    assert_true(pbr_zip_member(zip, member->name));
    for (size_t at = 0; at < member->length; at += piece) {
        size_t left = member->length - at;
        assert_true(pbr_zip_put(zip, member->bytes + at, left < piece ? left : piece));
    }
    assert_true(pbr_zip_member_end(zip));
}

static void same_member(const pbr_zip *zip, size_t index, const struct member *member)
{
    size_t length;
    char *bytes = pbr_zip_read(zip, index, &length), *name = pbr_zip_name(zip, index);
    assert_non_null(bytes);
    assert_string_equal(name, member->name);
    assert_int_equal(length, member->length);
    assert_memory_equal(bytes, member->bytes, length);
    free(name);
    free(bytes);
}

static void written_is_read(void **state)
{
    (void)state;
    struct member members[] = {{"empty", noise(0), 0},
                               {"a/b.xml", noise(11), 11},
                               {"zeros", pbr_alloc(300001, 1), 300000},
                               {"noise", noise(200000), 200000}};
    size_t count = sizeof members / sizeof *members;
    char path[] = "/tmp/pbrcalc-zip-XXXXXX";
    close(mkstemp(path));
    for (size_t piece = 1; piece < 400000; piece = piece * 7 + 60) {
        pbr_zip_writer *writer = pbr_zip_writer_open(path);
        for (size_t i = 0; i < count; i++) put_in_pieces(writer, &members[i], piece);
        assert_true(pbr_zip_writer_close(writer));
        pbr_zip *zip = pbr_zip_open(path);
        assert_non_null(zip);
        assert_int_equal(pbr_zip_count(zip), count);
        for (size_t i = 0; i < count; i++) same_member(zip, i, &members[i]);
        pbr_zip_close(zip);
    }
    remove(path);
    for (size_t i = 0; i < count; i++) free(members[i].bytes);
}

/* The first failure is told at the end, with what the system said. */
static void full_disk_is_told(void **state)
{
    (void)state;
    pbr_zip_writer *writer = pbr_zip_writer_open("/dev/full");
    assert_non_null(writer);
    char *bytes = noise(100000);
    pbr_zip_member(writer, "noise");
    pbr_zip_put(writer, bytes, 100000);
    pbr_zip_member_end(writer);
    assert_false(pbr_zip_writer_close(writer));
    assert_int_equal(errno, ENOSPC);
    free(bytes);
    assert_null(pbr_zip_writer_open("/nowhere/at.zip"));
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(written_is_read),
                                       cmocka_unit_test(full_disk_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
