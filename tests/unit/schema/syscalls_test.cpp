// SPDX-License-Identifier: Apache-2.0
#include "schema/syscalls.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "schema/error.h"

namespace caprec {
namespace {

TEST(Syscalls, NumbersOfEachAbi) {
    const struct {
        Abi abi;
        unsigned number;
        const char* name;
    } rows[] = {
        {Abi::x86_64, 0, "read"},
        {Abi::x86_64, 257, "openat"},
        {Abi::x86_64, 141, "setpriority"},
        {Abi::i386, 295, "openat"},
        {Abi::i386, 102, "socketcall"},
        {Abi::x32, 257, "openat"},
        {Abi::x32, 520, "execve"},
        {Abi::arm64, 56, "openat"},
        {Abi::arm64, 140, "setpriority"},
        {Abi::arm64, 0, "io_setup"},
        {Abi::arm, 322, "openat"},
        {Abi::arm64, 450, "set_mempolicy_home_node"},
        {Abi::x86_64, 450, "set_mempolicy_home_node"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(syscall_name(row.abi, row.number), row.name);
        EXPECT_EQ(syscall_number(row.abi, row.name), row.number);
    }
}

TEST(Syscalls, X32NumbersWithAndWithoutTheirBit) { EXPECT_EQ(syscall_name(Abi::x32, 0x40000000 | 520), "execve"); }

TEST(Syscalls, UnknownNumbersAndNames) {
    EXPECT_EQ(syscall_name(Abi::x86_64, 9999), "syscall_9999");
    EXPECT_EQ(syscall_name(Abi::arm64, ~std::uint64_t{0}), "syscall_18446744073709551615");
    EXPECT_EQ(syscall_name(Abi::x86_64, (std::uint64_t{1} << 32) + 257), "syscall_4294967553");
    EXPECT_EQ(syscall_name(Abi::none, 0), "");
    EXPECT_EQ(syscall_name(static_cast<Abi>(200), 1), "syscall_1");
    EXPECT_EQ(syscall_number(Abi::x86_64, "socketcall"), std::nullopt);
    EXPECT_EQ(syscall_number(Abi::none, "read"), std::nullopt);
}

TEST(Errors, NamesAndTexts) {
    EXPECT_EQ(errno_name(EPERM), "EPERM");
    EXPECT_EQ(errno_name(EACCES), "EACCES");
    EXPECT_EQ(errno_name(600), "errno_600");
    EXPECT_EQ(errno_name(-1), "errno_-1");
    EXPECT_EQ(errno_text(EACCES), "Permission denied (13)");
    EXPECT_EQ(errno_text(600), "Unknown error (600)");
}

}  // namespace
}  // namespace caprec
