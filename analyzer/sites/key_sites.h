// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "analyzer/classify/rule.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/containers/lookup_cache.h"
#include "analyzer/sites/kernel_stacks.h"
#include "schema/event_rows.h"

namespace caprec {

// The site of a check, as far as it is known at this point of the trace.
struct CheckSite {
    SiteId id = KernelStacks::unknown_site;
    StackId stack{};           // the check's own stack, or that of its key;  0: not known
    UserStackId user_stack{};  // likewise; that of its key if all came by the same calls
    SiteSource source = SiteSource::walked;
    bool open = false;  // it was not walked, and a later check of its key may show another site
};

// Keeps what the checks of each key showed, for the checks that were not looked at closely, and which kinds of check
// and outcome were recorded at all, for the first-seen rows.  Recorders used to give one key to checks of several
// sites, and a site only to those that they walked: the others have the site of their key when there is just one.
class KeySites {
public:
    static constexpr std::size_t max_keys = 1u << 17;

    struct Entry {
        SiteId site = KernelStacks::unknown_site;
        StackId stack{};                   // the first one walked; 0: none was
        bool walked = false;               // at least one check was walked
        bool ambiguous = false;            // the walked ones disagree
        UserStackId user_stack{};          // the first one recorded; 0: none was
        bool several_user_stacks = false;  // there were stacks that are not alike
        std::uint8_t errors_seen = 0;
        std::array<std::int32_t, 6> errors{};  // errnos of its syscalls, 0 for success; beyond six: not kept

        bool one_site() const { return walked && !ambiguous; }
        UserStackId one_user_stack() const { return several_user_stacks ? UserStackId() : user_stack; }
        bool has_error(std::int32_t error) const;
    };

    // Whether two user stacks show the same calls.
    using Alike = std::function<bool(UserStackId, UserStackId)>;
    explicit KeySites(Alike alike) : alike_(std::move(alike)) {}

    // To be called for each recorded check; key 0 records nothing.  A check without a stack was not walked.  All sites
    // of the overcommit test count as one, as one kernel function asks, whoever calls it.
    void record(const CheckRow& row, SiteId site, bool overcommit);
    void record_error(std::uint64_t key, std::int32_t error);

    // `walked` is the site of the check's own stack.  Its key must have been recorded before.
    CheckSite site_of(const CheckRow& row, SiteId walked);
    // Whether site_of() would give the same answer again.
    bool stands(const CheckRow& row, const CheckSite& site);

    const Entry* find(std::uint64_t key);  // null: never recorded, or beyond the limit
    bool limits_reached() const { return limits_reached_; }

private:
    struct Slot {
        Entry entry;
        SiteId identity{};
    };
    Slot* slot(std::uint64_t key);
    UserStackId user_stack_of(const CheckRow& row);
    static void record_site(Slot& slot, StackId stack, SiteId site, bool overcommit);

    Alike alike_;
    std::unordered_map<std::uint64_t, Slot, IdHash> slots_;
    LookupCache<Slot> recent_;
    bool limits_reached_ = false;
};

}  // namespace caprec
