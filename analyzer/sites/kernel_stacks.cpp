// SPDX-License-Identifier: Apache-2.0
#include "analyzer/sites/kernel_stacks.h"

#include <algorithm>
#include <utility>

#include "schema/hex.h"

namespace caprec {
namespace {

constexpr SiteId not_looked_up(~std::uint32_t{0});

std::string frame_text(const KernelFrame& frame) {
    if (frame.symbol.empty())
        return "?";
    std::string text(frame.symbol);
    if (!frame.module.empty())
        text += " [" + std::string(frame.module) + "]";
    return text + "+" + hex_of(frame.offset);
}

}  // namespace

KernelStacks::KernelStacks(const TraceReader& reader, const Knowledge* knowledge)
    : reader_(reader), knowledge_(knowledge) {
    intern({});  // unknown_site
}

SiteId KernelStacks::intern(KernelSite site) {
    std::string content = site.symbol;
    content += site.overcommit ? '\1' : '\0';
    content += site.named ? '\1' : '\0';
    for (const SiteRow* row : site.known)
        content += std::to_string(row->line) + ',';
    if (const auto known = numbers_.find(content); known != numbers_.end())
        return known->second;
    if (sites_.size() >= max_sites) {
        limits_reached_ = true;
        return unknown_site;
    }
    const SiteId id(static_cast<std::uint32_t>(sites_.size()));
    sites_.push_back(std::move(site));
    numbers_.emplace(std::move(content), id);
    return id;
}

std::vector<std::string_view> KernelStacks::symbols_of(const KernelStack& stack) const {
    std::vector<std::string_view> symbols(std::min(stack.frames.size(), max_frames));
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const Frame* frame = reader_.frame(FrameId(stack.frames[i]));
        symbols[i] = frame != nullptr ? reader_.string(frame->symbol).substr(0, max_symbol_bytes) : std::string_view();
    }
    return symbols;
}

KernelSite KernelStacks::site_of(const KernelStack& stack) const {
    std::vector<std::string_view> symbols = symbols_of(stack);
    KernelSite site = find_site(symbols);
    if (!site.symbol.empty() && knowledge_ != nullptr) {
        std::ranges::transform(symbols, symbols.begin(), strip_compiler_suffixes);
        site.known = knowledge_->rows_for(site.symbol, symbols, kernel_version(reader_.header().kernel_release));
    }
    return site;
}

SiteId KernelStacks::site_id(StackId stack) {
    if (!stack)
        return unknown_site;
    const std::uint64_t place = stack.value();
    if (place < by_stack_.size() && by_stack_[place] != not_looked_up)
        return by_stack_[place];
    const KernelStack* content = reader_.stack(stack);
    if (content == nullptr)
        return unknown_site;
    if (place >= max_stacks) {
        limits_reached_ = true;
        return unknown_site;
    }
    if (by_stack_.size() <= place)
        by_stack_.resize(place + 1, not_looked_up);
    return by_stack_[place] = intern(site_of(*content));
}

std::vector<KernelFrame> KernelStacks::kernel_frames(StackId stack) const {
    std::vector<KernelFrame> frames;
    const KernelStack* content = reader_.stack(stack);
    if (content == nullptr)
        return frames;
    const std::vector<std::string_view> symbols = symbols_of(*content);
    for (std::size_t i = first_kernel_frame(symbols); i < symbols.size(); ++i)
        frames.push_back(kernel_frame(FrameId(content->frames[i]), symbols[i]));
    return frames;
}

std::vector<std::string> KernelStacks::frames(StackId stack) const {
    std::vector<std::string> lines;
    for (const KernelFrame& frame : kernel_frames(stack))
        lines.push_back(frame_text(frame));
    return lines;
}

KernelFrame KernelStacks::kernel_frame(FrameId id, std::string_view symbol) const {
    const Frame* frame = reader_.frame(id);
    if (frame == nullptr)
        return {};
    KernelFrame result{.symbol = symbol, .module = {}, .offset = frame->offset};
    const Module* module = reader_.module(frame->module);
    if (module != nullptr && module->kind == ModuleKind::kernel_module)
        result.module = reader_.string(module->name).substr(0, max_symbol_bytes);
    return result;
}

}  // namespace caprec
