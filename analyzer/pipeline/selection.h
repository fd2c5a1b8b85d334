// SPDX-License-Identifier: Apache-2.0
//
// An answer about a part of a trace, and one that is told apart by units, containers and users.
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/analysis/analysis.h"
#include "analyzer/follow/check_filter.h"
#include "analyzer/follow/event_stream.h"
#include "analyzer/result/aggregation.h"

namespace caprec {

// Hands on what the filter selects, and counts it.
class Selector : public CheckReceiver {
public:
    // Keeps both; without a filter everything is selected.
    Selector(CheckReceiver& receiver, const CheckFilter* filter) : receiver_(receiver), filter_(filter) {}

    void on(const AnnotatedCheck& check) override;
    void on(const UnaskedNeed& need) override { receiver_.on(need); }
    void on(const StageEnd& end) override { receiver_.on(end); }
    void on(const Executed& executed) override { receiver_.on(executed); }
    void on(const RefusedCall& refused) override { receiver_.on(refused); }

    std::uint64_t all() const { return all_; }
    std::uint64_t selected() const { return selected_; }

private:
    CheckReceiver& receiver_;
    const CheckFilter* filter_;
    std::uint64_t all_ = 0, selected_ = 0;
};

// A merged trace keeps no processes, and one name of a thread as an example: filters by these are an Error.
void refuse_if_merged(const EventStream& stream, const CheckFilter* filter);

// Leaves the processes and programs that the answer is about; to be called when Analysis::processes are listed.
void select_processes(const CheckFilter& filter, const EventStream& stream, Analysis& analysis);

// What was needed, apart by the keeper; the keepers are those of all checks.
struct NeedsApart {
    std::vector<Keeper> keepers;
    std::vector<Need> outside, inside;
};
NeedsApart needs_apart(const Aggregation& aggregation, EventStream& stream);

// Fills in Analysis::keepers and users.
void add_parts(const Aggregation& aggregation, EventStream& stream, Analysis& analysis);

}  // namespace caprec
