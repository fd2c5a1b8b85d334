// SPDX-License-Identifier: Apache-2.0
#include "analyzer/check.h"

#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/command.h"
#include "analyzer/commands/small_file.h"
#include "analyzer/emit/check_formats.h"
#include "analyzer/emit/check_words.h"
#include "analyzer/emit/escape.h"
#include "analyzer/options.h"
#include "analyzer/policy/policy_formats.h"

namespace caprec {
namespace {

// Whether the trace can answer; what is wrong with it, if anything, goes to `err`.
bool can_answer(const Analysis& analysis, const CheckOptions& options, std::ostream& err) {
    if (never_ran(analysis.run)) {
        err << "capanalyze: " << escape(options.file)
            << ": the command could not be executed, so nothing is known of what it needs\n";
        return false;
    }
    if (analysis.completeness.complete || options.allow_incomplete)
        return true;
    err << incomplete_text(analysis.completeness, {}) << "capanalyze: " << escape(options.file)
        << ": needs may be missing, so it is not checked; record again, or use --allow-incomplete\n";
    return false;
}

// Nothing: problems were written to `err`.
std::optional<Policy> read_policy(const CheckOptions& options, std::ostream& err) {
    constexpr std::size_t problem_columns = 400;
    const std::string text = read_small_file(options.policy, PolicyText::max_bytes,
                                             "--policy needs a file; docs/policy.md describes it", true);
    const std::string name = options.policy == "-" ? "stdin" : options.policy;
    ParsedPolicy parsed = parse_policy({text, name, options.service}, options.policy_format);
    for (const PolicyProblem& problem : parsed.problems)
        err << "capanalyze: " << place_text(problem.place) << ": " << shorten(escape(problem.text), problem_columns)
            << '\n';
    if (parsed.problems.empty())
        return std::move(parsed.policy);
    if (!parsed.policy.format.empty())
        err << "capanalyze: " << escape(name) << " was read as " << parsed.policy.format
            << "; --policy-format reads it as something else, docs/policy.md describes what is understood\n";
    return std::nullopt;
}

}  // namespace

int run_check(const std::vector<std::string>& arguments, Streams& streams) {
    const CheckOptions options = parse_check_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    const std::optional<Policy> policy = read_policy(options, streams.err);
    if (!policy)
        return exit_failure;
    const AnalysisWish wish{.user_stacks = true,
                            .callers_only = !options.format->whole_stacks && !options.verbose,
                            .by_program = true,
                            .need_reasons = true};
    const Analysis analysis = analyze_files(options.files, options, wish);
    if (!can_answer(analysis, options, streams.err))
        return exit_failure;
    const CheckResult result = check(analysis, *policy);
    options.format->write({analysis, *policy, result, CAPREC_VERSION}, {streams.color, options.verbose, {}},
                          streams.out);
    return result.fits() ? exit_fine : exit_different;
}

}  // namespace caprec
