// SPDX-License-Identifier: Apache-2.0
//
// Run while building: writes the syscall tables of every ABI that a trace can name to stdout, as the C++ source
// of syscall_tables.inc.  libseccomp has them for all architectures, whatever the build machine; newer calls are below.
#include <seccomp.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

struct Table {
    const char* name;
    std::uint32_t arch;
};

constexpr Table tables[] = {
    {"x86_64_syscalls", SCMP_ARCH_X86_64}, {"i386_syscalls", SCMP_ARCH_X86}, {"x32_syscalls", SCMP_ARCH_X32},
    {"arm64_syscalls", SCMP_ARCH_AARCH64}, {"arm_syscalls", SCMP_ARCH_ARM},
};

// Calls that are newer than the oldest libseccomp that is supported.  From 424 on a number is the same in every ABI
// (arch/*/tools/syscall.tbl, scripts/syscall.tbl).
struct Newer {
    int number;
    const char* name;
};
constexpr Newer newer[] = {
    {450, "set_mempolicy_home_node"},
    {451, "cachestat"},
    {452, "fchmodat2"},
    {453, "map_shadow_stack"},
    {454, "futex_wake"},
    {455, "futex_wait"},
    {456, "futex_requeue"},
    {457, "statmount"},
    {458, "listmount"},
    {459, "lsm_get_self_attr"},
    {460, "lsm_set_self_attr"},
    {461, "lsm_list_modules"},
    {462, "mseal"},
    {463, "setxattrat"},
    {464, "getxattrat"},
    {465, "listxattrat"},
    {466, "removexattrat"},
    {467, "open_tree_attr"},
    {468, "file_getattr"},
    {469, "file_setattr"},
};

std::string name_of(std::uint32_t arch, int number) {
    if (char* known = seccomp_syscall_resolve_num_arch(arch, number)) {
        std::string name(known);
        std::free(known);
        return name;
    }
    for (const Newer& row : newer)
        if (row.number == number)
            return row.name;
    return {};
}

// Every ABI numbers from 0; arm has a few of its own above 0xf0000.
constexpr struct { int first, end; } ranges[] = {{0, 1024}, {0xf0000, 0xf0010}};

}  // namespace

int main() {
    for (const Table& table : tables) {
        std::printf("constexpr SyscallEntry %s[] = {\n", table.name);
        int rows = 0;
        for (const auto& range : ranges) {
            for (int number = range.first; number < range.end; ++number) {
                if (const std::string name = name_of(table.arch, number); !name.empty()) {
                    std::printf("    {%d, \"%s\"},\n", number, name.c_str());
                    ++rows;
                }
            }
        }
        std::printf("};\n");
        if (rows < 300) {
            std::fprintf(stderr, "%s: only %d names: libseccomp does not know this architecture\n", table.name, rows);
            return 1;
        }
    }
    return std::fflush(stdout) == 0 ? 0 : 1;
}
