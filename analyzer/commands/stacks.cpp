// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/capability_filter.h"
#include "analyzer/commands/command.h"
#include "analyzer/commands/export_file.h"
#include "analyzer/commands/input.h"
#include "analyzer/emit/stack_counts.h"
#include "analyzer/export/check_counter.h"
#include "analyzer/export/export_format.h"
#include "analyzer/kernel_stacks.h"
#include "analyzer/options.h"
#include "analyzer/pipeline.h"
#include "analyzer/user_stacks.h"

namespace caprec {
namespace {

std::size_t memory_of(const std::vector<std::string>& kernel_frames) {
    std::size_t bytes = 0;
    for (const std::string& frame : kernel_frames)
        bytes += sizeof(std::string) + frame.size();
    return bytes;
}

constexpr std::size_t max_stack_bytes = std::size_t{1} << 30;  // of different ones: memory stays bounded

// Contents may stand in the trace under several ids: equal stacks are counted together here.
StackCounts stack_counts(const CheckCounter& counter, const KernelStacks& stacks, UserStacks& user_stacks,
                         StreamSummary summary) {
    std::map<std::tuple<unsigned, std::string, std::vector<std::string>, ResolvedStack>, StackCount> merged;
    std::size_t bytes = 0;
    StackCounts counts{std::move(summary.run), std::move(summary.completeness), {}, counter.left_out()};
    for (const CheckCounter::Entry& entry : counter.entries()) {
        if (bytes > max_stack_bytes) {
            counts.left_out += entry.granted + entry.denied;
            continue;
        }
        const ResolvedStack& user_stack = user_stacks.stack(entry.key.user_stack);
        const auto [place, is_new] = merged.try_emplace(
            {entry.key.capability, entry.comm, stacks.frames(entry.key.stack), user_stack}, StackCount());
        bytes += is_new ? 2 * (memory_of(user_stack) + memory_of(std::get<std::vector<std::string>>(place->first))) : 0;
        place->second.granted += entry.granted;
        place->second.denied += entry.denied;
    }
    for (auto& [key, count] : merged) {
        std::tie(count.capability, count.comm, count.frames, count.user_stack) = key;
        counts.stacks.push_back(std::move(count));
    }
    std::stable_sort(counts.stacks.begin(), counts.stacks.end(), [](const StackCount& a, const StackCount& b) {
        return a.capability != b.capability ? a.capability < b.capability : a.count() > b.count();
    });
    return counts;
}

}  // namespace

int run_stacks(const std::vector<std::string>& arguments, Streams& streams) {
    const StacksOptions options = parse_stacks_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    if (options.folded) {
        ExportOptions folded;
        static_cast<CommonOptions&>(folded) = options;
        folded.capabilities = options.capabilities;
        folded.format = find_export_format("folded");
        export_file(folded, streams.out, streams);
        return exit_fine;
    }
    const Knowledge knowledge = load_knowledge(options);
    Input input(options.file);
    TraceReader reader(input);
    std::optional<UserStacks> user_stacks(std::in_place, reader, options.search);
    CheckCounter counter(SampleDetail::thread_names);
    CapabilityFilter wanted(counter, options.capabilities);
    const StackCounts counts = naming(input, [&] {
        const StreamSummary summary = stream_checks(reader, wanted,
                                                    {.still_recording = [&] { return input.being_written(); },
                                                     .knowledge = &knowledge,
                                                     .user_stacks = &*user_stacks});
        return stack_counts(counter, KernelStacks(reader), *user_stacks, summary);
    });
    tell_of_files(user_stacks, streams.err);
    if (options.json) {
        stacks_json(counts, streams.out);
    } else {
        stacks_text(counts, {streams.color, false, options.file}, streams.out);
    }
    return exit_fine;
}

}  // namespace caprec
