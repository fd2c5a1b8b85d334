// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/notes/format_input.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace caprec {
namespace {

constexpr SplitRow split_rows[] = {
    {Split::image, "image", "by executable", "(executable not known)"},
    {Split::phase, "phase", "at its start and after it gave up capabilities", "(phase not known)"},
    {Split::unit, "unit", "by unit of systemd", "(in no unit)"},
    {Split::container, "container", "by container", "(in no container)"},
    {Split::user, "user", "by effective user", "(user not known)"},
};

void add_keepers(const Analysis& analysis, Split split, bool missing, std::vector<Part>& parts) {
    const auto name_of = [&](const Keeper& keeper) { return split == Split::unit ? keeper.unit : keeper.container; };
    std::map<std::string, Keeper> found;
    for (const Keeper& keeper : analysis.keepers)
        found.try_emplace(name_of(keeper), keeper);
    for (const Need& need : analysis.needs)
        found.try_emplace(name_of(need.keeper), need.keeper);
    for (const auto& [name, keeper] : found) {
        NeedFilter filter{.missing = missing};
        (split == Split::unit ? filter.unit : filter.container) = name;
        parts.push_back(part_of(analysis, name, filter));
        parts.back().keeper = keeper;
    }
}

void add_users(const Analysis& analysis, bool missing, std::vector<Part>& parts) {
    std::set<std::optional<std::uint32_t>> users(analysis.users.begin(), analysis.users.end());
    for (const Need& need : analysis.needs)
        users.insert(need.user);
    for (const std::optional<std::uint32_t>& user : users)
        parts.push_back(part_of(analysis, user ? std::to_string(*user) : "", {.user = user, .missing = missing}));
}

}  // namespace

std::span<const SplitRow> splits() { return split_rows; }

const SplitRow* find_split(std::string_view name) {
    const auto* found = std::ranges::find(split_rows, name, &SplitRow::name);
    return found != std::end(split_rows) ? found : nullptr;
}

const SplitRow& row_of(Split split) { return *std::ranges::find(split_rows, split, &SplitRow::split); }

std::vector<Part> parts_of(const Analysis& analysis, Split split, bool missing) {
    std::vector<Part> parts;
    switch (split) {
        case Split::run: parts.push_back(part_of(analysis, "", {.missing = missing})); break;
        case Split::phase:
            for (const Phase phase : {Phase::startup, Phase::after_drop})
                parts.push_back(part_of(analysis, phase_name(phase), {.phase = phase, .missing = missing}));
            break;
        case Split::image:
            for (const std::string& image : executables_of(analysis))  // those without a need have a set, too
                parts.push_back(part_of(analysis, image, {.image = image, .missing = missing}));
            break;
        case Split::unit:
        case Split::container: add_keepers(analysis, split, missing, parts); break;
        case Split::user: add_users(analysis, missing, parts); break;
    }
    return parts;
}

Part part_of(const Analysis& analysis, std::string name, const NeedFilter& filter) {
    Part part{std::move(name), minimal_set(select_needs(analysis.needs, filter))};
    for (const Need& need : look_ups_left_out(analysis.needs, filter))
        if ((need.any_of & part.set.capabilities).empty())
            part.left_out.push_back(need.any_of);
    return part;
}

}  // namespace caprec
