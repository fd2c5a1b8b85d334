// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/analysis_file.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/export/parts/folded.h"
#include "analyzer/export/parts/samples.h"
#include "analyzer/files/input.h"
#include "analyzer/files/small_file.h"
#include "analyzer/merge/merged_writer.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/result/completeness.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/traces/merge_files.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t message_columns = 400;

// A trace in memory.
class MemoryTrace : public ByteSink, public ByteSource {
public:
    void write(std::span<const std::byte> bytes) override { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    std::size_t read(std::span<std::byte> into) override {
        const std::size_t count = std::min(into.size(), bytes_.size() - at_);
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
        at_ += count;
        return count;
    }

private:
    std::vector<std::byte> bytes_;
    std::size_t at_ = 0;
};

MemoryTrace written(const MergedFiles& merged, const std::vector<std::string>& names) {
    MemoryTrace trace;
    TraceWriter writer(trace);
    if (merged.merger.runs().empty())
        throw Error(escape(names.front()) + ": no command of these traces could be executed");
    write_merged(merged.merger, "capanalyze " CAPREC_VERSION, writer);
    return trace;
}

// A cut copy of a run whose whole trace is there, too, makes nothing incomplete.  A command that could not be executed
// may have been the one that matters.
void tell_of_traces(const MergedFiles& merged, Completeness& completeness) {
    std::vector<std::string>& problems = completeness.problems;
    if (!problems.empty() && !merged.incomplete.empty())
        problems.push_back("that is so in " + names_text(merged.incomplete));
    if (!merged.not_executed.empty())
        problems.push_back("left out, as its command could not be executed: " + names_text(merged.not_executed));
    completeness.complete = problems.empty();
}

Analysis analyze_source(ByteSource& source, std::function<bool()> still_recording, const Knowledge& knowledge,
                        const ContainerNames& names, const CommonOptions& options, const AnalysisWish& wish) {
    TraceReader reader(source);
    ReadOptions reading;
    reading.still_recording = std::move(still_recording);
    reading.knowledge = &knowledge;
    reading.reasons = wish.reasons.value_or(reading.reasons);
    reading.calling_frames_only = wish.calling_frames_only;
    reading.by_program = wish.by_program;
    reading.need_reasons = wish.need_reasons;
    reading.by_keeper = wish.by_keeper;
    reading.by_user = wish.by_user;
    reading.keeper_findings = wish.keeper_findings;
    reading.filter = wish.filter;
    reading.names = &names;
    std::optional<UserStacks> user_stacks;
    if (wish.user_stacks)
        reading.user_stacks = &user_stacks.emplace(reader, search_of(options));
    std::optional<SampleCollector> collector;
    if (wish.counted != nullptr)
        reading.checks = &collector.emplace(CheckFrames(reader, reading.user_stacks, true), SampleDetail::stacks);
    Analysis analysis = analyze(reader, reading);
    if (collector) {
        const Samples samples = collector->result({analysis.run, analysis.completeness});
        *wish.counted = {folded_stacks(samples, CapabilityFrame::leaf), collector->left_out()};
    }
    return analysis;
}

}  // namespace

Knowledge load_knowledge(const CommonOptions& options) {
    if (options.knowledge.empty())
        return Knowledge::built_in();
    const std::string text = read_small_file(options.knowledge, Knowledge::max_bytes,
                                             "--knowledge needs a table as analyzer/knowledge/kernel_sites.tsv");
    try {
        return {text, options.knowledge};
    } catch (const Error& error) {
        throw Error(shorten(escape(error.what()), message_columns));  // it quotes the file
    }
}

ContainerNames load_names(const CommonOptions& options) {
    ContainerNames names;
    for (const std::string& file : options.names) {
        const std::string text = read_small_file(file, ContainerNames::max_file_bytes,
                                                 "--names needs what docker inspect or another such tool printed");
        try {
            names.read(text);
        } catch (const Error& error) {
            throw Error(escape(file) + ": " + error.what());
        }
    }
    return names;
}

FileSearch search_of(const CommonOptions& options) {
    return {.sysroot = options.sysroot, .debug_folders = options.debug_folders};
}

Analysis analyze_file(const CommonOptions& options, const AnalysisWish& wish) {
    return analyze_file(options.file, options, wish);
}

Analysis analyze_file(const std::string& file, const CommonOptions& options, const AnalysisWish& wish) {
    return analyze_files({file}, options, wish);
}

Analysis analyze_files(const std::vector<std::string>& files, const CommonOptions& options, const AnalysisWish& wish) {
    const Knowledge knowledge = load_knowledge(options);
    const ContainerNames names = load_names(options);
    if (files.size() > 1 || is_folder(files.front())) {
        const MergedFiles merged = merge_files(trace_files(files), knowledge);
        MemoryTrace trace = written(merged, files);
        Analysis analysis = analyze_source(trace, {}, knowledge, names, options, wish);
        tell_of_traces(merged, analysis.completeness);
        return analysis;
    }
    Input input(files.front());
    return naming(input, [&] {
        return analyze_source(
            input, [&] { return input.being_written(); }, knowledge, names, options, wish);
    });
}

void tell_of_filter(const RunFacts& run, std::ostream& err) {
    if (const std::string text = filter_text(run); !text.empty())
        err << "capanalyze: " << text << '\n';
}

void tell_left_out(std::uint64_t checks, std::ostream& err) {
    if (checks > 0)
        err << counted(checks, "check") << " with still other stacks left out\n";
}

void tell_of_user_stacks(const TraceReader& reader, const std::optional<UserStacks>& stacks, std::ostream& err) {
    if (!stacks)
        return;
    std::vector<std::string> notes = notes_on_places(reader.losses());
    std::ranges::move(notes_on_files(*stacks), std::back_inserter(notes));
    for (const std::string& note : notes)
        err << "capanalyze: " << escape(note) << '\n';
}

}  // namespace caprec
