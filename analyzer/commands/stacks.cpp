// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "analyzer/cli/arguments.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/answers/stack_counts.h"
#include "analyzer/export/export_format.h"
#include "analyzer/files/input.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/sites/kernel_stacks.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/export_file.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,
    help_option,
    knowledge_option,
    sysroot_option,
    debug_dir_option,
    {"cap", Takes::many, "LIST", "only these capabilities: CAP_CHOWN, chown, 0 ..."},
    {"folded", Takes::nothing, "", "one line for each stack, for flame graphs"},
};

std::size_t memory_of(const std::vector<std::string>& kernel_frames) {
    std::size_t bytes = 0;
    for (const std::string& frame : kernel_frames)
        bytes += sizeof(std::string) + frame.size();
    return bytes;
}

class StackCollector : public CheckReceiver {
public:
    using CheckReceiver::on;
    static constexpr std::size_t max_stacks = 200'000;  // different ones; memory stays bounded
    static constexpr std::size_t max_stack_bytes = std::size_t{1} << 30;

    StackCollector(const TraceReader& reader, CapabilitySet wanted, UserStacks& user_stacks)
        : wanted_(wanted), stacks_(reader), user_stacks_(user_stacks) {}

    void on(const AnnotatedCheck& check) override {
        if (!wanted_.empty() &&
            (check.row.capability > 63 || !wanted_.contains(static_cast<unsigned>(check.row.capability))))
            return;
        Entry* entry = find(check);
        if (entry == nullptr) {
            left_out_ += check.count;
            return;
        }
        (check.row.granted() ? entry->granted : entry->denied) += check.count;
    }

    // The same stack may have several ids in the trace: equal stacks are counted together here.
    StackCounts result(StreamSummary summary) {
        std::map<std::tuple<unsigned, std::string, std::vector<std::string>, ResolvedStack>, StackCount> merged;
        std::size_t bytes = 0;
        for (const auto& [key, entry] : entries_) {
            if (bytes > max_stack_bytes) {
                left_out_ += entry.granted + entry.denied;
                continue;
            }
            const ResolvedStack& user_stack = user_stacks_.stack(key.user_stack);
            const auto [place, is_new] =
                merged.try_emplace({key.capability, entry.comm, stacks_.frames(key.stack), user_stack}, StackCount());
            bytes +=
                is_new ? 2 * (memory_of(user_stack) + memory_of(std::get<std::vector<std::string>>(place->first))) : 0;
            place->second.granted += entry.granted;
            place->second.denied += entry.denied;
        }
        StackCounts counts{std::move(summary.run), std::move(summary.completeness), {}, left_out_};
        for (auto& [key, count] : merged) {
            std::tie(count.capability, count.comm, count.frames, count.user_stack) = key;
            counts.stacks.push_back(std::move(count));
        }
        std::stable_sort(counts.stacks.begin(), counts.stacks.end(), [](const StackCount& a, const StackCount& b) {
            return a.capability != b.capability ? a.capability < b.capability : a.count() > b.count();
        });
        return counts;
    }

private:
    struct Key {
        unsigned capability;
        Id comm, stack, user_stack;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            std::uint64_t hash = key.capability;
            for (const Id id : {key.comm, key.stack, key.user_stack})
                hash = (hash ^ id) * 0x9e3779b97f4a7c15;
            return hash >> 7;
        }
    };
    struct Entry {
        std::string comm;
        std::uint64_t granted = 0, denied = 0;
    };

    Entry* find(const AnnotatedCheck& check) {
        const Key key{static_cast<unsigned>(check.row.capability), check.comm_id, check.stack, check.user_stack};
        const auto found = entries_.find(key);
        if (found != entries_.end())
            return &found->second;
        if (entries_.size() >= max_stacks)
            return nullptr;
        return &entries_.emplace(key, Entry{std::string(check.comm)}).first->second;
    }

    CapabilitySet wanted_;
    KernelStacks stacks_;
    UserStacks& user_stacks_;
    std::unordered_map<Key, Entry, KeyHash> entries_;
    std::uint64_t left_out_ = 0;
};

int run(const Arguments& arguments, Streams& streams) {
    const CommonOptions options = arguments.with_file();
    const CapabilitySet capabilities = arguments.capabilities("cap");
    if (arguments.has("folded")) {
        if (options.json)
            arguments.fail("--folded and --json exclude each other");
        export_file({options, capabilities, find_export_format("folded")}, streams.out, streams);
        return exit_fine;
    }
    const Knowledge knowledge = load_knowledge(options);
    Input input(options.file);
    TraceReader reader(input);
    std::optional<UserStacks> user_stacks(std::in_place, reader, search_of(options));
    StackCollector collector(reader, capabilities, *user_stacks);
    const StackCounts counts = naming(input, [&] {
        return collector.result(stream_checks(reader, collector,
                                              {.still_recording = [&] { return input.being_written(); },
                                               .knowledge = &knowledge,
                                               .user_stacks = &*user_stacks}));
    });
    tell_of_files(user_stacks, streams.err);
    if (options.json) {
        stacks_json(counts, streams.out);
    } else {
        stacks_text(counts, {streams.color, false, options.file}, streams.out);
    }
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
