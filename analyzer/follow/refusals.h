// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "analyzer/analysis/other_refusal.h"
#include "analyzer/classify/syscall_traits.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/processes/process_tree.h"
#include "schema/event_rows.h"
#include "schema/merged_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// Calls that were refused though no capability was denied in them.  When one was granted in the call, that check may
// explain the refusal: then the call is not counted here.
//
// The trace has the first call of each kind, and at the end their number.  `first` gets the first calls.
class Refusals {
public:
    using First = std::function<void(const RefusalRow&, const ProcessTree::Place&, const OtherRefusal&)>;
    static constexpr std::size_t max_kinds = 1u << 12, max_keys = 1u << 16, max_listed = 10;

    struct Kind {
        std::string image;
        Object object;
        std::uint64_t abi = 0, syscall = 0, error = 0, flags = 0;
        bool no_new_privs = false;
        friend auto operator<=>(const Kind&, const Kind&) = default;
    };
    struct Found {
        std::string comm;
        std::uint64_t times = 0;
    };

    explicit Refusals(const TraceReader& reader, First first = nullptr)  // keeps a reference
        : reader_(reader), first_(std::move(first)) {}

    void on(const RefusalRow& row, const ProcessTree::Place& place, std::string_view image, std::string_view comm);
    void add(const RefusalEntry& entry);

    void explained(std::uint64_t thread);  // the thread's last refused call is reported elsewhere
    void returned(std::uint64_t thread);   // that call is not reported elsewhere
    // A comparison of capability sets that was refused in this call is reported elsewhere.  It comes before the
    // refusal.
    void explains(std::uint64_t thread, std::uint64_t syscall_sequence);
    void finish();  // at the end of the trace: counts the calls that still wait

    const std::map<Kind, Found>& kinds() const { return kinds_; }
    bool limits_reached() const { return limits_reached_; }
    OtherRefusals list(std::uint64_t lost) const;

private:
    struct Pending {
        Kind kind;
        std::string comm;
        RefusalRow row;
        ProcessTree::Place place;
    };
    struct Counted {
        std::map<Kind, Found>::iterator kind;
        std::uint64_t times = 0;
    };

    Kind kind_of(const RefusalRow& row, std::string_view image) const;
    void count(const Pending& refusal);
    OtherRefusal describe(const Kind& kind, const Found& found) const;

    const TraceReader& reader_;
    First first_;
    SyscallTable syscalls_;
    std::map<Kind, Found> kinds_;
    std::unordered_map<std::uint64_t, Counted, IdHash> keys_;
    std::unordered_map<std::uint64_t, Pending, IdHash> pending_;               // by thread
    std::unordered_map<std::uint64_t, std::uint64_t, IdHash> explained_sets_;  // syscall sequences, by thread
    bool limits_reached_ = false;
};

}  // namespace caprec
