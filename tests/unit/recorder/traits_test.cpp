// SPDX-License-Identifier: Apache-2.0
#include "recorder/traits.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/prctl.h>

#include <map>
#include <set>
#include <string>

#include "recorder/syscall_arguments.h"
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

// Numbers as in the kernel's tables, not from our own look-up.
const struct {
    const char* what;
    unsigned place;
    ev_syscall_traits traits;
} known[] = {
    {"x86-64 open", place(EV_ABI_X86_64, 2), {0, EV_OBJECT_PATH, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 openat", place(EV_ABI_X86_64, 257), {0, EV_OBJECT_PATH, 1, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 symlinkat", place(EV_ABI_X86_64, 266), {0, EV_OBJECT_PATH, 2, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 fchownat", place(EV_ABI_X86_64, 260), {0, EV_OBJECT_PATH, 1, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 mount", place(EV_ABI_X86_64, 165), {0, EV_OBJECT_PATH, 1, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 connect", place(EV_ABI_X86_64, 42), {0, EV_OBJECT_SOCKET_ADDRESS, 1, 2, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 ioctl", place(EV_ABI_X86_64, 16), {0, EV_OBJECT_COMMAND, 1, 4, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 ptrace", place(EV_ABI_X86_64, 101), {0, EV_OBJECT_COMMAND, 0, 8, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 setuid",
     place(EV_ABI_X86_64, 105),
     {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 capset",
     place(EV_ABI_X86_64, 126),
     {EV_TRAIT_CHANGES_CREDS | EV_TRAIT_CAPABILITY_SETS, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 prctl",
     place(EV_ABI_X86_64, 157),
     {EV_TRAIT_CHANGES_CREDS | EV_TRAIT_CAPABILITY_SETS, EV_OBJECT_COMMAND, 0, 4, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 unshare",
     place(EV_ABI_X86_64, 272),
     {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_COMMAND, 0, 8, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 clone",
     place(EV_ABI_X86_64, 56),
     {EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 clone3",
     place(EV_ABI_X86_64, 435),
     {EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"i386 setuid32",
     place(EV_ABI_I386, 213),
     {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"i386 chown32", place(EV_ABI_I386, 212), {0, EV_OBJECT_PATH, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"i386 clone", place(EV_ABI_I386, 120), {EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"arm64 openat", place(EV_ABI_ARM64, 56), {0, EV_OBJECT_PATH, 1, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"arm64 setuid",
     place(EV_ABI_ARM64, 146),
     {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"arm64 clone",
     place(EV_ABI_ARM64, 220),
     {EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 sendto",
     place(EV_ABI_X86_64, 44),
     {EV_TRAIT_SENDS_BUFFER, EV_OBJECT_SOCKET_ADDRESS, 4, 5, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 writev",
     place(EV_ABI_X86_64, 20),
     {EV_TRAIT_SENDS_SEVERAL, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 sendmmsg",
     place(EV_ABI_X86_64, 307),
     {EV_TRAIT_SENDS_MESSAGE | EV_TRAIT_SENDS_SEVERAL, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 sendmsg",
     place(EV_ABI_X86_64, 46),
     {EV_TRAIT_SENDS_MESSAGE, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 write",
     place(EV_ABI_X86_64, 1),
     {EV_TRAIT_SENDS_BUFFER, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 io_uring_register",
     place(EV_ABI_X86_64, 427),
     {EV_TRAIT_PINS_MEMORY, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"x86-64 capget",
     place(EV_ABI_X86_64, 125),
     {EV_TRAIT_CAPABILITY_SETS, EV_OBJECT_NONE, 0, 0, {}, 0, 0, 0, 0, 0, 0, 0, 0}},
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
        const ev_argument_set& arguments = traits.arguments;
        EXPECT_EQ(arguments.numbers & arguments.sizes, 0) << where;
        EXPECT_EQ((arguments.numbers | arguments.sizes) & ~arguments.all, 0) << where;
        EXPECT_LT(traits.varies & EV_VARIES_PLACE, 6) << where;
        if (traits.object_kind != EV_OBJECT_NONE)
            EXPECT_TRUE(arguments.all >> traits.object_argument & 1) << where << ": its object is no argument of it";
        EXPECT_EQ(traits.kind_arguments & ~0x3c, 0) << where << ": arguments 0 and 1 always count";
        EXPECT_EQ(traits.target != EV_TARGET_NONE, traits.compares != EV_COMPARE_NONE) << where;
        EXPECT_LT(traits.target_argument, 6);
        EXPECT_LE(traits.target, EV_TARGET_MESSAGE);
        EXPECT_TRUE(traits.target != EV_TARGET_PATH_AT || traits.target_argument > 0) << where;
        EXPECT_LE(traits.follows, EV_TESTS_BY_AT_FLAG);
        if (traits.object_kind == EV_OBJECT_SOCKET_ADDRESS) {
            EXPECT_GT(traits.length_argument, traits.object_argument);
            EXPECT_LT(traits.length_argument, 6);
        }
        if (traits.object_kind == EV_OBJECT_COMMAND)
            EXPECT_TRUE(traits.length_argument == 4 || traits.length_argument == 8) << where;
    }
}

// The analyzer's rules look at these arguments beyond the first two: of a check that was lost, only its kind is left.
TEST(Traits, ArgumentsThatDecideBelongToTheKind) {
    const auto places = all_traits();
    const struct {
        const char* name;
        int argument;
    } deciding[] = {{"openat", 2},    {"openat", 3},  {"open", 2},       {"fchmodat", 2},
                    {"fchmodat2", 2}, {"mknodat", 2}, {"setsockopt", 2}, {"mq_open", 3}};
    for (const auto& row : deciding) {
        const auto number = syscall_number(Abi::x86_64, row.name);
        ASSERT_TRUE(number) << row.name;
        const auto found = places.find(place(EV_ABI_X86_64, *number));
        ASSERT_NE(found, places.end()) << row.name;
        EXPECT_TRUE(found->second.kind_arguments >> row.argument & 1) << row.name << " " << row.argument;
    }
}

// Numbers as in the kernel's tables, by the manual pages.
const struct {
    const char* what;
    unsigned place;
    unsigned target, argument, compares;
} compared[] = {
    {"ptrace", place(EV_ABI_X86_64, 101), EV_TARGET_ATTACHED, 1, EV_COMPARE_REAL},
    {"kcmp", place(EV_ABI_X86_64, 312), EV_TARGET_TWO_TASKS, 0, EV_COMPARE_REAL},
    {"setns", place(EV_ABI_X86_64, 308), EV_TARGET_PIDFD, 0, EV_COMPARE_REAL},
    {"setpriority", place(EV_ABI_X86_64, 141), EV_TARGET_PRIORITY, 1, EV_COMPARE_NICE},
    {"ioprio_set", place(EV_ABI_X86_64, 251), EV_TARGET_IOPRIO, 1, EV_COMPARE_NICE},
    {"perf_event_open", place(EV_ABI_X86_64, 298), EV_TARGET_TASK, 1, EV_COMPARE_REAL},
    {"readlinkat", place(EV_ABI_X86_64, 267), EV_TARGET_PATH_AT, 1, EV_COMPARE_FILE},
    {"mount", place(EV_ABI_X86_64, 165), EV_TARGET_PATH, 0, EV_COMPARE_FILE},
    {"arm64 sched_setaffinity", place(EV_ABI_ARM64, 122), EV_TARGET_TASK, 0, EV_COMPARE_NICE},
};

TEST(Traits, WhomTheKernelComparesWith) {
    const auto places = all_traits();
    for (const auto& row : compared) {
        const auto found = places.find(row.place);
        ASSERT_NE(found, places.end()) << row.what;
        EXPECT_EQ(found->second.target, row.target) << row.what;
        EXPECT_EQ(found->second.target_argument, row.argument) << row.what;
        EXPECT_EQ(found->second.compares, row.compares) << row.what;
    }
}

TEST(Traits, EntriesOfProcesses) {
    std::map<std::string, std::uint32_t> entries;
    for_each_entry([&](const EntryName& name, std::uint32_t flags) {
        EXPECT_EQ(name.back(), 0);
        EXPECT_TRUE(entries.emplace(name.data(), flags).second) << name.data();
    });
    EXPECT_LE(entries.size(), 64u) << "what the kernel side has room for";
    EXPECT_EQ(entries.at("exe"), static_cast<std::uint32_t>(EV_ENTRY_LINK));
    EXPECT_EQ(entries.at("fd"), static_cast<std::uint32_t>(EV_ENTRY_LINKS));
    EXPECT_EQ(entries.at("maps"), static_cast<std::uint32_t>(EV_ENTRY_FILE));
    EXPECT_FALSE(entries.contains("stat")) << "which is there for everybody, with less in it";
}

TEST(Traits, CallsWithoutAnObjectHaveNone) {
    const auto places = all_traits();
    for (const char* name : {"read", "getpid", "fchown", "kill", "prlimit64"}) {
        const auto number = syscall_number(Abi::x86_64, name);
        ASSERT_TRUE(number) << name;
        const auto found = places.find(place(EV_ABI_X86_64, *number));
        EXPECT_TRUE(found == places.end() || found->second.object_kind == EV_OBJECT_NONE) << name;
    }
}

// Registers as bits, from the manual pages.
TEST(Traits, ArgumentsAreTheCallsOwn) {
    const struct {
        Abi abi;
        const char* name;
        ev_argument_set set;
        unsigned varies;
    } rows[] = {
        {Abi::x86_64, "getpid", {0, 0, 0, 0}, 0},
        {Abi::x86_64, "brk", {0b1, 0, 0, 0}, 0},
        {Abi::x86_64, "read", {0b111, 0b1, 0b100, 0}, 0},
        {Abi::x86_64, "chown", {0b111, 0b110, 0, 0}, 0},
        {Abi::x86_64, "openat", {0b1111, 0b1101, 0, 0}, EV_VARIES_WITH_CREATION | 3},
        {Abi::x86_64, "mmap", {0b111111, 0b011100, 0b10, 0}, 0},
        {Abi::x86_64, "prctl", {0b11111, 0b1, 0, 0}, EV_VARIES_WITH_COMMAND | 0},
        {Abi::x86_64, "ioctl", {0b111, 0b11, 0, 0}, 0},
        {Abi::x86_64, "pread64", {0b1111, 0b1, 0b100, 0}, 0},
        {Abi::i386, "pread64", {0b111111, 0b1, 0b100, 0}, 0},
        {Abi::i386, "mmap", {0b1, 0, 0, 0}, 0},
        {Abi::arm64, "fcntl", {0b111, 0b11, 0, 0}, EV_VARIES_WITH_COMMAND | 1},
        {Abi::x86_64, "no_such_call", {0, 0, 0, 0}, 0},
    };
    for (const auto& row : rows) {
        const CallArguments found = arguments_of(row.abi, row.name);
        EXPECT_EQ(found.set.all, row.set.all) << row.name;
        EXPECT_EQ(found.set.numbers, row.set.numbers) << row.name;
        EXPECT_EQ(found.set.sizes, row.set.sizes) << row.name;
        EXPECT_EQ(found.varies, row.varies) << row.name;
    }
}

// Without a row, none of a call's arguments would be told, and rules look at them.
TEST(Traits, EveryCallThatHasANameHasARow) {
    const auto places = all_traits();
    const std::set<std::string> gone = {"_sysctl",        "afs_syscall", "create_module", "get_kernel_syms", "getpmsg",
                                        "lookup_dcookie", "putpmsg",     "query_module",  "security",        "tuxcall",
                                        "vserver",        "nfsservctl",  "epoll_ctl_old", "epoll_wait_old"};
    const std::set<std::string> without = {
        "fork",   "getegid",         "geteuid",      "getgid",      "getpgrp", "getpid", "getppid",
        "gettid", "getuid",          "inotify_init", "munlockall",  "pause",   "vfork",  "vhangup",
        "sync",   "restart_syscall", "rt_sigreturn", "sched_yield", "setsid"};
    for (const Abi abi : {Abi::x86_64, Abi::arm64})
        for (unsigned number = 0; number < EV_SYSCALLS; ++number) {
            const std::string name = syscall_name(abi, number);
            if (name.starts_with("syscall_") || gone.contains(name))
                continue;
            const auto found = places.find(static_cast<unsigned>(abi) * EV_SYSCALLS + number);
            const bool has = found != places.end() && found->second.arguments.all != 0;
            EXPECT_EQ(has, !without.contains(name)) << name;
        }
}

TEST(Traits, CommandWordsSayWhichArgumentsThereAre) {
    std::map<std::uint64_t, ev_argument_set> sets;
    for_each_argument_set([&](std::uint64_t key, const ev_argument_set& set) {
        EXPECT_TRUE(sets.emplace(key, set).second) << "given twice: call " << (key >> 32 & 0xffffff) << ", command "
                                                   << (key & 0xffffffff) << ", ABI " << (key >> 56);
    });
    EXPECT_LT(sets.size(), 4096u) << "the kernel side's map has no more room";
    const auto of = [&](Abi abi, const char* name, std::uint32_t command) {
        return sets.at(std::uint64_t{static_cast<std::uint8_t>(abi)} << 56 |
                       std::uint64_t{*syscall_number(abi, name)} << 32 | command);
    };
    EXPECT_EQ(of(Abi::x86_64, "fcntl", F_GETFL).all, 0b11);
    EXPECT_EQ(of(Abi::x86_64, "fcntl", F_SETFL).numbers, 0b111);
    EXPECT_EQ(of(Abi::x86_64, "prctl", PR_SET_NAME).all, 0b11);
    EXPECT_EQ(of(Abi::x86_64, "prctl", PR_SET_NAME).numbers, 0b1);
    EXPECT_EQ(of(Abi::arm64, "prctl", PR_CAP_AMBIENT).all, 0b111);
    EXPECT_EQ(of(Abi::i386, "futex", FUTEX_WAKE_PRIVATE).all, 0b111);
}

}  // namespace
}  // namespace caprec
