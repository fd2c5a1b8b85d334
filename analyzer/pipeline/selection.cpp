// SPDX-License-Identifier: Apache-2.0
#include "analyzer/pipeline/selection.h"

#include <algorithm>
#include <set>

#include "analyzer/containers/saturated_sum.h"
#include "analyzer/follow/merged_runs.h"
#include "analyzer/processes/process_tree.h"
#include "schema/error.h"

namespace caprec {

void Selector::on(const AnnotatedCheck& check) {
    add_saturated(all_, check.count);
    if (filter_ != nullptr && (!check.apart.selected || !filter_->accepts(check.verdict)))
        return;
    add_saturated(selected_, check.count);
    receiver_.on(check);
}

void refuse_if_merged(const EventStream& stream, const CheckFilter* filter) {
    if (filter == nullptr || stream.merged().empty())
        return;
    if (!filter->choice().pids.empty() || !filter->choice().comms.empty())
        throw Error("sums up several runs and has no processes: --pid and --comm cannot be used with it");
}

void select_processes(const CheckFilter& filter, const EventStream& stream, Analysis& analysis) {
    Filtered& filtered = *analysis.run.filter;
    const ProcessTree& tree = stream.processes();
    filtered.all_processes = stream.merged().empty() ? analysis.processes.size() : 0;
    std::erase_if(analysis.processes, [&](const Process& process) {
        return !tree.is_selected(process.id) && (filter.choice().about_checks() || !filter.accepts(process));
    });
    filtered.processes = analysis.processes.size();
    std::set<std::string_view> ran;
    for (const Process& process : analysis.processes) {
        ran.insert(process.image);
        for (const Program& program : process.programs)
            ran.insert(program.image);
    }
    std::erase_if(analysis.images, [&](const std::string& image) {
        return !filter.accepts_program(image) || (stream.merged().empty() && !ran.contains(image));
    });
}

NeedsApart needs_apart(const Aggregation& aggregation, EventStream& stream) {
    NeedsApart apart;
    const std::vector<Apart> parts = aggregation.parts();
    apart.keepers.reserve(parts.size());
    for (const Apart& part : parts)
        apart.keepers.push_back(stream.processes().homes().keeper(part.keeper));
    apart.outside = aggregation.needs(stream);
    apart.inside = aggregation.needs(stream, Aggregation::Where::inside);
    return apart;
}

void add_parts(const Aggregation& aggregation, EventStream& stream, Analysis& analysis) {
    std::set<Keeper> keepers;
    std::set<std::optional<std::uint32_t>> users;
    for (const Apart& part : aggregation.parts()) {
        keepers.insert(stream.processes().homes().keeper(part.keeper));
        users.insert(Aggregation::user_of(part));
    }
    for (const Process& process : analysis.processes)
        keepers.insert(process.keeper);
    analysis.keepers.assign(keepers.begin(), keepers.end());
    analysis.users.assign(users.begin(), users.end());
}

}  // namespace caprec
