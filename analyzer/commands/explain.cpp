// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/answers/explain.h"
#include "analyzer/classify/kernel_site.h"
#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/table.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/words/nearest_name.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,
    help_option,
    knowledge_option,
};

// Accepts a function as it stands in a stack, and a syscall also by its plain name.
std::vector<const SiteRow*> rows_of_function(const Knowledge& knowledge, std::string_view symbol) {
    std::vector<const SiteRow*> rows;
    const std::string plain = plain_site_name(strip_compiler_suffixes(symbol));
    for (const SiteRow& row : knowledge.rows()) {
        for (const std::string& site : row.sites) {
            if (site == plain || site == "sys_" + plain || site == "syscall:" + plain || row.within == plain) {
                rows.push_back(&row);
                break;
            }
        }
    }
    return rows;
}

std::string subject_of(const Arguments& arguments) {
    const Arguments::Words& words = arguments.operands();
    if (words.size() != 1 || words[0].empty())
        arguments.fail("one capability or one function of the kernel: capanalyze explain CAP_CHOWN");
    return words[0];
}

int run(const Arguments& arguments, Streams& streams) {
    const CommonOptions options = arguments.common();
    const std::string subject = subject_of(arguments);
    const Knowledge knowledge = load_knowledge(options);
    Explanation explanation;
    explanation.capability = capability_number(subject);
    explanation.knowledge = knowledge.name();
    if (explanation.capability) {
        for (const SiteRow& row : knowledge.rows())
            if (row.capabilities.contains(*explanation.capability) || row.any_of.contains(*explanation.capability))
                explanation.rows.push_back(&row);
    } else {
        explanation.function = subject;
        explanation.rows = rows_of_function(knowledge, subject);
        if (explanation.rows.empty()) {
            const std::vector<std::string_view> sites = knowledge.sites();
            const std::string_view near = nearest_name(subject, sites);
            throw Error("'" + escape(subject) + "' is neither a capability nor a place in the kernel that is " +
                        "known" +
                        (near.empty() ? capability_suggestion(subject) : "; did you mean '" + escape(near) + "'?"));
        }
    }
    if (options.json)
        explain_json(explanation, streams.out);
    else
        explain_text(explanation, {streams.color, false, {}}, streams.out);
    return exit_fine;
}

std::string details() {
    return "The classes:\n"
           "  required      the answer decides\n"
           "  alternative   one of several capabilities would do\n"
           "  first         asked before another condition that may allow the operation all the same\n"
           "  limit         asked once a limit is exceeded (limit-first: before it is compared)\n"
           "  advisory      a denial leaves something out or undone, and no error says so\n"
           "  probe         asked only to know the answer; a denial reduces what is shown\n\n"
           "Examples:\n"
           "  capanalyze explain CAP_CHOWN\n"
           "  capanalyze explain setattr_prepare\n"
           "  capanalyze explain --knowledge sites.tsv can_nice\n";
}

}  // namespace

const Command explain_command = {
    "explain",
    "what is known of a capability, or of a kernel function",
    "CAPABILITY | FUNCTION",
    "What is known without a trace: the risk of a capability and the kernel sites that ask for it, or what a kernel\n"
    "function asks for and what a denial leads to.",
    option_rows,
    details,
    run};

}  // namespace caprec
