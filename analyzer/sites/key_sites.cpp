// SPDX-License-Identifier: Apache-2.0
#include "analyzer/sites/key_sites.h"

#include <algorithm>

namespace caprec {
namespace {

constexpr SiteId overcommit_identity(~std::uint32_t{0});

}  // namespace

KeySites::Slot* KeySites::slot(std::uint64_t key) {
    if (key == 0)
        return nullptr;
    if (Slot* recent = recent_.find(key))
        return recent;
    auto known = slots_.find(key);
    if (known == slots_.end()) {
        if (slots_.size() >= max_keys) {
            limits_reached_ = true;
            return nullptr;
        }
        known = slots_.emplace(key, Slot{}).first;
    }
    recent_.remember(key, &known->second);
    return &known->second;
}

void KeySites::record(const CheckRow& row, SiteId site, bool overcommit) {
    Slot* found = slot(row.key);
    if (found == nullptr)
        return;
    record_site(*found, row.stack, site, overcommit);
    Entry& entry = found->entry;
    if (!entry.user_stack)
        entry.user_stack = row.user_stack;
    else if (row.user_stack && row.user_stack != entry.user_stack && !entry.several_user_stacks)
        entry.several_user_stacks = !alike_(entry.user_stack, row.user_stack);
}

void KeySites::record_site(Slot& slot, StackId stack, SiteId site, bool overcommit) {
    if (!stack || slot.entry.ambiguous)
        return;
    const SiteId identity = overcommit ? overcommit_identity : site;
    if (!slot.entry.walked) {
        slot.identity = identity;
        slot.entry.walked = true;
        slot.entry.stack = stack;
        slot.entry.site = site;
    } else if (slot.identity != identity) {
        slot.entry.ambiguous = true;
    }
}

void KeySites::record_error(std::uint64_t key, std::int32_t error) {
    Slot* found = slot(key);
    if (found == nullptr)
        return;
    Entry& entry = found->entry;
    if (entry.errors_seen < entry.errors.size() && !entry.has_error(error))
        entry.errors[entry.errors_seen++] = error;
}

bool KeySites::Entry::has_error(std::int32_t error) const {
    const auto end = errors.begin() + errors_seen;
    return std::find(errors.begin(), end, error) != end;
}

CheckSite KeySites::site_of(const CheckRow& row, SiteId walked) {
    if (row.stack)
        return {.id = walked, .stack = row.stack, .user_stack = user_stack_of(row)};
    if ((row.flags & check_site_unknown) != 0)
        return {.id = walked, .user_stack = user_stack_of(row), .source = SiteSource::ambiguous};
    if ((row.flags & (check_walked | check_stack_lost)) != 0)
        return {.id = walked, .user_stack = row.user_stack, .source = SiteSource::lost};
    const Entry* entry = find(row.key);
    const UserStackId user_stack = entry != nullptr ? entry->one_user_stack() : UserStackId();
    if (entry != nullptr && entry->one_site()) {
        return {.id = entry->site,
                .stack = entry->stack,
                .user_stack = user_stack,
                .source = SiteSource::inherited,
                .open = true};
    }
    return {.id = walked,
            .user_stack = user_stack,
            .source = SiteSource::ambiguous,
            .open = entry != nullptr && !entry->ambiguous};
}

// The user stack of the check, or that of its key when it was not looked at closely.
UserStackId KeySites::user_stack_of(const CheckRow& row) {
    if (row.user_stack || (row.flags & check_walked) != 0)
        return row.user_stack;
    const Entry* entry = find(row.key);
    return entry != nullptr ? entry->one_user_stack() : UserStackId();
}

bool KeySites::stands(const CheckRow& row, const CheckSite& site) {
    if (site.source == SiteSource::lost)
        return true;
    if (row.stack || (row.flags & check_site_unknown) != 0)
        return user_stack_of(row) == site.user_stack;
    const Entry* entry = find(row.key);
    if (entry == nullptr)
        return !site.open;
    return entry->one_user_stack() == site.user_stack &&
           (!site.open || (!entry->ambiguous && entry->walked == (site.source == SiteSource::inherited)));
}

const KeySites::Entry* KeySites::find(std::uint64_t key) {
    if (Slot* recent = recent_.find(key))
        return &recent->entry;
    const auto known = slots_.find(key);
    if (known == slots_.end())
        return nullptr;
    recent_.remember(key, &known->second);
    return &known->second.entry;
}

}  // namespace caprec
