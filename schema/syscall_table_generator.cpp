// SPDX-License-Identifier: Apache-2.0
//
// Run while building: writes the syscall tables of every ABI that a trace can name to stdout, as the C++ source
// of syscall_tables.inc.  libseccomp has them for all architectures, whatever the one that builds.
#include <seccomp.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

struct Table {
    const char* name;
    std::uint32_t arch;
};

constexpr Table tables[] = {
    {"x86_64_syscalls", SCMP_ARCH_X86_64}, {"i386_syscalls", SCMP_ARCH_X86}, {"x32_syscalls", SCMP_ARCH_X32},
    {"arm64_syscalls", SCMP_ARCH_AARCH64}, {"arm_syscalls", SCMP_ARCH_ARM},
};

// Every ABI numbers from 0; arm has a few of its own above 0xf0000.
constexpr struct { int first, end; } ranges[] = {{0, 1024}, {0xf0000, 0xf0010}};

}  // namespace

int main() {
    for (const Table& table : tables) {
        std::printf("constexpr SyscallEntry %s[] = {\n", table.name);
        int rows = 0;
        for (const auto& range : ranges) {
            for (int number = range.first; number < range.end; ++number) {
                if (char* name = seccomp_syscall_resolve_num_arch(table.arch, number)) {
                    std::printf("    {%d, \"%s\"},\n", number, name);
                    std::free(name);
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
