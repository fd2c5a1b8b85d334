// SPDX-License-Identifier: Apache-2.0
// The processes whose capability sets the kernel compared, and calls that were refused though no capability was denied.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/live/live_test.h"
#include "tests/live/neighbour.h"

namespace caprec {
namespace {

std::string repeated(std::string_view text, unsigned times) {
    std::string all;
    for (unsigned i = 0; i < times; ++i)
        all += text;
    return all;
}

class Comparisons : public LiveTest {
protected:
    static std::vector<ComparisonRow> with(const Trace& trace, const Neighbour& neighbour) {
        std::vector<ComparisonRow> rows;
        std::ranges::copy_if(trace.comparisons, std::back_inserter(rows), [&](const ComparisonRow& row) {
            return std::to_string(row.target_tgid) == neighbour.pid();
        });
        return rows;
    }
};

// The path may be spelled in any way, and begin anywhere.
TEST_F(Comparisons, LinksOfAnotherProcess) {
    const Neighbour neighbour;
    const std::string pid = neighbour.pid();
    const std::string commands[] = {
        "readlink /proc/" + pid + "/exe",
        "readlink /proc/self/../" + pid + "/exe",
        "readlink /proc/self/root/proc/" + pid + "/exe",
        "readlink /proc/thread-self/root/proc/" + pid + "/exe",
        "readlink //proc/.//self/../" + pid + "//exe",
        "readlink /usr/../proc/" + pid + "/exe",
        "readlink /proc/" + pid + "/task/" + pid + "/exe",
        "readlink /proc/" + pid + "/task/" + pid + "/../../exe",
        "readlink /proc/thread-self/../../../" + pid + "/exe",
        "readlink /proc/self/task/../../" + pid + "/exe",
        "readlink /proc/sys/net/../../" + pid + "/exe",
        "readlink /proc/net/../../" + pid + "/exe",
        "readlink /proc/" + repeated("./", 200) + pid + "/exe",
        "readlink /usr/" + repeated("./", 200) + "../proc/" + pid + "/exe",
        "cd -P /proc/thread-self && readlink ../../../" + pid + "/exe",
        "cd -P /proc/sys/net && readlink ../../" + pid + "/exe",
        "cd -P /proc/net/stat && readlink ../../../" + pid + "/exe",
        "cd /proc && readlink " + pid + "/exe",
        "cd /proc/" + pid + " && readlink exe",
        "cd /proc/" + pid + "/fd && readlink ../exe",
        "cd / && readlink proc/" + pid + "/exe",
        "stat -L /proc/" + pid + "/exe",
        "ls /proc/" + pid + "/root/",
        "cat /proc/" + pid + "/root/etc/passwd",
        "cat /proc/" + pid + "/maps",
        "cat /proc/" + pid + "/wchan",
        "stat /proc/" + pid + "/fdinfo/0",
        "cd /proc/" + pid + "/fdinfo",
        "cd /proc/" + pid + "/task/" + pid + "/fdinfo",
        "test -r /proc/" + pid + "/fdinfo",
        "cat < /proc/" + pid + "/environ",
        "cd /proc/" + pid + "/cwd",
        "ls -L /proc/" + pid + "/ns/net",
        // steps after the comparison may fail
        "rm -f /proc/" + pid + "/cwd/none",
        "! cat /proc/" + pid + "/root/none 2>&1",
        "! mkdir /proc/" + pid + "/root/proc 2>&1",
        // other names than the first one, and names of sockets
        "touch f && perl -e 'exit !rename(q(f), qq(/proc/" + pid + "/root$ENV{PWD}/g))'",
        "touch f && perl -e 'exit !link(q(f), qq(/proc/" + pid + "/root$ENV{PWD}/h))'",
        "perl -MSocket -e 'socket(S, AF_UNIX, SOCK_DGRAM, 0); exit !bind(S, pack_sockaddr_un(qq(/proc/" + pid +
            "/root$ENV{PWD}/s)))'",
        "perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); connect(S, pack_sockaddr_un(q(/proc/" + pid +
            "/root/none)))' || :",
        "perl -MSocket -e 'socket(S, AF_UNIX, SOCK_DGRAM, 0); send(S, 1, 0, pack_sockaddr_un(q(/proc/" + pid +
            "/root/none)))' || :",
    };
    for (const std::string& command : commands) {
        const Trace trace = sound({"sh", "-c", command + " > /dev/null"});
        const std::vector<ComparisonRow> rows = with(trace, neighbour);
        ASSERT_FALSE(rows.empty()) << command;
        const bool compared = std::ranges::any_of(rows, [](const ComparisonRow& row) {
            return row.kind == static_cast<std::uint64_t>(ComparisonKind::file);
        });
        EXPECT_TRUE(compared) << command;
        EXPECT_NE(rows[0].target_credential, CredentialId()) << command;
        EXPECT_EQ(rows[0].target_process, 0u) << command;
    }
}

// /dev/fd is a link to /proc/self/fd.
TEST_F(Comparisons, LinksByDevFd) {
    if (access("/dev/fd", F_OK) != 0)
        GTEST_SKIP() << "there is no /dev/fd here";
    const Neighbour neighbour;
    const Trace trace =
        sound({"sh", "-c", "exec 9< /proc/" + neighbour.pid() + " && readlink /dev/fd/9/exe > /dev/null"});
    EXPECT_FALSE(with(trace, neighbour).empty());
}

// Procfs may be anywhere, and so may the directory of one process.
TEST_F(Comparisons, ProcfsMountedElsewhere) {
    const Neighbour neighbour;
    const std::string pid = neighbour.pid();
    const std::string commands[] = {
        "mount -t proc x m && readlink m/" + pid + "/exe",
        "mount -t proc x m && readlink $PWD/m/" + pid + "/exe",
        "mount -t proc x m && cd n/o && readlink ../../m/self/../" + pid + "/exe",
        "mount -t proc x m && readlink n/o/../../m/net/../../" + pid + "/exe",
        "mount -t proc x m && readlink m/thread-self/../../../" + pid + "/exe",
        "mount --bind /proc m && cat m/" + pid + "/root/etc/passwd",
        "mount --bind /proc/" + pid + " m && readlink m/../m/exe",
        "mount -t tmpfs t m && mkdir m/p && mount -t proc x m/p && readlink m/p/" + pid + "/exe",
        "mount -t proc -o hidepid=ptraceable x m && test -d m/" + pid,
        "mkdir -p " + repeated("a/", 20) + " && mount -t proc x " + repeated("a/", 20) + " && readlink " +
            repeated("a/", 20) + pid + "/exe",
    };
    for (const std::string& command : commands) {
        const Trace trace =
            sound({"unshare", "-m", "sh", "-c", "mkdir -p m n/o && " + command + " > /dev/null || exit 3"});
        EXPECT_TRUE(std::ranges::any_of(trace.comparisons, [](const ComparisonRow& row) {
            return row.kind == static_cast<std::uint64_t>(ComparisonKind::file) && row.target_process == 0;
        })) << command;
    }
    const Trace own = sound({"unshare", "-m", "sh", "-c",
                             "mkdir -p m/" + pid + " && ln -s x m/" + pid +
                                 "/exe && mount -t proc x m && readlink "
                                 "m/self/exe && cat m/" +
                                 pid + "/stat && umount m && readlink m/" + pid + "/exe"});
    for (const ComparisonRow& row : own.comparisons)
        EXPECT_EQ(row.kind, 0u);
}

TEST_F(Comparisons, WhatIsNotComparedHasNoRow) {
    const Neighbour neighbour;
    const std::string pid = neighbour.pid();
    const std::string commands[] = {
        "cat /proc/" + pid + "/status",
        "cat /proc/" + pid + "/stat",
        "ls /proc/" + pid + "/fd",
        "stat /proc/" + pid + "/fdinfo",
        "readlink /proc/self/exe; cat /proc/self/maps",
        "! cat /proc/" + pid + "/none 2>&1",
        "! readlink /proc/4194305/exe",                                            // there is no such process
        "perl -e 'sysopen(F, q(/proc/" + pid + "/environ), 0x200000) or exit 1'",  // O_PATH opens nothing
        "mkdir -p proc/" + pid + " && ln -s x proc/" + pid + "/exe && readlink proc/" + pid + "/exe",
    };
    for (const std::string& command : commands) {
        const Trace trace = sound({"sh", "-c", command + " > /dev/null"});
        for (const ComparisonRow& row : trace.comparisons)
            EXPECT_TRUE(row.kind == 0u || row.target_process != 0) << command;
    }
}

TEST_F(Comparisons, OneOfTheRunIsKnownAsSuch) {
    const Trace trace = sound({"sh", "-c", "sleep 5 & readlink /proc/$!/exe; kill $!"});
    for (const ComparisonRow& row : trace.comparisons)
        EXPECT_TRUE(row.target_process != 0 || row.kind == 0);
}

TEST_F(Comparisons, PrioritiesOfAnotherProcess) {
    const Neighbour neighbour;
    for (const std::string command : {"renice -n 5 -p ", "chrt -b -p 0 ", "ionice -c 2 -n 7 -p ", "taskset -p 1 "}) {
        const Trace trace = sound({"sh", "-c", command + neighbour.pid() + " > /dev/null"});
        const std::vector<ComparisonRow> rows = with(trace, neighbour);
        ASSERT_EQ(rows.size(), 1u) << command;
        EXPECT_EQ(rows[0].kind, static_cast<std::uint64_t>(ComparisonKind::nice)) << command;
    }
}

// A loop over one process fills nothing.
TEST_F(Comparisons, AreNotRepeated) {
    const Neighbour neighbour;
    const Trace trace =
        sound({"python3", "-c", "import os\nfor _ in range(1000): os.readlink('/proc/" + neighbour.pid() + "/exe')"});
    EXPECT_EQ(with(trace, neighbour).size(), 1u);
}

TEST_F(Comparisons, RefusalsAreCounted) {
    const Trace trace = sound({"python3", "-c",
                               "import os, resource\n"
                               "for _ in range(100):\n"
                               "    try: os.setsid(); os.setsid()\n"
                               "    except PermissionError: pass\n"});
    ASSERT_GE(trace.refusals.size(), 2u);
    EXPECT_EQ(trace.refusals[0].error, static_cast<std::uint64_t>(EPERM));
    EXPECT_EQ(trace.refusals[0].times, 1u);
    const RefusalRow& total = trace.refusals.back();
    EXPECT_NE(total.flags & refusal_last, 0u);
    EXPECT_EQ(total.key, trace.refusals[0].key);
    EXPECT_GE(total.times, 99u);
}

TEST_F(Comparisons, ADenialIsNoRefusalOfAnotherKind) {
    const Trace trace = sound({"setpriv", "--reuid", "65534", "--clear-groups", "sh", "-c", "cat /etc/shadow; true"});
    for (const RefusalRow& row : trace.refusals) {
        CheckRow with_object;
        with_object.object = row.object;
        EXPECT_NE(trace.object_of(with_object), "/etc/shadow");
    }
}

}  // namespace
}  // namespace caprec
