// SPDX-License-Identifier: Apache-2.0
#include "recorder/messages.h"

#include <cerrno>

#include "schema/error.h"
#include "schema/losses.h"
#include "schema/words/count_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t named_survivors = 5;

}  // namespace

std::string advice_on_limit(int error) {
    constexpr struct {
        int error;
        const char* advice;
    } known[] = {
        {EMFILE, "this process may not open as many files as it needs, about 70: raise the limit (ulimit -n)"},
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

namespace {

// The losses of this harm, and then what helps against them; empty: none.
std::string lost_list(const Losses& losses, Harm harm) {
    const Losses told = felt(losses);
    std::string list, cures;
    for (const LossKind& kind : loss_kinds) {
        if (told.*kind.count == 0 || kind.harm != harm)
            continue;
        list += (list.empty() ? "" : ", ") + counted(told.*kind.count, kind.one, kind.many);
        const std::string cure = cure_of(kind, told);
        if (cures.find(cure) == std::string::npos)
            cures += "; " + cure;
    }
    return list.empty() ? "" : "lost " + list + cures;
}

// The number of lost checks; other losses stand in a line of their own.
std::string lost_text(const Losses& losses) {
    if (losses.checks > 0)
        return with_commas(losses.checks) + " lost";
    return loss_line(losses).empty() && lost_places_line(losses).empty() ? "none lost" : "no check lost";
}

// An argument that begins with a dash would be an option.
std::string as_argument(const std::string& file) { return file.starts_with('-') ? "./" + file : file; }

}  // namespace

std::string closing_line(const Closing& closing) {
    const std::string kinds = closing.kinds != 0 ? " of " + counted(closing.kinds, "kind") : "";
    std::string line = counted(closing.checks, "check") + kinds + " in " +
                       counted(closing.processes, "process", "processes") + ", " + lost_text(closing.losses) + ", " +
                       size_text(closing.bytes);
    if (!closing.file.empty())
        line += " in " + shell_word(closing.file) + "; next: capanalyze " + shell_word(as_argument(closing.file));
    return line;
}

std::string loss_line(const Losses& losses) {
    const std::string list = lost_list(losses, Harm::answers);
    return list.empty() ? "" : "INCOMPLETE: " + list;
}

std::string lost_places_line(const Losses& losses) { return lost_list(losses, Harm::places); }

std::string no_mappings_line(const RunHeader& header) {
    if (header.user_stacks == UserStackMode::none || header.mapping_source != MappingSource::none)
        return {};
    return "the kernel refused its records of mappings (" + header.mapping_refusal +
           "): user stacks have no frames; --user-stacks=none does without";
}

std::string survivor_line(const Closing& closing) {
    if (closing.survivor_count == 0)
        return {};
    std::string names;
    for (std::size_t i = 0; i < closing.survivors.size() && i < named_survivors; ++i)
        names += (i == 0 ? "" : ", ") + escape(closing.survivors[i].comm) + " (" +
                 std::to_string(closing.survivors[i].tgid) + ")";
    if (closing.survivor_count > named_survivors)
        names += ", ...";
    const std::string line = counted(closing.survivor_count, "process is", "processes are") +
                             " still running and no longer recorded: " + names;
    return closing.ended_early ? "INCOMPLETE: the recording was ended by a signal; " + line
                               : line + "; --wait follows them to their end";
}

}  // namespace caprec
