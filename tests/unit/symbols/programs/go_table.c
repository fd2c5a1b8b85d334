// SPDX-License-Identifier: Apache-2.0
//
// A table as Go's linker makes it (layout of Go 1.18), of two functions of 32 bytes each.  TEXT: where they begin.
#include <stddef.h>
#include <stdint.h>

void _start(void) {
    for (;;)
        ;
}

struct record {
    uint32_t place, name, arguments, deferred, stack, file, line, tables, unit, kind, more[3];
};

struct table {
    uint32_t magic;
    uint16_t zero;
    uint8_t quantum, pointer_bytes;
    uint64_t functions, files_count, text, names_at, units_at, files_at, values_at, list_at;
    char names[40];
    uint32_t units[2];
    char files[16];
    uint8_t values[40];
    struct {
        uint32_t numbers[5];
        struct record records[2];
    } list;
};

enum {
    FIRST = offsetof(struct table, list.records[0]) - offsetof(struct table, list),
    SECOND = offsetof(struct table, list.records[1]) - offsetof(struct table, list)
};

__attribute__((section(".gopclntab"), used)) const struct table go_table = {
    .magic = 0xfffffff0,
    .quantum = 1,
    .pointer_bytes = 8,
    .functions = 2,
    .files_count = 2,
    .text = TEXT,
    .names_at = offsetof(struct table, names),
    .units_at = offsetof(struct table, units),
    .files_at = offsetof(struct table, files),
    .values_at = offsetof(struct table, values),
    .list_at = offsetof(struct table, list),
    .names = "\0_rt0_amd64_linux\0main.(*T).second",
    .units = {0, 8},
    .files = "/one.go\0two.go",
    // A change of the value, twice or twice less one when it falls, and how far it holds; from -1 on.
    .values = {0,   2,  4,  32, 28, 0,       // 1: 0, then 16 from byte 4 on
               2,   32, 0,                   // 6: 0
               4,   32, 0,                   // 9: 1
               22,  16, 4,  16, 0,           // 12: 10, then 12 from byte 16 on
               202, 1,  32, 0,               // 17: 100
               0,   8,  2,  8,  1,  16, 0},  // 21: -1, 0 from byte 8 to 16, -1
    .list = {.numbers = {0, FIRST, 32, SECOND, 64},
             .records = {{.name = 1, .stack = 1, .file = 6, .line = 12, .kind = 1 << 8},
                         {.place = 32,
                          .name = 18,
                          .stack = 6,
                          .file = 9,
                          .line = 17,
                          .tables = 3,
                          .kind = 2 << 8,
                          .more = {0, 0, 21}}}},
};
