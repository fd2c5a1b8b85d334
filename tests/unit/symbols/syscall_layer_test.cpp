// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/syscall_layer.h"

#include <gtest/gtest.h>

namespace caprec {
namespace {

TEST(SyscallLayer, TheCLibraryByItsFile) {
    struct Row {
        const char* module;
        bool is;
    };
    constexpr Row rows[] = {
        {"/usr/lib/x86_64-linux-gnu/libc.so.6", true},
        {"libc.so.6", true},
        {"/usr/lib/libc.so.6 (deleted)", true},
        {"/usr/lib/libc.so", true},
        {"/lib/libc-2.31.so", true},
        {"/lib/libc.musl-x86_64.so.1", true},
        {"/lib/libpthread.so.0", true},
        {"/lib/libpthread-2.31.so", true},
        {"/lib64/ld-linux-x86-64.so.2", true},
        {"/lib/ld-linux.so.2", true},
        {"/lib/ld-linux-aarch64.so.1", true},
        {"/lib/ld-musl-x86_64.so.1", true},
        {"/lib/ld-2.31.so", true},
        {"/lib/ld-2.31.so (deleted)", true},
        {"/lib/ld.so", true},
        {"/lib/ld.so.1", true},
        {"/lib64/ld64.so.2", true},
        {"[vdso]", true},
        {"/usr/lib/libc-client.so.2007e", false},
        {"/usr/lib/libc-client.so", false},
        {"/usr/lib/libc-2.31", false},
        {"/usr/lib/libcap.so.2", false},
        {"/usr/lib/libcrypt.so.1", false},
        {"/usr/lib/libc.solver.so", false},
        {"/usr/lib/libc++.so.1", false},
        {"/usr/bin/ld-something", false},
        {"/usr/bin/ld-linux", false},
        {"/usr/lib/ld-plugin.so", false},
        {"/usr/bin/ld", false},
        {"/usr/bin/ld.gold", false},
        {"/usr/bin/libpthread", false},
        {"/usr/lib/libc.so.6/program", false},
        {"/opt/[vdso]", false},
        {"//anon", false},
        {"", false},
        {".so", false},
        {"/usr/lib/.so.1", false},
    };
    for (const Row& row : rows)
        EXPECT_EQ(is_c_library(row.module), row.is) << row.module;
}

TEST(SyscallLayer, PackagesOfGoByTheFunction) {
    for (const char* function : {"syscall.Chown", "internal/runtime/syscall.Syscall6", "golang.org/x/sys/unix.Setuid"})
        EXPECT_TRUE(is_syscall_package(function)) << function;
    for (const char* function : {"os.Chown", "main.syscall", "mysyscall.Chown", ""})
        EXPECT_FALSE(is_syscall_package(function)) << function;
}

}  // namespace
}  // namespace caprec
