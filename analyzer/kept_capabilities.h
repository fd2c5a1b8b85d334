// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// What programs keep for themselves when they give up the rest with capset(2).  The call fails with EPERM when it
// asks for what is not held: a program that asks for a fixed list needs all of it, used or not; one that looks
// first what it has (libcap's cap_get_proc) does not.  Nobody can tell them apart from outside, so this is a note
// to the reader and no need.
class KeptCapabilities {
public:
    static constexpr std::size_t max_images = 1u << 12;

    explicit KeptCapabilities(const TraceReader& reader) : reader_(reader) {}  // keeps a reference

    void on(const CredentialChangeRow& row, std::string_view image);

    void add(std::string_view image, CapabilitySet kept);

    const std::map<std::string, CapabilitySet, std::less<>>& by_image() const { return by_image_; }
    bool limits_reached() const { return limits_reached_; }  // programs beyond max_images kept something

    // Of what was kept, what `needed` lacks; by image.
    std::vector<KeptNote> notes(CapabilitySet needed) const;

private:
    const TraceReader& reader_;
    std::map<std::string, CapabilitySet, std::less<>> by_image_;
    bool limits_reached_ = false;
};

}  // namespace caprec
