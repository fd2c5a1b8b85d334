// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/call_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>

#include "analyzer/words/call_rows.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

using Arguments = std::array<std::uint64_t, 6>;
constexpr std::uint64_t minus_one = ~std::uint64_t{0}, minus_one_of_32 = 0xffffffff;

CheckRow call(std::string_view syscall, const Arguments& arguments, Abi abi = Abi::x86_64) {
    CheckRow row;
    row.abi = static_cast<std::uint64_t>(abi);
    row.syscall = syscall_number(abi, syscall).value();
    row.args = arguments;
    return row;
}

std::string words(std::string_view syscall, const Arguments& arguments, Abi abi = Abi::x86_64) {
    return call_words(call(syscall, arguments, abi));
}

struct WordsRow {
    std::string_view syscall;
    Arguments arguments;
    std::string_view words;
    Abi abi = Abi::x86_64;
};

// The numbers are those of the kernel, written out: names that are looked up with themselves prove nothing.
const WordsRow words_rows[] = {
    {"setuid", {0}, "setuid(0)"},
    {"setuid", {minus_one_of_32}, "setuid(-1)"},
    {"setresuid", {1000, minus_one, 0}, "setresuid(1000, -1, 0)"},
    {"setuid", {65535}, "setuid(65535)"},
    {"setuid", {65535}, "setuid(-1)", Abi::i386},
    {"setuid32", {65535}, "setuid32(65535)", Abi::i386},
    {"setgroups", {3, 0x7fff00000000}, "setgroups(3)"},
    {"fchownat", {minus_one - 99, 0x5555, 1000, minus_one_of_32, 0x100}, "fchownat(1000, -1, AT_SYMLINK_NOFOLLOW)"},
    {"chown", {0x5555, 0, 0}, "chown(0, 0)"},
    {"socket", {17, 3, 0x300}, "socket(AF_PACKET, SOCK_RAW)"},
    {"socket", {2, 3 | 02004000, 1}, "socket(AF_INET, SOCK_RAW|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_ICMP)"},
    {"socket", {16, 3, 9}, "socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT)"},
    {"socket", {16, 3, 0}, "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)"},
    {"socket", {99, 77, 0}, "socket(99, 13|0x40)"},
    {"socketcall", {14, 0x5555}, "socketcall(SYS_SETSOCKOPT)", Abi::i386},
    {"setsockopt", {5, 1, 33, 0x5555, 4}, "setsockopt(SOL_SOCKET, SO_RCVBUFFORCE)"},
    {"setsockopt", {5, 0, 19, 0x5555, 4}, "setsockopt(SOL_IP, IP_TRANSPARENT)"},
    {"setsockopt", {5, 41, 75, 0x5555, 4}, "setsockopt(SOL_IPV6, IPV6_TRANSPARENT)"},
    {"setsockopt", {5, 263, 1, 0x5555, 4}, "setsockopt(SOL_PACKET, 1)"},
    {"kill", {812, 15}, "kill(812, SIGTERM)"},
    {"kill", {minus_one_of_32, 9}, "kill(-1, SIGKILL)"},
    {"kill", {1, 0}, "kill(1, 0)"},
    {"tgkill", {10, 11, 1000}, "tgkill(10, 11, 1000)"},
    {"openat", {minus_one - 99, 0x5555, 2}, "openat(O_RDWR)"},
    {"openat", {3, 0x5555, 02000000}, "openat(O_RDONLY|O_CLOEXEC)"},
    {"openat", {3, 0x5555, 01101, 0644}, "openat(O_WRONLY|O_CREAT|O_TRUNC, 0644)"},
    {"openat", {3, 0x5555, 040000}, "openat(O_RDONLY|O_DIRECT)"},
    {"openat", {3, 0x5555, 0200000}, "openat(O_RDONLY|O_DIRECT)", Abi::arm64},
    {"openat", {3, 0x5555, 0200000}, "openat(O_RDONLY|O_DIRECTORY)"},
    {"openat", {3, 0x5555, 040000}, "openat(O_RDONLY|O_DIRECTORY)", Abi::arm64},
    {"openat", {3, 0x5555, 0400000}, "openat(O_RDONLY|O_NOFOLLOW)"},
    {"openat", {3, 0x5555, 0100000}, "openat(O_RDONLY|O_NOFOLLOW)", Abi::arm64},
    {"openat", {3, 0x5555, 020200002, 0600}, "openat(O_RDWR|O_TMPFILE, 0600)"},
    {"openat", {3, 0x5555, 020040002, 0600}, "openat(O_RDWR|O_TMPFILE, 0600)", Abi::arm64},
    {"open", {0x5555, 04010003}, "open(3|O_SYNC)"},
    {"openat", {3, 0x5555, 0x40000000}, "openat(O_RDONLY|0x40000000)"},
    {"mkdir", {0x5555, 0755}, "mkdir(0755)"},
    {"fchmod", {3, 04755}, "fchmod(04755)"},
    {"fchmodat", {3, 0x5555, 0}, "fchmodat(0)"},
    {"mknod", {0x5555, 020600, 0x103}, "mknod(S_IFCHR|0600, 1:3)"},
    {"mknodat", {3, 0x5555, 060640, 0x10300105}, "mknodat(S_IFBLK|0640, 1:66309)"},
    {"mknod", {0x5555, 010600, 0x103}, "mknod(S_IFIFO|0600)"},
    {"mount", {0x5555, 0x6666, 0x7777, 4096 | 16384}, "mount(MS_BIND|MS_REC)"},
    {"mount", {0x5555, 0x6666, 0x7777, 0}, "mount(0)"},
    {"umount2", {0x5555, 2}, "umount2(MNT_DETACH)"},
    {"unshare", {0x10020000}, "unshare(CLONE_NEWUSER|CLONE_NEWNS)"},
    {"setns", {5, 0x40000000}, "setns(CLONE_NEWNET)"},
    {"clone", {0x10000000 | 17}, "clone(CLONE_NEWUSER|SIGCHLD)"},
    {"clone", {17}, "clone(SIGCHLD)"},
    {"clone", {0}, "clone(0)"},
    {"prctl", {24, 12}, "prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN)"},
    {"prctl",
     {28, 0x2f},
     "prctl(PR_SET_SECUREBITS, SECBIT_NOROOT|SECBIT_NOROOT_LOCKED|SECBIT_NO_SETUID_FIXUP|"
     "SECBIT_NO_SETUID_FIXUP_LOCKED|SECBIT_KEEP_CAPS_LOCKED)"},
    {"prctl", {47, 2, 13}, "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW)"},
    {"prctl", {1, 9}, "prctl(PR_SET_PDEATHSIG, SIGKILL)"},
    {"prctl", {12345, 1}, "prctl(12345)"},
    {"ptrace", {16, 4711}, "ptrace(PTRACE_ATTACH, 4711)"},
    {"ptrace", {0, 4711}, "ptrace(PTRACE_TRACEME)"},
    {"setpriority", {0, 0, minus_one - 4}, "setpriority(PRIO_PROCESS, 0, -5)"},
    {"sched_setscheduler", {0, 0x40000001}, "sched_setscheduler(0, SCHED_FIFO|SCHED_RESET_ON_FORK)"},
    {"setrlimit", {7, 0x5555}, "setrlimit(RLIMIT_NOFILE)"},
    {"prlimit64", {0, 8, 0x5555}, "prlimit64(0, RLIMIT_MEMLOCK)"},
    {"ioctl", {3, 0x8914, 0x5555}, "ioctl(SIOCSIFFLAGS)"},
    {"ioctl", {3, 0xabcd1234, 0x5555}, "ioctl(0xabcd1234)"},
    {"bpf", {5, 0x5555, 128}, "bpf(BPF_PROG_LOAD)"},
    {"perf_event_open",
     {0x5555, minus_one_of_32, 0, minus_one, 8},
     "perf_event_open(pid -1, cpu 0, PERF_FLAG_FD_CLOEXEC)"},
    {"finit_module", {3, 0x5555, 0}, "finit_module"},
    {"finit_module", {3, 0x5555, 2}, "finit_module(MODULE_INIT_IGNORE_VERMAGIC)"},
    {"init_module", {0x5555, 4096}, "init_module"},
    {"reboot", {0xfee1dead, 672274793, 0x1234567}, "reboot(LINUX_REBOOT_CMD_RESTART)"},
    {"quotactl", {0x80000200, 0x5555, 2}, "quotactl(Q_QUOTAON, USRQUOTA, 2)"},
    {"keyctl", {5, 1, 2}, "keyctl(KEYCTL_SETPERM)"},
    {"iopl", {3}, "iopl(3)"},
    {"ioperm", {0x378, 3, 1}, "ioperm(888, 3, 1)"},
    {"clock_settime", {0, 0x5555}, "clock_settime(CLOCK_REALTIME)"},
    {"syslog", {5}, "syslog(SYSLOG_ACTION_CLEAR)"},
    {"mmap", {0, 4096, 3, 0x22}, "mmap(PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)"},
    {"mmap", {0, 4096, 0, 0x22}, "mmap(PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS)"},
    {"mmap", {0xffff0000}, "mmap", Abi::i386},
    {"mmap2", {0, 4096, 1, 0x2022}, "mmap2(PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_LOCKED)", Abi::i386},
    {"mlockall", {3}, "mlockall(MCL_CURRENT|MCL_FUTURE)"},
    {"mlock", {0x5555, 1 << 20}, "mlock(1048576)"},
    {"fcntl", {3, 1031, 1 << 20}, "fcntl(F_SETPIPE_SZ, 1048576)"},
    {"fcntl", {3, 2, 1}, "fcntl(2)"},
    {"capset", {0x5555, 0x6666}, "capset"},
    {"sethostname", {0x5555, 4}, "sethostname"},
    {"execve", {0x5555, 0x6666, 0x7777}, "execve"},
    {"setuid", {0}, "setuid(0)", Abi::arm64},
    {"socket", {17, 3}, "socket(AF_PACKET, SOCK_RAW)", Abi::x32},
};

