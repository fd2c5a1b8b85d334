// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/privilege.h"

namespace caprec {

// A program's dealings with its own sets.
struct OwnSets {
    CapabilitySet kept;   // kept in a capset that gave up others, when it had looked first
    bool looked = false;  // it read its own sets with capget(2)
    bool asked = false;   // it called capset(2)

    void add(const OwnSets& more) {
        kept |= more.kept;
        looked = looked || more.looked;
        asked = asked || more.asked;
    }
};

// The capabilities that programs keep for themselves when they give up the rest with capset(2).  The call fails with
// EPERM when it asks for a capability that is not held: a program that asks for a fixed list needs all of it, used or
// not (CapsetRequests); one that first looks at its sets (libcap's cap_get_proc) may ask for less when it has less.
// Nobody can tell from outside whether it would, so this is a note to the reader and not a need.
class KeptCapabilities {
public:
    static constexpr std::size_t max_images = 1u << 12;

    void add(std::string_view image, const OwnSets& sets);

    const std::map<std::string, OwnSets, std::less<>>& by_image() const { return by_image_; }
    bool limits_reached() const { return limits_reached_; }  // there were programs beyond max_images

    // The capabilities that were kept and are not in `needed`; sorted by image.
    std::vector<KeptNote> notes(CapabilitySet needed) const;
    // Programs that looked and set nothing: how they reacted is not known.
    std::vector<std::string> lookers() const;

private:
    std::map<std::string, OwnSets, std::less<>> by_image_;
    bool limits_reached_ = false;
};

}  // namespace caprec
