// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/check_filter.h"

#include <fnmatch.h>

#include <algorithm>

#include "analyzer/analysis/image_name.h"
#include "schema/last_part.h"

namespace caprec {
namespace {

template <class List, class Value> bool allows(const List& list, const Value& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

// Whether the text is what the word says, or fits it as a pattern.  A NUL in a text from the trace ends it for a
// pattern: no name has one.
bool fits(std::string_view text, const std::string& word) {
    if (text == word)
        return true;
    return word.find_first_of("*?[") != std::string::npos && ::fnmatch(word.c_str(), std::string(text).c_str(), 0) == 0;
}

bool fits_whole_or_end(std::string_view text, const std::string& word) {
    return fits(text, word) || (!text.empty() && fits(last_part(text), word));
}

}  // namespace

bool is_image(std::string_view image, const std::vector<std::string>& wanted) {
    const std::string_view path = parse_image(image).path;
    return std::ranges::any_of(wanted, [&](const std::string& name) { return fits_whole_or_end(path, name); });
}

bool is_unit(std::string_view unit, const std::vector<std::string>& wanted) {
    return std::ranges::any_of(wanted, [&](const std::string& name) { return fits_whole_or_end(unit, name); });
}

bool is_container(const Keeper& keeper, const std::vector<std::string>& wanted) {
    constexpr std::size_t shortest_prefix = 4;
    return std::ranges::any_of(wanted, [&](const std::string& name) {
        const bool begins =
            name.size() >= shortest_prefix && is_hash_id(keeper.container) && keeper.container.starts_with(name);
        return begins || fits(keeper.container, name) ||
               (!keeper.container_name.empty() && fits_whole_or_end(keeper.container_name, name));
    });
}

bool CheckFilter::accepts(const Subject& subject) const {
    if (!choice_.pids.empty() && !allows(choice_.pids, subject.tgid) && !allows(choice_.pids, subject.tid))
        return false;
    if (!choice_.users.empty() && !(subject.uid && allows(choice_.users, *subject.uid)))
        return false;
    const auto has = [](std::string_view text, const std::vector<std::string>& words) {
        return std::ranges::any_of(words, [&](const std::string& word) { return fits(text, word); });
    };
    return accepts_keeper(subject.keeper) && (choice_.comms.empty() || has(subject.comm, choice_.comms)) &&
           accepts_program(subject.image);
}

bool CheckFilter::accepts(const Subject& subject, std::uint64_t capability, bool granted) const {
    if (choice_.granted && *choice_.granted != granted)
        return false;
    if (!choice_.capabilities.empty() &&
        (capability > 63 || !choice_.capabilities.contains(static_cast<unsigned>(capability))))
        return false;
    return accepts(subject);
}

bool CheckFilter::accepts(Verdict verdict) const { return allows(choice_.verdicts, verdict); }

bool CheckFilter::accepts(const Process& process) const {
    const std::optional<std::uint32_t> uid = process.uid_known ? std::optional(process.uid) : std::nullopt;
    const auto runs = [&](std::string_view image) {
        return accepts(Subject{process.keeper, image, process.comm, process.tgid, process.tgid, uid});
    };
    return runs(process.image) ||
           std::ranges::any_of(process.programs, [&](const Program& program) { return runs(program.image); });
}

}  // namespace caprec
