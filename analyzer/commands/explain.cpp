// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/explain.h"

#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/command.h"
#include "analyzer/emit/escape.h"
#include "analyzer/kernel_site.h"
#include "analyzer/nearest_name.h"
#include "schema/error.h"

namespace caprec {
namespace {

// The rows of a function as it is in a stack, or of a syscall by its plain name.
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

}  // namespace

int run_explain(const std::vector<std::string>& arguments, Streams& streams) {
    const ExplainOptions options = parse_explain_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    const Knowledge knowledge = load_knowledge(options);
    Explanation explanation;
    explanation.capability = capability_number(options.subject);
    explanation.knowledge = knowledge.name();
    if (explanation.capability) {
        for (const SiteRow& row : knowledge.rows()) {
            if (row.capabilities.contains(*explanation.capability) || row.any_of.contains(*explanation.capability))
                explanation.rows.push_back(&row);
        }
    } else {
        explanation.function = options.subject;
        explanation.rows = rows_of_function(knowledge, options.subject);
        if (explanation.rows.empty()) {
            const std::vector<std::string_view> sites = knowledge.sites();
            const std::string_view near = nearest_name(options.subject, sites);
            throw Error(
                "'" + escape(options.subject) + "' is neither a capability nor a place in the kernel that is " +
                "known" +
                (near.empty() ? capability_suggestion(options.subject) : "; did you mean '" + escape(near) + "'?"));
        }
    }
    if (options.json)
        explain_json(explanation, streams.out);
    else
        explain_text(explanation, {streams.color, false, {}}, streams.out);
    return exit_fine;
}

}  // namespace caprec
