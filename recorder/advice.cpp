// SPDX-License-Identifier: Apache-2.0
#include "recorder/advice.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <iterator>

#include "recorder/messages.h"

namespace caprec {
namespace {

// libbpf also gives other errors when one of its probes found no descriptor left.
bool descriptors_are_few() {
    constexpr rlim_t needed = 70;
    rlimit limit{};
    std::error_code error;
    const auto open = std::distance(std::filesystem::directory_iterator("/proc/self/fd", error), {});
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < static_cast<rlim_t>(open) + needed;
}

// A container's seccomp profile may answer in the kernel's place, with the same error.
bool is_filtered() { return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2; }

}  // namespace

std::string advice_on_refusal(int error) {
    if (const std::string advice = advice_on_limit(error); !advice.empty())
        return advice;
    if (descriptors_are_few())
        return advice_on_limit(EMFILE);
    if (error == EPERM && is_filtered())
        return "this process is under a seccomp filter, as in a container: its profile must allow bpf(2) and "
               "perf_event_open(2), and the container needs CAP_BPF and CAP_PERFMON";
    if ((error == EPERM || error == EACCES) && geteuid() != 0)
        return "run it as root (sudo), or give it what it needs: setcap cap_bpf,cap_perfmon+ep caprec";
    return "the kernel needs BPF, BTF (/sys/kernel/btf/vmlinux) and one of the hooks above; in a container or a "
           "virtual machine, run caprec on the host";
}

}  // namespace caprec
