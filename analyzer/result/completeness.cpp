// SPDX-License-Identifier: Apache-2.0
#include "analyzer/result/completeness.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "analyzer/sites/user_stacks.h"
#include "schema/blind_spots.h"
#include "schema/losses.h"
#include "schema/words/count_text.h"

namespace caprec {
namespace {

// A line for each loss of this harm.  Each cure is named once, with the first loss that it is for.
void read_losses(const Losses& all, Harm harm, std::vector<std::string>& lines) {
    const Losses losses = felt(all);
    std::set<std::string_view> named;
    for (const LossKind* kind : losses_by_weight) {
        const std::uint64_t count = losses.*kind->count;
        if (count == 0 || kind->harm != harm)
            continue;
        const std::string_view cure = cure_of(*kind, losses);
        const bool is_new = named.insert(cure).second;
        lines.push_back(counted(count, kind->one_was, kind->many_were) + " " + kind->meaning +
                        (is_new ? "; " + std::string(cure) : ""));
    }
}

void read_state(const TraceReader& reader, const ReadEnd& end, Completeness& result) {
    const std::string chunks = counted(reader.statistics().chunks, "chunk", "chunks");
    if (end.status == ReadStatus::damaged) {
        result.damaged = true;
        result.problems.push_back("the file is damaged (" + end.damage + "): nothing after that was read");
    } else if (end.status == ReadStatus::cut && end.still_recording) {
        result.still_recording = true;
        result.problems.push_back("the recording is still going on: this is what it has written so far");
    } else if (end.status == ReadStatus::cut) {
        result.cut = true;
        result.problems.push_back("the file was cut: it ends after " + chunks + " without the last one");
    }
}

// A recording that was ended, and did not end with the processes that it recorded, shows only the beginning: the
// command itself may have ended it (kill -INT $PPID) before it did what it wanted to hide.  A recording of what ran
// already always ends so.
void read_ending(const TraceReader& reader, Completeness& result) {
    if (reader.header().scope != RecordingScope::command)
        return;
    if (!reader.footer() || reader.footer()->survivor_count == 0)
        return;
    const RunFooter& footer = *reader.footer();
    const bool command_ran = footer.target.kind == TargetStatus::Kind::running;
    const bool waited = reader.header().wait_for_descendants && footer.reason == EndReason::command_ended;
    const bool stopped = footer.reason == EndReason::interrupted || footer.reason == EndReason::time_up;
    if (stopped || waited) {
        result.problems.push_back(
            "the recording was ended while " + std::string(command_ran ? "the command" : "a process") + " still ran (" +
            counted(footer.survivor_count, "process", "processes") + "): what was asked for later is not here");
    }
}

void recorder_counts(const TraceReader& reader, const ReadEnd& end, Completeness& result) {
    if (!reader.footer())
        return;
    const RunFooter& footer = *reader.footer();
    if (footer.reason == EndReason::failed)
        result.problems.push_back("the recorder failed before the end of the run");
    const std::uint64_t read = end.checks_read + end.impossible_checks;
    if (footer.checks_recorded != 0 && footer.checks_recorded != read) {
        result.problems.push_back("the recorder wrote " + counted(footer.checks_recorded, "check", "checks") +
                                  ", the file holds " + std::to_string(read));
    }
    const std::uint64_t accounted = footer.checks_recorded + footer.checks_counted + footer.losses.checks;
    if (footer.checks_made > accounted) {
        result.problems.push_back(counted(footer.checks_made - accounted, "check is", "checks are") +
                                  " neither recorded nor counted as lost");
    }
}

bool misses_memory_accounting(const RunHeader& header) {
    const std::string spot = std::string(unseen_checks) + std::string(memory_accounting);
    return std::ranges::any_of(header.blind_spots, [&](const auto& each) { return each.starts_with(spot); }) &&
           std::ranges::any_of(header.sysctls, [](const auto& setting) {
               return setting.first == "vm.overcommit_memory" && setting.second == "2";
           });
}

}  // namespace

Completeness assess_completeness(const TraceReader& reader, const ReadEnd& end) {
    Completeness result;
    result.losses = reader.losses();
    result.unknown_chunks = reader.statistics().unknown_chunks;
    result.unknown_columns = reader.statistics().unknown_columns;
    result.limits_reached = end.limits_reached;
    read_state(reader, end, result);
    read_losses(result.losses, Harm::answers, result.problems);
    read_ending(reader, result);
    recorder_counts(reader, end, result);
    if (misses_memory_accounting(reader.header())) {
        result.problems.push_back(
            "checks of memory accounting were not seen on this kernel, and with vm.overcommit_memory=2 they count: a "
            "need of CAP_SYS_ADMIN may be missing");
    }
    if (end.limits_reached)
        result.problems.push_back("the trace is larger than the limits of this program: some of it is put together");
    if (end.impossible_checks != 0) {
        result.problems.push_back(counted(end.impossible_checks, "check names", "checks name") +
                                  " a capability that cannot exist");
    }
    if (result.unknown_chunks != 0) {
        result.problems.push_back(counted(result.unknown_chunks, "chunk is", "chunks are") +
                                  " of a kind that this program does not know: a newer one may");
    }
    result.complete = result.problems.empty();
    return result;
}

std::vector<std::string> notes_on_places(const Losses& losses) {
    std::vector<std::string> notes;
    read_losses(losses, Harm::places, notes);
    return notes;
}

std::vector<std::string> notes_on_run(const TraceReader& reader, const RunFacts& run) {
    std::vector<std::string> notes = notes_on_places(reader.losses());
    if (!run.kernel_symbols) {
        notes.push_back(
            "no kernel symbols: the recorded kernel had no names for its functions, so sites are not known and some "
            "rules go by the syscall alone; record on a kernel with CONFIG_KALLSYMS");
    } else if (run.footer && run.footer->frames_without_symbol != 0) {
        notes.push_back(counted(run.footer->frames_without_symbol, "kernel frame has", "kernel frames have") +
                        " no symbol");
    }
    const bool mode_known = std::ranges::any_of(run.header.sysctls, [](const auto& setting) {
        return setting.first == "vm.overcommit_memory" && !setting.second.empty();
    });
    if (!mode_known)
        notes.push_back("vm.overcommit_memory was not recorded: taken as not 2");
    for (const std::string& spot : run.header.blind_spots)
        if (spot.starts_with(unseen_checks) || spot.starts_with(unseen_calls) || spot.starts_with(unseen_targets))
            notes.push_back("not seen on that kernel: " + spot);
    if (run.header.mapping_source == MappingSource::none && run.header.user_stacks != UserStackMode::none &&
        run.header.user_stacks != UserStackMode::unknown) {
        notes.push_back("user stacks have no frames: the kernel refused its records of mappings (" +
                        run.header.mapping_refusal + ")");
    }
    if (run.withheld_objects != 0) {
        notes.push_back(counted(run.withheld_objects, "object was", "objects were") +
                        " withheld: they belong to programs that the caller of the recorder may not trace");
    }
    if (run.footer && run.footer->reason == EndReason::interrupted && run.header.scope == RecordingScope::command)
        notes.push_back("the recording was ended by hand");
    if (reader.statistics().unknown_columns != 0)
        notes.push_back("the trace has columns that this program does not know: a newer one may say more");
    return notes;
}

std::vector<std::string> notes_on_files(const UserStacks& stacks) {
    constexpr std::size_t named = 3;
    std::vector<std::string> notes = notes_on_limits(stacks);
    const std::vector<FileFinder::Problem> problems = stacks.problems();
    for (std::size_t i = 0; i < std::min(problems.size(), named); ++i)
        notes.push_back("user stacks: " + problems[i].name + ": " + problems[i].text);
    if (problems.size() > named)
        notes.push_back("user stacks: " + std::to_string(problems.size() - named) + " more such files");
    if (!problems.empty()) {
        notes.push_back(
            "files are looked for below --sysroot, in --debug-dir and, with DEBUGINFOD_URLS, on servers; capanalyze "
            "pack, run where it was recorded, puts into the trace what it needs of them");
    }
    return notes;
}

std::vector<std::string> notes_on_limits(const UserStacks& stacks) {
    if (!stacks.limits_reached())
        return {};
    return {"user stacks: the trace brings more lines of code than this program keeps (" +
            std::to_string(UserStacks::max_line_bytes >> 20) + " MiB): some names are missing"};
}

}  // namespace caprec
