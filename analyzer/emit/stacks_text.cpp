// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <ostream>
#include <string_view>

#include "analyzer/emit/escape.h"
#include "analyzer/emit/stack_counts.h"

namespace caprec {
namespace {

std::string_view without_offset(std::string_view frame) { return frame.substr(0, frame.rfind("+0x")); }

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
        if (stack.frames.empty())
            out << "            (the stack was not recorded)\n";
    }
    if (counts.left_out > 0)
        out << '\n' << counted(counts.left_out, "check") << " with still other stacks left out\n";
}

void stacks_folded(const StackCounts& counts, std::ostream& out) {
    std::map<std::string, std::uint64_t> folded;  // offsets are gone: several stacks may become one
    for (const StackCount& stack : counts.stacks) {
        std::string line = capability_name(stack.capability) + ';';
        append_escaped(line, stack.comm, ";");
        for (auto frame = stack.frames.rbegin(); frame != stack.frames.rend(); ++frame) {
            line += ';';
            append_escaped(line, without_offset(*frame), ";");
        }
        folded[line + (stack.frames.empty() ? ";[not recorded]" : "")] += stack.count();
    }
    for (const auto& [line, count] : folded)
        out << line << ' ' << count << '\n';
}

}  // namespace caprec