TEST(CallWords, OfEachKindOfArgument) {
    for (const WordsRow& row : words_rows)
        EXPECT_EQ(words(row.syscall, row.arguments, row.abi), row.words);
}

TEST(CallWords, OutsideOfACall) {
    EXPECT_EQ(call_words(CheckRow()), "");
    CheckRow row = call("setuid", {0});
    row.abi = 77;
    EXPECT_EQ(call_words(row), "");
    row.abi = static_cast<std::uint64_t>(Abi::x86_64);
    row.syscall = 9999;
    EXPECT_EQ(call_words(row), "syscall_9999");
}

// What the recorder withheld is 0 in the trace.  Numbers, flags and small sizes are there all the same.
TEST(CallWords, OfArgumentsThatWereWithheld) {
    const auto withheld = [](std::string_view syscall, const Arguments& arguments) {
        CheckRow row = call(syscall, arguments);
        row.flags |= check_arguments_withheld;
        return call_words(row);
    };
    EXPECT_EQ(withheld("setuid", {0}), "setuid(0)");
    EXPECT_EQ(withheld("mlock", {0, 0}), "mlock(?)");
    EXPECT_EQ(withheld("mlock", {0, 4096}), "mlock(4096)");
    EXPECT_EQ(withheld("ioperm", {0, 0, 1}), "ioperm(?, ?, 1)");
    EXPECT_EQ(withheld("prctl", {35, 0}), "prctl(PR_SET_MM, ?)");
    EXPECT_EQ(words("prctl", {35, 1}), "prctl(PR_SET_MM, PR_SET_MM_START_CODE)");
}

