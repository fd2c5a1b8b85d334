// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/answers/why.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/filter_options.h"
#include "analyzer/words/nearest_name.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option, help_option, knowledge_option, sysroot_option, debug_dir_option, CAPREC_FILTER_OPTIONS,
};

struct WhyOptions : CommonOptions {
    unsigned capability = 0;
};

WhyOptions read(const Arguments& arguments) {
    WhyOptions options{arguments.common()};
    const Arguments::Words& words = arguments.operands();
    if (words.size() != 2)
        arguments.fail("one trace and one capability: capanalyze why FILE CAP_CHOWN");
    const std::optional<unsigned> number = capability_number(words[1]);
    if (!number)
        arguments.fail("'" + escape(words[1]) + "' is not a capability" + capability_suggestion(words[1]) +
                       ": capanalyze why FILE CAP_CHOWN");
    options.capability = *number;
    options.file = arguments.file_name(words[0]);
    return options;
}

int run(const Arguments& arguments, Streams& streams) {
    constexpr std::size_t all_reasons = 1U << 12;
    const WhyOptions options = read(arguments);
    const std::optional<CheckFilter> filter = filter_of(arguments);
    const Analysis analysis =
        analyze_file(options, {.reasons = all_reasons, .user_stacks = true, .filter = filter ? &*filter : nullptr});
    if (options.json)
        why_json(analysis, options.capability, streams.out);
    else
        why_text(analysis, options.capability, {streams.color, false, options.file}, streams.out);
    return exit_fine;
}

std::string details() {
    return "Examples:\n"
           "  capanalyze why run.cap CAP_NET_ADMIN\n"
           "  capanalyze why run.cap sys_admin\n";
}

}  // namespace

const Command why_command = {
    "why",
    "the whole story of one capability",
    "FILE CAPABILITY",
    "The whole story of one capability: which checks asked for it, where, with what result, what it is needed for,\n"
    "and what else would do.",
    option_rows,
    details,
    run};

}  // namespace caprec
