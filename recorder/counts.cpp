// SPDX-License-Identifier: Apache-2.0
#include "recorder/counts.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>

#include "recorder/system_error.h"
#include "recorder/uninterrupted.h"

namespace caprec {

ev_counters summed_counters(int counters) {
    // all members are 64-bit numbers; the sums of those that are private to a CPU mean nothing, and nobody reads them
    using Words = std::array<std::uint64_t, sizeof(ev_counters) / sizeof(std::uint64_t)>;
    const int cpus = libbpf_num_possible_cpus();
    std::vector<Words> each(static_cast<std::size_t>(std::max(cpus, 1)));
    const std::uint32_t zero = 0;
    const Uninterrupted now;
    if (cpus < 1 || bpf_map_lookup_elem(counters, &zero, each.data()) != 0)
        throw SystemError("cannot read the kernel side's counters", errno);
    Words sum{};
    for (const Words& one : each)
        for (std::size_t word = 0; word < sum.size(); ++word)
            sum.at(word) += one.at(word);
    return std::bit_cast<ev_counters>(sum);
}

std::uint64_t missed_runs(int program) {
    bpf_prog_info info{};
    std::uint32_t size = sizeof info;
    return program >= 0 && bpf_obj_get_info_by_fd(program, &info, &size) == 0 ? info.recursion_misses : 0;
}

std::vector<ev_refusal> repeated_refusals(int refusals) {
    std::vector<ev_refusal> repeated;
    std::uint64_t key = 0, next = 0;
    for (const void* before = nullptr; bpf_map_get_next_key(refusals, before, &next) == 0; before = &key) {
        key = next;
        ev_refusal refusal{};
        if (bpf_map_lookup_elem(refusals, &key, &refusal) == 0 && refusal.times > 1)
            repeated.push_back(refusal);
    }
    return repeated;
}

}  // namespace caprec
