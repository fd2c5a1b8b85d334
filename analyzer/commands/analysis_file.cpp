// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/analysis_file.h"

#include "analyzer/commands/input.h"
#include "analyzer/commands/small_file.h"
#include "analyzer/completeness.h"
#include "analyzer/emit/escape.h"
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
    const std::string text = read_small_file(options.knowledge, Knowledge::max_bytes,
                                             "--knowledge needs a table as analyzer/knowledge/kernel_sites.tsv");
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
    reading.need_reasons = wish.need_reasons;
    std::optional<UserStacks> user_stacks;
    if (wish.user_stacks)
        reading.user_stacks = &user_stacks.emplace(reader, options.search);
    return naming(input, [&] { return analyze(reader, reading); });
}

void tell_of_files(const std::optional<UserStacks>& stacks, std::ostream& err) {
    if (!stacks)
        return;
    for (const std::string& note : notes_on_files(*stacks))
        err << "capanalyze: " << escape(note) << '\n';
}

}  // namespace caprec
