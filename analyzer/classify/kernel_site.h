// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/knowledge/site_row.h"
#include "schema/ids.h"

namespace caprec {

// The function of the kernel that asked for a capability: the first frame outside the helpers that only pass
// the question on.
struct KernelSite {
    std::string symbol;                 // "setattr_prepare", suffixes of the compiler stripped; empty: not known
    bool overcommit = false;            // the question was that of the memory-overcommit test
    bool named = false;                 // at least one kernel frame below our own has a name
    std::vector<const SiteRow*> known;  // the rows about the site, nearest first

    // The row about one capability at this site; null: there is none.
    const SiteRow* row_for(unsigned capability) const;
};
using SiteId = Id<KernelSite, std::uint32_t>;  // number in KernelStacks; none: not known

// "foo.isra.0.cold" -> "foo"
std::string_view strip_compiler_suffixes(std::string_view symbol);

// Frames of the recorder's own probe, on top of every walk, and helpers between cap_capable and the site.
bool is_probe_frame(std::string_view symbol);
bool is_capability_helper(std::string_view symbol);
bool is_overcommit_helper(std::string_view symbol);

// The site by the symbols of a stack, innermost first, empty where the kernel had no name.
KernelSite find_site(const std::vector<std::string_view>& symbols);

// Where the kernel's own part of a stack begins: at the first helper, or below the probe's frames when there is none.
std::size_t first_kernel_frame(const std::vector<std::string_view>& symbols);

}  // namespace caprec
