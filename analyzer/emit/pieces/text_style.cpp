// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/text_style.h"

#include <algorithm>

#include "schema/words/escape.h"

namespace caprec {

std::string painted(const TextStyle& style, Tone tone, std::string_view text) {
    const char* code = "";
    switch (tone) {
        case Tone::plain: return std::string(text);
        case Tone::strong: code = "1"; break;
        case Tone::good: code = "32"; break;
        case Tone::warning: code = "33"; break;
        case Tone::bad: code = "1;31"; break;
        case Tone::faint: code = "2"; break;
    }
    if (!style.color)
        return std::string(text);
    return std::string("\x1b[") + code + 'm' + std::string(text) + "\x1b[0m";
}

Tone tone_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::required:
        case Verdict::alternative: return Tone::good;
        case Verdict::missing: return Tone::bad;
        case Verdict::unclassified: return Tone::warning;
        case Verdict::not_needed: return Tone::faint;
    }
    return Tone::plain;
}

std::string incomplete_text(const Completeness& completeness, const TextStyle& style) {
    if (completeness.complete)
        return {};
    std::string text = painted(style, Tone::bad, "INCOMPLETE:");
    if (completeness.problems.empty())
        return text + " a part of the trace is missing\n";
    std::string indent = " ";
    for (const std::string& problem : completeness.problems) {
        text += indent + escape(problem) + '\n';
        indent = "            ";
    }
    return text;
}

std::string verdict_text(Verdict verdict) {
    std::string text = verdict_name(verdict);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string capability_list(CapabilitySet set) {
    std::string text;
    for (const unsigned number : set.members()) {
        text += text.empty() ? "" : " ";
        text += capability_name(number);
    }
    return text;
}

}  // namespace caprec
