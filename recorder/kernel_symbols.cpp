// SPDX-License-Identifier: Apache-2.0
#include "recorder/kernel_symbols.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "schema/error.h"

namespace caprec {
namespace {

constexpr std::size_t max_known_symbols = 1u << 20;

}  // namespace

std::vector<std::string> kernel_names(const Programs& programs, std::span<const __u64> addresses) {
    ProgramMemory& shared = programs.memory();
    std::memset(shared.symbol_addresses, 0, sizeof shared.symbol_addresses);
    std::memset(shared.symbol_names, 0, sizeof shared.symbol_names);
    std::copy(addresses.begin(), addresses.end(), shared.symbol_addresses);
    LIBBPF_OPTS(bpf_test_run_opts, run);
    (void)bpf_prog_test_run_opts(programs.program("name_addresses"), &run);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < addresses.size(); ++i)
        names.emplace_back(shared.symbol_names[i], strnlen(shared.symbol_names[i], EV_SYMBOL_BYTES));
    return names;
}

SymbolText parse_symbol(const std::string& text) {
    SymbolText parsed;
    const std::size_t plus = text.find("+0x");
    if (plus == std::string::npos || plus == 0 || text.starts_with("0x"))
        return parsed;
    parsed.symbol = text.substr(0, plus);
    const char* digits = text.data() + plus + 3;
    std::from_chars(digits, text.data() + text.size(), parsed.offset, 16);
    const std::size_t open = text.rfind(" ["), close = text.rfind(']');
    if (open != std::string::npos && close != std::string::npos && close > open + 2)
        parsed.module = text.substr(open + 2, close - open - 2);
    return parsed;
}

std::vector<std::uint32_t> KernelSymbols::frames(std::span<const __u64> addresses) {
    std::vector<__u64> unknown;
    for (const __u64 address : addresses)
        if (!known_.contains(address))
            unknown.push_back(address);
    if (known_.size() + unknown.size() > max_known_symbols) {
        known_.clear();
        unknown.assign(addresses.begin(), addresses.end());
    }
    for (std::size_t at = 0; at < unknown.size(); at += EV_SYMBOL_BATCH)
        look_up(
            std::span<const __u64>(unknown).subspan(at, std::min<std::size_t>(EV_SYMBOL_BATCH, unknown.size() - at)));
    std::vector<std::uint32_t> ids;
    ids.reserve(addresses.size());
    for (const __u64 address : addresses)
        ids.push_back(static_cast<std::uint32_t>(known_[address].value()));
    return ids;
}

void KernelSymbols::look_up(std::span<const __u64> addresses) {
    const std::vector<std::string> names = kernel_names(programs_, addresses);
    for (std::size_t i = 0; i < addresses.size(); ++i)
        known_[addresses[i]] = define(names[i]);
}

FrameId KernelSymbols::define(const std::string& text) {
    const SymbolText parsed = parse_symbol(text);
    if (parsed.symbol.empty()) {
        ++without_symbol_;
        return writer_.define(Frame{});
    }
    return writer_.define(Frame{module_id(parsed.module), string_id(parsed.symbol), parsed.offset});
}

StringId KernelSymbols::string_id(const std::string& text) {
    const auto [place, is_new] = strings_.try_emplace(text);
    if (is_new)
        place->second = writer_.define_string(text);
    return place->second;
}

ModuleId KernelSymbols::module_id(const std::string& name) {
    const auto [place, is_new] = modules_.try_emplace(name);
    if (is_new) {
        const ModuleKind kind = name.empty()    ? ModuleKind::kernel
                                : name == "bpf" ? ModuleKind::bpf
                                                : ModuleKind::kernel_module;
        place->second = writer_.define(Module{string_id(name.empty() ? "vmlinux" : name), kind, ""});
    }
    return place->second;
}

}  // namespace caprec