// The arguments of a trace may be anything.
TEST(CallWords, AreFitForATerminal) {
    std::mt19937_64 random(7);
    for (const Abi abi : {Abi::x86_64, Abi::i386, Abi::x32, Abi::arm64, Abi::arm}) {
        for (std::uint64_t number = 0; number < 470; ++number) {
            CheckRow row;
            row.abi = static_cast<std::uint64_t>(abi);
            row.syscall = number;
            for (int round = 0; round < 20; ++round) {
                for (std::uint64_t& argument : row.args)
                    argument = random() >> (random() % 64);
                const std::string text = call_words(row);
                EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; })) << text;
                EXPECT_LT(text.size(), 1000u);
                EXPECT_EQ(text.find("()"), std::string::npos) << text;
            }
        }
    }
}

// A name that no architecture has is a typing error; and the row for all calls of a name is the last one.
TEST(CallWords, EachRowIsReached) {
    std::set<std::string_view> whole;
    for (const CallRow& row : call_rows()) {
        for (std::string_view names = row.syscalls; !names.empty();) {
            const std::string_view name = names.substr(0, names.find(' '));
            names.remove_prefix(std::min(name.size() + 1, names.size()));
            EXPECT_TRUE(syscall_number(Abi::x86_64, name) || syscall_number(Abi::i386, name)) << name;
            EXPECT_FALSE(whole.contains(name)) << name;
            if (!row.only_when)
                whole.insert(name);
        }
    }
}

}  // namespace
}  // namespace caprec
