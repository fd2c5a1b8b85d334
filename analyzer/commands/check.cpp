// SPDX-License-Identifier: Apache-2.0
#include "analyzer/check.h"

#include <algorithm>

#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/command.h"
#include "analyzer/commands/event_filter.h"
#include "analyzer/commands/small_file.h"
#include "analyzer/container_view.h"
#include "analyzer/emit/check_formats.h"
#include "analyzer/emit/check_words.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/formats/format.h"
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
    err << incomplete_text(analysis.completeness, {})
        << "capanalyze: " << (options.files.size() > 1 ? "the runs" : escape(options.file))
        << ": needs may be missing, so it is not checked; record again, or use --allow-incomplete\n";
    return false;
}

// Nothing when there are problems, which were written to `err`.
std::optional<Policy> read_policy(const std::string& file, const PolicyFormat* format, const CheckOptions& options,
                                  std::ostream& err) {
    constexpr std::size_t problem_columns = 400;
    const std::string text =
        read_small_file(file, PolicyText::max_bytes, "--policy needs a file; docs/policy.md describes it", true);
    const std::string name = file == "-" ? "stdin" : file;
    ParsedPolicy parsed = parse_policy({text, name, options.service}, format);
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

// The refusals of --expected, as further rules of the policy.
bool add_expected(const CheckOptions& options, Policy& policy, std::ostream& err) {
    const PolicyFormat* own = &*std::ranges::find(policy_formats(), "policy", &PolicyFormat::name);
    CheckOptions reading = options;
    reading.service.clear();
    std::optional<Policy> expected = read_policy(options.expected, own, reading, err);
    if (!expected)
        return false;
    for (PolicyRule& rule : expected->rules) {
        if (!rule.deny) {
            err << "capanalyze: " << place_text(rule.place)
                << ": --expected has refusals only: lines of deny; what is allowed is in the policy\n";
            return false;
        }
        policy.rules.push_back(std::move(rule));
    }
    return true;
}

// Keeps what the named programs did.  False when none of them ran.
bool keep_images(const CheckOptions& options, Analysis& analysis, std::ostream& err) {
    if (options.images.empty())
        return true;
    const auto is_other = [&](const auto& of) { return !is_image(of.image, options.images); };
    std::vector<Need> needs;
    std::vector<Reason> reasons;
    for (std::size_t at = 0; at < analysis.needs.size(); ++at) {
        if (is_other(analysis.needs[at]))
            continue;
        needs.push_back(std::move(analysis.needs[at]));
        reasons.push_back(std::move(analysis.need_reasons.at(at)));
    }
    analysis.needs = std::move(needs);
    analysis.need_reasons = std::move(reasons);
    std::erase_if(analysis.by_program, is_other);
    std::erase_if(analysis.kept, is_other);
    std::erase_if(analysis.images, [&](const std::string& image) { return !is_image(image, options.images); });
    if (analysis.images.empty())
        err << "capanalyze: --image: none of the programs that ran is " << escape(options.images.front())
            << (options.images.size() > 1 ? ", or another one that is named" : "") << "; capanalyze tree shows them\n";
    return !analysis.images.empty();
}

// Whether a run of root may fit a policy for another user: what root was not asked for may still be needed.
bool may_fit(const CheckResult& result, const CheckOptions& options, std::ostream& err) {
    if (!result.fits() || result.recorded_as != OtherUser::root || options.allow_other_user)
        return true;
    err << "capanalyze: no answer: recorded as root, and " << escape(options.policy)
        << " is about another user: what root owns, or may without a capability, was not asked for; record with "
           "caprec -u USER, or use --allow-other-user\n";
    return false;
}

// Whether the policy is of a kind that container engines read; the others are about the host.
bool is_of_container(const Policy& policy) {
    const Format* format = find_format(policy.format);
    return format != nullptr && format->of_container;
}

}  // namespace

int run_check(const std::vector<std::string>& arguments, Streams& streams) {
    const CheckOptions options = parse_check_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    std::optional<Policy> policy = read_policy(options.policy, options.policy_format, options, streams.err);
    if (!policy || (!options.expected.empty() && !add_expected(options, *policy, streams.err)))
        return exit_failure;
    const AnalysisWish wish{.user_stacks = true,
                            .callers_only = !options.format->whole_stacks && !options.verbose,
                            .by_program = true,
                            .need_reasons = true};
    Analysis analysis = analyze_files(options.files, options, wish);
    if (is_of_container(*policy) && analysis.inside.by_choice()) {
        analysis = container_view(std::move(analysis));
        policy->assumptions.push_back(
            "the container has a user namespace of its own, as the one that was recorded: what "
            "was needed in there is what is compared");
    }
    if (!can_answer(analysis, options, streams.err) || !keep_images(options, analysis, streams.err))
        return exit_failure;
    const CheckResult result = check(analysis, *policy);
    if (!may_fit(result, options, streams.err))
        return exit_failure;
    options.format->write({analysis, *policy, result, CAPREC_VERSION}, {streams.color, options.verbose, {}},
                          streams.out);
    return result.fits() ? exit_fine : exit_different;
}

}  // namespace caprec
