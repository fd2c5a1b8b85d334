// SPDX-License-Identifier: Apache-2.0
#include "recorder/host_facts.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <sstream>
#include <string>

#include "schema/error.h"

namespace caprec {
namespace {

// The kernel's settings that the analyzer's rules, or a reader of its output, may want to know.
constexpr const char* sysctl_names[] = {
    "vm.overcommit_memory",
    "vm.mmap_min_addr",
    "vm.hugetlb_shm_group",
    "vm.unprivileged_userfaultfd",
    "dev.tty.ldisc_autoload",
    "kernel.kptr_restrict",
    "kernel.dmesg_restrict",
    "kernel.perf_event_paranoid",
    "kernel.unprivileged_bpf_disabled",
    "kernel.unprivileged_userns_clone",
    "kernel.yama.ptrace_scope",
    "kernel.io_uring_disabled",
    "kernel.modules_disabled",
    "fs.protected_hardlinks",
    "fs.protected_symlinks",
    "fs.protected_regular",
    "fs.protected_fifos",
    "fs.suid_dumpable",
    "fs.pipe-max-size",
    "net.core.bpf_jit_harden",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "user.max_user_namespaces",
};

std::string first_line(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return {};
    std::array<char, 512> bytes{};
    const ssize_t got = read(fd, bytes.data(), bytes.size());
    close(fd);
    const std::string text(bytes.data(), static_cast<std::size_t>(got < 0 ? 0 : got));
    return text.substr(0, text.find('\n'));
}

std::uint64_t now(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

// lsm_list_modules(2), Linux 6.8: works where securityfs is not mounted.
struct ModuleName {
    std::uint64_t id;
    const char* name;
};
constexpr ModuleName module_names[] = {
    {100, "capability"}, {101, "selinux"}, {102, "smack"},     {103, "tomoyo"},   {104, "apparmor"},
    {105, "yama"},       {106, "loadpin"}, {107, "safesetid"}, {108, "lockdown"}, {109, "bpf"},
    {110, "landlock"},   {111, "ima"},     {112, "evm"},       {113, "ipe"},
};

std::string module_name(std::uint64_t id) {
    for (const ModuleName& module : module_names)
        if (module.id == id)
            return module.name;
    return "lsm_" + std::to_string(id);
}

void fill_security_modules(RunHeader& header) {
    const std::string listed = first_line("/sys/kernel/security/lsm");
    if (!listed.empty()) {
        std::istringstream names(listed);
        for (std::string name; std::getline(names, name, ',');)
            header.lsms.push_back(name);
        header.lsms_known = true;
        return;
    }
#ifndef __NR_lsm_list_modules
#define __NR_lsm_list_modules 461
#endif
    std::array<std::uint64_t, 64> ids{};
    std::uint32_t size = sizeof ids;
    const long count = syscall(__NR_lsm_list_modules, ids.data(), &size, 0);
    if (count < 0)
        return;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count) && i < ids.size(); ++i)
        header.lsms.push_back(module_name(ids[i]));
    header.lsms_known = true;
}

}  // namespace

Clock read_clock() {
    Clock clock;
    clock.monotonic = now(CLOCK_MONOTONIC);
    clock.boottime = now(CLOCK_BOOTTIME);
    clock.realtime = now(CLOCK_REALTIME);
    const auto seconds = static_cast<time_t>(clock.realtime / 1'000'000'000);
    tm local{};
    if (localtime_r(&seconds, &local) != nullptr)
        clock.utc_offset = static_cast<std::int32_t>(local.tm_gmtoff);
    return clock;
}

void fill_host_facts(RunHeader& header) {
    if (getrandom(header.run_id.data(), header.run_id.size(), 0) != static_cast<ssize_t>(header.run_id.size()))
        throw Error("cannot get random bytes: " + errno_text(errno));
    header.start = read_clock();
    utsname names{};
    if (uname(&names) == 0) {
        header.host_name = names.nodename;
        header.kernel_release = names.release;
        header.kernel_version = names.version;
        header.machine = names.machine;
    }
#if defined(__x86_64__)
    header.arch = Arch::x86_64;
#elif defined(__aarch64__)
    header.arch = Arch::arm64;
#endif
    header.boot_id = first_line("/proc/sys/kernel/random/boot_id");
    header.page_size = static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE));
    std::error_code ignored;
    header.working_directory = std::filesystem::current_path(ignored).string();
    for (const char* name : sysctl_names) {
        std::string path = name;
        for (char& letter : path)
            if (letter == '.')
                letter = '/';
        if (const std::string value = first_line("/proc/sys/" + path); !value.empty())
            header.sysctls.emplace_back(name, value);
    }
    fill_security_modules(header);
}

}  // namespace caprec
