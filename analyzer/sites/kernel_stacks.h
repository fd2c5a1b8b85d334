// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/classify/kernel_site.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/knowledge/knowledge.h"
#include "schema/trace_reader.h"

namespace caprec {

// Views of the trace's tables.
struct KernelFrame {
    std::string_view symbol;   // empty: no name
    std::string_view module;   // a loadable module: "nf_tables"; empty: the kernel itself, or not known
    std::uint32_t offset = 0;  // bytes from the symbol's start
};

// Sites of a trace's stacks, looked up once each and numbered by content: equal numbers mean equal sites.
class KernelStacks {
public:
    static constexpr SiteId unknown_site{};         // the id of an empty KernelSite
    static constexpr std::size_t max_frames = 256;  // the most that are looked at and shown of a stack
    static constexpr std::size_t max_symbol_bytes = 512;
    static constexpr std::size_t max_stacks = 1u << 20, max_sites = 1u << 16;

    // Keeps both references.  Without knowledge it is for frames only, and KernelSite::known stays empty.
    explicit KernelStacks(const TraceReader& reader, const Knowledge* knowledge = nullptr);

    SiteId site_id(StackId stack);  // unknown_site for stack 0 and ids without a definition
    const KernelSite& site(SiteId id) const { return sites_[id.value()]; }

    // The frames, innermost first; the probe's own are left out, helpers are included.
    std::vector<KernelFrame> kernel_frames(StackId stack) const;
    // The same as text: "setattr_prepare+0x1a4", "nft_chain [nf_tables]+0x10", "?" for a frame without a name.
    std::vector<std::string> frames(StackId stack) const;

    bool limits_reached() const { return limits_reached_; }

private:
    SiteId intern(KernelSite site);
    std::vector<std::string_view> symbols_of(const KernelStack& stack) const;
    KernelFrame kernel_frame(FrameId id, std::string_view symbol) const;
    KernelSite site_of(const KernelStack& stack) const;

    const TraceReader& reader_;
    const Knowledge* knowledge_;
    std::deque<KernelSite> sites_;  // a deque: views of its names stay valid while it grows
    std::unordered_map<std::string, SiteId, TextHash> numbers_;
    std::vector<SiteId> by_stack_;  // indexed by stack id: ids are counted from 1
    bool limits_reached_ = false;
};

}  // namespace caprec
