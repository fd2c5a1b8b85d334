// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/events/late_text.h"

#include "analyzer/classify/classifier.h"
#include "analyzer/emit/pieces/text_style.h"
#include "schema/capability.h"
#include "schema/words/escape.h"

namespace caprec {

std::string late_text(const LateVerdicts& late) {
    std::string text;
    for (const LateVerdict* each : late.list()) {
        const Rule& first = rule_at(each->first_rule);
        const Rule& rule = rule_at(each->judgement.rule);
        text += "At the end of the trace " + counted(each->count, "check") + " of " +
                capability_name(each->capability) + (each->syscall.empty() ? "" : " in " + escape(each->syscall)) +
                " by " + escape(each->image) + " turned out to be " + verdict_text(rule.verdict) + ", and shown as " +
                verdict_text(first.verdict) + " above: " + std::string(rule.why) + " [" + std::string(rule.id) + "]\n";
    }
    return text;
}

std::string left_out_text(std::uint64_t checks) {
    if (checks == 0)
        return "";
    return "left out: " + counted(checks, "check") + " that decided nothing (--all shows " +
           (checks == 1 ? "it" : "them") + ")\n";
}

}  // namespace caprec
