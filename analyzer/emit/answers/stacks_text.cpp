// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <ostream>
#include <string_view>

#include "analyzer/emit/answers/stack_counts.h"
#include "analyzer/emit/pieces/user_stack_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

struct Totals {
    std::uint64_t checks = 0, stacks = 0;
};

}  // namespace

void stacks_text(const StackCounts& counts, const TextStyle& style, std::ostream& out) {
    out << incomplete_text(counts.completeness, style);
    std::map<unsigned, Totals> totals;
    for (const StackCount& stack : counts.stacks) {
        totals[stack.capability].checks += stack.count();
        ++totals[stack.capability].stacks;
    }
    if (counts.stacks.empty())
        out << "No check was recorded.\n";
    const StackCount* previous = nullptr;
    for (const StackCount& stack : counts.stacks) {
        if (previous == nullptr || previous->capability != stack.capability) {
            const Totals& total = totals[stack.capability];
            out << (previous == nullptr ? "" : "\n") << painted(style, Tone::strong, capability_name(stack.capability))
                << "  " << counted(total.checks, "check") << ", " << counted(total.stacks, "stack") << '\n';
        }
        previous = &stack;
        out << '\n' << right_aligned(with_commas(stack.count()), 9) << "x  " << escape(stack.comm);
        if (stack.granted > 0)
            out << "  granted";
        if (stack.denied > 0)
            out << (stack.granted > 0 ? " " + with_commas(stack.granted) + ", denied " + with_commas(stack.denied)
                                      : "  denied");
        out << '\n';
        for (const std::string& frame : stack.frames)
            out << "            " << escape(frame) << '\n';
        write_user_stack(stack.user_stack, "            ", out);
        if (stack.frames.empty() && stack.user_stack.frames.empty())
            out << "            (the stack was not recorded)\n";
    }
    if (counts.left_out > 0)
        out << '\n' << counted(counts.left_out, "check") << " with still other stacks left out\n";
}

}  // namespace caprec
