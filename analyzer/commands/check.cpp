// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/analysis/container_view.h"
#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/cli/named_rows.h"
#include "analyzer/commands/table.h"
#include "analyzer/compare/policy_check.h"
#include "analyzer/emit/compare/policy_result_formats.h"
#include "analyzer/emit/compare/policy_words.h"
#include "analyzer/emit/minimal/format.h"
#include "analyzer/files/small_file.h"
#include "analyzer/policy/policy_formats.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/filter_options.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,
    help_option,
    knowledge_option,
    sysroot_option,
    debug_dir_option,
    {"policy", Takes::one, "FILE", "what is allowed; - is standard input"},
    {"policy-format", Takes::one, "NAME", "the format of the policy, whatever it looks like: see below"},
    {"service", Takes::one, "NAME", "which service or container of the policy, when it has several"},
    {"format", Takes::one, "NAME", "how to write the result: see below"},
    CAPREC_FILTER_OPTIONS,
    {"expected", Takes::one, "FILE",
     "a file with lines of deny: denials that are known, for policies that cannot express them"},
    {"allow-incomplete", Takes::nothing, "", "check the trace even when it is incomplete"},
    {"allow-other-user", Takes::nothing, "", "let a run that was recorded as root fit a policy for another user"},
    {"verbose,v", Takes::nothing, "", "with the stacks of the reasons"},
};

struct CheckOptions : CommonOptions {             // `file`: the first one
    std::vector<std::string> files;               // all of them, folders too
    std::string policy;                           // a file, or "-"; never empty
    const PolicyFormat* policy_format = nullptr;  // null: the format that the file looks like
    std::string service;                          // one of several services; empty: none is named
    const PolicyResultFormat* format = nullptr;   // never null
    std::optional<CheckFilter> filter = {};       // what is checked; nothing: everything
    std::string expected;                         // a policy of our own with refusals that are known; empty: none
    bool verbose = false, allow_incomplete = false, allow_other_user = false;
};

CheckOptions read(const Arguments& arguments) {
    CheckOptions options;
    static_cast<CommonOptions&>(options) = arguments.with_files(options.files);
    options.policy = arguments.text("policy");
    if (options.policy.empty())
        arguments.fail("no policy given: capanalyze check FILE --policy POLICY");
    if (options.policy == "-" && std::ranges::find(options.files, "-") != options.files.end())
        arguments.fail("only one of the trace and the policy can be standard input");
    if (arguments.has("policy-format"))
        options.policy_format =
            row_named(arguments, "policy-format", arguments.text("policy-format"), policy_formats());
    options.service = arguments.text("service");
    options.format = format_of(arguments, policy_result_formats());
    options.filter = filter_of(arguments);
    options.expected = arguments.text("expected");
    options.verbose = arguments.has("verbose");
    options.allow_incomplete = arguments.has("allow-incomplete");
    options.allow_other_user = arguments.has("allow-other-user");
    return options;
}

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

// Whether one of the programs that the user named ran.
bool any_ran(const CheckOptions& options, const Analysis& analysis, std::ostream& err) {
    if (!options.filter || options.filter->choice().images.empty() || !analysis.images.empty())
        return true;
    const std::vector<std::string>& images = options.filter->choice().images;
    err << "capanalyze: --image: none of the programs that ran is " << escape(images.front())
        << (images.size() > 1 ? ", or another one that is named" : "") << "; capanalyze tree shows them\n";
    return false;
}

// Whether a fit is believed: when root was recorded, another user may need capabilities that root was not asked for.
bool may_fit(const PolicyResult& result, const CheckOptions& options, std::ostream& err) {
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

int run(const Arguments& arguments, Streams& streams) {
    const CheckOptions options = read(arguments);
    std::optional<Policy> policy = read_policy(options.policy, options.policy_format, options, streams.err);
    if (!policy || (!options.expected.empty() && !add_expected(options, *policy, streams.err)))
        return exit_failure;
    const AnalysisWish wish{.user_stacks = true,
                            .calling_frames_only = !options.format->whole_stacks && !options.verbose,
                            .by_program = true,
                            .need_reasons = true,
                            .filter = options.filter ? &*options.filter : nullptr};
    Analysis analysis = analyze_files(options.files, options, wish);
    if (is_of_container(*policy) && analysis.inside.by_choice()) {
        analysis = container_view(std::move(analysis));
        policy->assumptions.push_back(
            "the container has a user namespace of its own, as the one that was recorded: what "
            "was needed in there is what is compared");
    }
    if (!can_answer(analysis, options, streams.err) || !any_ran(options, analysis, streams.err))
        return exit_failure;
    const PolicyResult result = check(analysis, *policy);
    if (!may_fit(result, options, streams.err))
        return exit_failure;
    options.format->write({analysis, *policy, result, CAPREC_VERSION}, {streams.color, options.verbose, {}},
                          streams.out);
    return result.fits() ? exit_fine : exit_different;
}

std::string details() {
    return std::string("Policies, recognized by what the file looks like:\n") + row_lines(policy_formats()) +
           "The lines of a policy say which program may have what; the other files give one set to all that runs in "
           "the\n"
           "service or container.  minimal --format policy writes a first policy:\n"
           "  allow  /usr/sbin/nginx  CAP_NET_BIND_SERVICE   # binds port 443\n"
           "  deny   /usr/bin/tool    CAP_SYS_NICE           # is denied it, and does without\n\n"
           "A violation is a capability that a program needed and the policy does not allow, or one that it failed "
           "without\n"
           "and that no line mentions.\n\n"
           "Exit status: 0 the run fits; 1 violation; 2 wrong usage, a policy or trace that cannot be read, or a trace "
           "too\n"
           "incomplete to answer.\n\n"
           "Formats:\n" +
           row_lines(policy_result_formats()) +
           "\nExamples:\n"
           "  capanalyze minimal --format policy run.cap > capabilities.policy\n"
           "  capanalyze check run.cap --policy capabilities.policy\n"
           "  capanalyze check runs/ --policy capabilities.policy      all *.cap below it, as one trace\n"
           "  systemctl cat nginx | capanalyze check run.cap --policy -\n"
           "  capanalyze check run.cap --policy compose.yaml --service web --format github\n";
}

}  // namespace

const Command check_command = {
    "check",
    "whether a policy allows what a run needed: systemd, compose, kubernetes, ...",
    "FILE | FOLDER ... --policy POLICY",
    "Whether a policy allows what each program of the run needed.  What it allows and no program used is listed, too.",
    option_rows,
    details,
    run};

}  // namespace caprec
