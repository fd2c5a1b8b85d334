// SPDX-License-Identifier: Apache-2.0
#include "recorder/messages.h"

#include <array>
#include <cstdio>

namespace caprec {
namespace {

constexpr std::size_t named_survivors = 5;

std::string counted(std::uint64_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string size_text(std::uint64_t bytes) {
    std::array<char, 32> text{};
    if (bytes < 1024)
        return std::to_string(bytes) + " bytes";
    if (bytes < 1024 * 1024)
        std::snprintf(text.data(), text.size(), "%.1f KiB", static_cast<double>(bytes) / 1024);
    else
        std::snprintf(text.data(), text.size(), "%.1f MiB", static_cast<double>(bytes) / (1024 * 1024));
    return text.data();
}

// As a word for a shell, so that the next command can be copied.
std::string shell_word(const std::string& text) {
    const bool plain =
        text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-=:@%,") ==
        std::string::npos;
    if (plain)
        return text;
    std::string word = "'";
    for (const char letter : escaped(text))
        word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return word + "'";
}

struct LossName {
    std::uint64_t Losses::*count;
    const char *one, *many;
};
constexpr LossName loss_names[] = {
    {&Losses::checks, "check", "checks"},
    {&Losses::outcomes, "outcome", "outcomes"},
    {&Losses::processes, "process event", "process events"},
    {&Losses::credentials, "credential", "credentials"},
    {&Losses::stacks, "stack", "stacks"},
    {&Losses::mappings, "mapping", "mappings"},
    {&Losses::objects, "object", "objects"},
    {&Losses::first_seen, "kind of check", "kinds of checks"},
    {&Losses::user_stacks, "user stack", "user stacks"},
};

}  // namespace

std::string escaped(const std::string& text) {
    std::string out;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte >= 32 && byte < 127) {
            out += letter;
            continue;
        }
        std::array<char, 8> code{};
        std::snprintf(code.data(), code.size(), "\\x%02x", byte);
        out += code.data();
    }
    return out;
}

std::string closing_line(const Closing& closing) {
    std::string line =
        counted(closing.checks, "check", "checks") + " in " + counted(closing.processes, "process", "processes") +
        ", " + (loss_line(closing.losses).empty() ? "none lost" : std::to_string(closing.losses.checks) + " lost") +
        ", " + size_text(closing.bytes);
    if (!closing.file.empty())
        line += " in " + shell_word(closing.file) + "; next: capanalyze " + shell_word(closing.file);
    return line;
}

std::string loss_line(const Losses& losses) {
    std::string list;
    for (const LossName& name : loss_names)
        if (losses.*name.count != 0)
            list += (list.empty() ? "" : ", ") + counted(losses.*name.count, name.one, name.many);
    if (list.empty())
        return {};
    return "INCOMPLETE: lost " + list + "; a larger --buffer-size may help";
}

std::string no_mappings_line(const RunHeader& header) {
    if (header.user_stacks == UserStackMode::none || header.mapping_source == MappingSource::perf)
        return {};
    return "the kernel refused its records of mappings (" + header.mapping_refusal +
           "): user stacks have no frames; --user-stacks=none does without";
}

std::string survivor_line(const Closing& closing) {
    if (closing.survivor_count == 0)
        return {};
    std::string names;
    for (std::size_t i = 0; i < closing.survivors.size() && i < named_survivors; ++i)
        names += (i == 0 ? "" : ", ") + escaped(closing.survivors[i].comm) + " (" +
                 std::to_string(closing.survivors[i].tgid) + ")";
    if (closing.survivor_count > named_survivors)
        names += ", ...";
    return counted(closing.survivor_count, "process is", "processes are") +
           " still running and no longer recorded: " + names + "; --wait follows them to their end";
}

}  // namespace caprec
