// SPDX-License-Identifier: Apache-2.0
#include "recorder/traits.h"

#include <gtest/gtest.h>

#include <map>

#include "schema/syscalls.h"

namespace caprec {
namespace {

std::map<unsigned, ev_syscall_traits> all_traits() {
    std::map<unsigned, ev_syscall_traits> places;
    for_each_trait([&](unsigned place, const ev_syscall_traits& traits) {
        EXPECT_TRUE(places.emplace(place, traits).second) << "place " << place << " is given twice";
    });
    return places;
}

constexpr unsigned place(ev_abi abi, unsigned number) { return static_cast<unsigned>(abi) * EV_SYSCALLS + number; }

// Numbers as in the kernel's tables, not by our own lookup.
const struct {
    const char* what;
    unsigned place;
    ev_syscall_traits traits;
} known[] = {
    {"x86-64 open", place(EV_ABI_X86_64, 2), {0, EV_OBJECT_PATH, 0, 0}},
    {"x86-64 openat", place(EV_ABI_X86_64, 257), {0, EV_OBJECT_PATH, 1, 0}},
    {"x86-64 symlinkat", place(EV_ABI_X86_64, 266), {0, EV_OBJECT_PATH, 2, 0}},
    {"x86-64 fchownat", place(EV_ABI_X86_64, 260), {0, EV_OBJECT_PATH, 1, 0}},
    {"x86-64 mount", place(EV_ABI_X86_64, 165), {0, EV_OBJECT_PATH, 1, 0}},
    {"x86-64 connect", place(EV_ABI_X86_64, 42), {0, EV_OBJECT_SOCKET_ADDRESS, 1, 2}},
    {"x86-64 sendto", place(EV_ABI_X86_64, 44), {0, EV_OBJECT_SOCKET_ADDRESS, 4, 5}},
    {"x86-64 ioctl", place(EV_ABI_X86_64, 16), {0, EV_OBJECT_COMMAND, 1, 4}},
    {"x86-64 ptrace", place(EV_ABI_X86_64, 101), {0, EV_OBJECT_COMMAND, 0, 8}},
    {"x86-64 setuid", place(EV_ABI_X86_64, 105), {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_NONE, 0, 0}},
    {"x86-64 capset", place(EV_ABI_X86_64, 126), {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_NONE, 0, 0}},
    {"x86-64 prctl", place(EV_ABI_X86_64, 157), {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_COMMAND, 0, 4}},
    {"x86-64 unshare", place(EV_ABI_X86_64, 272), {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_COMMAND, 0, 8}},
    {"x86-64 clone", place(EV_ABI_X86_64, 56), {EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0}},
    {"x86-64 clone3", place(EV_ABI_X86_64, 435), {EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0}},
    {"i386 setuid32", place(EV_ABI_I386, 213), {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_NONE, 0, 0}},
    {"i386 chown32", place(EV_ABI_I386, 212), {0, EV_OBJECT_PATH, 0, 0}},
    {"i386 clone", place(EV_ABI_I386, 120), {EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0}},
    {"arm64 openat", place(EV_ABI_ARM64, 56), {0, EV_OBJECT_PATH, 1, 0}},
    {"arm64 setuid", place(EV_ABI_ARM64, 146), {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_NONE, 0, 0}},
    {"arm64 clone", place(EV_ABI_ARM64, 220), {EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0}},
};

TEST(Traits, KnownNumbers) {
    const auto places = all_traits();
    for (const auto& row : known) {
        const auto found = places.find(row.place);
        ASSERT_NE(found, places.end()) << row.what;
        EXPECT_EQ(found->second.flags, row.traits.flags) << row.what;
        EXPECT_EQ(found->second.object_kind, row.traits.object_kind) << row.what;
        EXPECT_EQ(found->second.object_argument, row.traits.object_argument) << row.what;
        EXPECT_EQ(found->second.length_argument, row.traits.length_argument) << row.what;
    }
}

TEST(Traits, EveryRowIsOneThatTheKernelSideCanUse) {
    const auto places = all_traits();
    EXPECT_GT(places.size(), 300u);
    for (const auto& [where, traits] : places) {
        EXPECT_LT(where, 6u * EV_SYSCALLS);
        EXPECT_GE(where, static_cast<unsigned>(EV_SYSCALLS)) << "there is no ABI 0";
        EXPECT_LT(traits.object_argument, 6);
        EXPECT_LE(traits.object_kind, EV_OBJECT_COMMAND);
        EXPECT_TRUE(traits.flags != 0 || traits.object_kind != EV_OBJECT_NONE) << where;
        if (traits.object_kind == EV_OBJECT_SOCKET_ADDRESS) {
            EXPECT_GT(traits.length_argument, traits.object_argument);
            EXPECT_LT(traits.length_argument, 6);
        }
        if (traits.object_kind == EV_OBJECT_COMMAND) {
            EXPECT_TRUE(traits.length_argument == 4 || traits.length_argument == 8) << where;
        }
    }
}

TEST(Traits, CallsWithoutAnObjectHaveNone) {
    const auto places = all_traits();
    for (const char* name : {"read", "getpid", "fchown", "setpriority", "kill"}) {
        const auto number = syscall_number(Abi::x86_64, name);
        ASSERT_TRUE(number) << name;
        EXPECT_FALSE(places.contains(place(EV_ABI_X86_64, *number))) << name;
    }
}

}  // namespace
}  // namespace caprec
