// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/analysis_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "analyzer/commands/input.h"
#include "analyzer/completeness.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/text_style.h"
#include "analyzer/export/folded.h"
#include "analyzer/export/samples.h"
#include "analyzer/pipeline.h"
#include "analyzer/user_stacks.h"
#include "schema/error.h"

namespace caprec {
namespace {

constexpr std::size_t message_columns = 400;

}  // namespace

Knowledge load_knowledge(const CommonOptions& options) {
    if (options.knowledge.empty())
        return Knowledge::built_in();
    const std::string name = escape(options.knowledge);
    std::error_code problem;
    if (std::filesystem::is_directory(options.knowledge, problem))
        throw Error(name + ": is a directory; --knowledge needs a table as analyzer/knowledge/kernel_sites.tsv");
    errno = 0;
    std::ifstream file(options.knowledge, std::ios::binary);
    if (!file)
        throw Error("cannot open " + name + ": " + errno_text(errno));
    std::string text(Knowledge::max_bytes + 1, '\0');  // one byte too many is refused as too large
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    try {
        return {text, options.knowledge};
    } catch (const Error& error) {
        throw Error(shorten(escape(error.what()), message_columns));  // it quotes the file
    }
}

Analysis analyze_file(const CommonOptions& options, const AnalysisWish& wish) {
    return analyze_file(options.file, options, wish);
}

Analysis analyze_file(const std::string& file, const CommonOptions& options, const AnalysisWish& wish) {
    const Knowledge knowledge = load_knowledge(options);
    Input input(file);
    TraceReader reader(input);
    ReadOptions reading;
    reading.still_recording = [&] { return input.being_written(); };
    reading.knowledge = &knowledge;
    reading.reasons = wish.reasons.value_or(reading.reasons);
    reading.callers_only = wish.callers_only;
    reading.by_program = wish.by_program;
    std::optional<UserStacks> user_stacks;
    if (wish.user_stacks)
        reading.user_stacks = &user_stacks.emplace(reader, options.search);
    std::optional<SampleCollector> collector;
    if (wish.counted != nullptr)
        reading.checks = &collector.emplace(CheckFrames(reader, reading.user_stacks, true), SampleDetail::stacks);
    return naming(input, [&] {
        Analysis analysis = analyze(reader, reading);
        if (collector) {
            const Samples samples = collector->result({analysis.run, analysis.completeness});
            *wish.counted = {folded_stacks(samples, CapabilityFrame::leaf), collector->left_out()};
        }
        return analysis;
    });
}

void tell_left_out(std::uint64_t checks, std::ostream& err) {
    if (checks > 0)
        err << counted(checks, "check") << " with still other stacks left out\n";
}

void tell_of_files(const std::optional<UserStacks>& stacks, std::ostream& err) {
    if (!stacks)
        return;
    for (const std::string& note : notes_on_files(*stacks))
        err << "capanalyze: " << escape(note) << '\n';
}

}  // namespace caprec
