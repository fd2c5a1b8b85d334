// SPDX-License-Identifier: Apache-2.0
#include "recorder/messages.h"

#include <array>
#include <cerrno>
#include <cstdio>

#include "schema/error.h"

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

// The text as a word for a shell, so that the next command can be copied.
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

// What was seen to help against a loss (tests/live/advice_test.cpp).
enum class Cure { larger_buffer, no_user_stacks };
struct CureText {
    Cure cure;
    const char* text;
};
constexpr CureText cure_texts[] = {
    {Cure::larger_buffer, "; a larger --buffer-size helps"},
    {Cure::no_user_stacks, "; --user-stacks=none does without mappings"},
};

struct LossName {
    std::uint64_t Losses::*count;
    const char *one, *many;
    Cure cure = Cure::larger_buffer;
};
constexpr LossName loss_names[] = {
    {&Losses::checks, "check", "checks"},
    {&Losses::outcomes, "outcome", "outcomes"},
    {&Losses::processes, "process event", "process events"},
    {&Losses::credentials, "credential", "credentials"},
    {&Losses::stacks, "stack", "stacks"},
    {&Losses::mappings, "mapping", "mappings", Cure::no_user_stacks},
    {&Losses::objects, "object", "objects"},
    {&Losses::first_seen, "kind of check", "kinds of checks"},
    {&Losses::user_stacks, "user stack", "user stacks"},
    {&Losses::comparisons, "comparison", "comparisons"},
};

// A stack is lost for want of room, or of the mappings that it goes by.
Cure cure_of(const LossName& name, const Losses& losses) {
    return name.count == &Losses::user_stacks && losses.mappings != 0 ? Cure::no_user_stacks : name.cure;
}

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

std::string advice_on_limit(int error) {
    constexpr struct {
        int error;
        const char* advice;
    } known[] = {
        {EMFILE, "this process may not open as many files as it needs, about 60: raise the limit (ulimit -n)"},
        {ENFILE, "the system has no room for another open file: raise fs.file-max"},
        {ENOMEM,
         "there is not enough memory for it: a limit of this process (ulimit -v) or of its cgroup, or the machine's; a "
         "smaller --buffer-size needs less"},
        {EAGAIN, "the user has as many processes as it may (ulimit -u), or the cgroup has (pids.max)"},
    };
    for (const auto& row : known)
        if (row.error == error)
            return row.advice;
    return {};
}

std::string limit_text(int error) {
    const std::string advice = advice_on_limit(error);
    return errno_text(error) + (advice.empty() ? "" : "; ") + advice;
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
    Losses told = losses;
    if (told.checks == 0 && told.outcomes == 0)
        told.first_seen = 0;  // the rows are for what the events do not tell
    std::string cures;
    for (const LossName& name : loss_names) {
        if (told.*name.count == 0)
            continue;
        list += (list.empty() ? "" : ", ") + counted(told.*name.count, name.one, name.many);
        for (const CureText& row : cure_texts)
            if (row.cure == cure_of(name, told) && cures.find(row.text) == std::string::npos)
                cures += row.text;
    }
    return list.empty() ? "" : "INCOMPLETE: lost " + list + cures;
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
    const std::string line = counted(closing.survivor_count, "process is", "processes are") +
                             " still running and no longer recorded: " + names;
    return closing.ended_early ? "INCOMPLETE: the recording was ended by a signal; " + line
                               : line + "; --wait follows them to their end";
}

}  // namespace caprec
