// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/answers/stack_counts.h"
#include "analyzer/emit/events/late_text.h"
#include "analyzer/export/export_format.h"
#include "analyzer/export/parts/check_counter.h"
#include "analyzer/files/input.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/sites/kernel_stacks.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/export_file.h"
#include "analyzer/traces/filter_options.h"
#include "analyzer/traces/first_reading.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,
    help_option,
    knowledge_option,
    sysroot_option,
    debug_dir_option,
    CAPREC_FILTER_OPTIONS,
    {"folded", Takes::nothing, "", "one line for each stack, for flame graphs"},
};

std::size_t memory_of(const std::vector<std::string>& kernel_frames) {
    std::size_t bytes = 0;
    for (const std::string& frame : kernel_frames)
        bytes += sizeof(std::string) + frame.size();
    return bytes;
}

constexpr std::size_t max_stack_bytes = std::size_t{1} << 30;  // all different stacks together: memory stays bounded

// The same contents may have several ids in the trace: equal stacks are counted together here.
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

int run(const Arguments& arguments, Streams& streams) {
    const CommonOptions options = arguments.with_file();
    const std::optional<CheckFilter> filter = filter_of(arguments);
    if (arguments.has("folded")) {
        if (options.json)
            arguments.fail("--folded and --json exclude each other");
        export_file({options, filter, find_export_format("folded")}, streams.out, streams);
        return exit_fine;
    }
    const Knowledge knowledge = load_knowledge(options);
    const ContainerNames names = load_names(options);
    Input input(options.file);
    const bool by_verdict = filter && !filter->choice().verdicts.empty();
    std::optional<StreamSummary> known;
    if (by_verdict)
        known = naming(input, [&] {
            return first_reading(input,
                                 {.still_recording = {}, .knowledge = &knowledge, .names = &names, .filter = &*filter});
        });
    TraceReader reader(input);
    std::optional<UserStacks> user_stacks(std::in_place, reader, search_of(options));
    CheckCounter counter(SampleDetail::thread_names);
    const ReadOptions reading{.still_recording = [&] { return input.being_written(); },
                              .knowledge = &knowledge,
                              .names = &names,
                              .filter = filter ? &*filter : nullptr,
                              .user_stacks = &*user_stacks,
                              .late = known ? &known->late : nullptr,
                              .wants_late = by_verdict && !known};
    const StackCounts counts = naming(input, [&] {
        const StreamSummary summary = stream_checks(reader, counter, reading);
        streams.err << late_text(summary.late);
        tell_of_filter(summary.run, streams.err);
        return stack_counts(counter, KernelStacks(reader), *user_stacks, summary);
    });
    tell_of_user_stacks(reader, user_stacks, streams.err);
    if (options.json)
        stacks_json(counts, streams.out);
    else
        stacks_text(counts, {streams.color, false, options.file}, streams.out);
    return exit_fine;
}

std::string details() {
    return "--folded prints CAPABILITY;program;outermost;...;innermost COUNT, which flame graph programs read: it is\n"
           "capanalyze export --format folded.\n\n"
           "Examples:\n"
           "  capanalyze stacks --cap CAP_SYS_ADMIN run.cap\n"
           "  capanalyze stacks --folded run.cap | flamegraph.pl > checks.svg\n";
}

}  // namespace

const Command stacks_command = {
    "stacks",    "kernel and user stacks by capability, also for flame graphs",
    "FILE",      "The stacks of the checks of each capability, in the kernel and in the program, with counts.",
    option_rows, details,
    run};

}  // namespace caprec
