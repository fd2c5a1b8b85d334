// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/answers/stack_counts.h"
#include "analyzer/emit/pieces/json_values.h"

namespace caprec {

void stacks_json(const StackCounts& counts, std::ostream& out) {
    Json stacks = Json::array();
    for (const StackCount& stack : counts.stacks) {
        Json json;
        json["capability"] = capability_name(stack.capability);
        set_bytes(json, "comm", stack.comm);
        json["count"] = stack.count();
        json["granted"] = stack.granted;
        json["denied"] = stack.denied;
        set_bytes(json, "kernel_stack", stack.frames);
        set_user_stack(json, stack.user_stack);
        stacks.push_back(std::move(json));
    }
    write_document({{"schema", "capanalyze/stacks/1"},
                    {"trace", trace_json(counts.run, counts.completeness)},
                    {"stacks", std::move(stacks)},
                    {"left_out", counts.left_out}},
                   out);
}

}  // namespace caprec
