// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bpf/libbpf.h>

#include <string>

namespace caprec {

// While it lives, libbpf's log is kept and not printed: libbpf explains a failure only there, and the end of that log
// belongs in the recorder's message.
class BpfLog {
public:
    BpfLog();
    ~BpfLog();
    BpfLog(const BpfLog&) = delete;
    BpfLog& operator=(const BpfLog&) = delete;

    // The first warning of this thread, without libbpf's own prefix.  It skips the one on RLIMIT_MEMLOCK, which comes
    // first without privilege and is never the reason: kernels that have our hooks do not count BPF memory against it.
    static std::string summary();

private:
    libbpf_print_fn_t before_;
};

}  // namespace caprec
