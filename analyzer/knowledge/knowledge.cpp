// SPDX-License-Identifier: Apache-2.0
#include "analyzer/knowledge/knowledge.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "analyzer/knowledge/parse_row.h"
#include "schema/error.h"

namespace caprec {
namespace {

constexpr std::string_view first_line = "# caprec kernel knowledge\tformat 1\t";
constexpr std::size_t version_bytes = 40;
constexpr std::string_view syscall_prefix = "syscall:";

constexpr std::string_view entry_prefixes[] = {"__do_sys_",        "__se_sys_",          "__x64_sys_",
                                               "__ia32_sys_",      "__arm64_sys_",       "__do_compat_sys_",
                                               "__se_compat_sys_", "__ia32_compat_sys_", "__arm64_compat_sys_"};

// The place of a symbol in the stack, counted from 1, innermost first; 0: it is not in it.
std::size_t place_in(const std::vector<std::string_view>& stack, std::string_view symbol) {
    for (std::size_t at = 0; at < stack.size(); ++at)
        if (stack[at] == symbol || plain_site_name(stack[at]) == symbol)
            return at + 1;
    return 0;
}

// A check must find only one row: rows of one site, one `within` and one capability are about different kernels.
class RowsInUse {
public:
    // The line of a row that is about one of the same kernels; 0: there is none.
    unsigned add(const std::string& site, unsigned capability, const SiteRow& row) {
        auto& spans = rows_[{site, row.within, capability}];
        const auto next = spans.lower_bound(row.since);
        if (next != spans.end() && next->first <= row.until)
            return next->second->line;
        if (next != spans.begin() && std::prev(next)->second->until >= row.since)
            return std::prev(next)->second->line;
        spans.emplace_hint(next, row.since, &row);
        return 0;
    }

private:
    using Span = std::map<std::pair<unsigned, unsigned>, const SiteRow*>;  // by first kernel
    std::map<std::tuple<std::string, std::string, unsigned>, Span> rows_;
};

}  // namespace

std::string plain_site_name(std::string_view symbol) {
    for (const std::string_view prefix : entry_prefixes)
        if (symbol.starts_with(prefix))
            return "sys_" + std::string(symbol.substr(prefix.size()));
    return std::string(symbol);
}

std::pair<unsigned, unsigned> kernel_version(std::string_view release) {
    std::pair<unsigned, unsigned> version{0, 0};
    const char* const end = release.data() + release.size();
    const auto major = std::from_chars(release.data(), end, version.first);
    if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.' ||
        std::from_chars(major.ptr + 1, end, version.second).ec != std::errc())
        return {0, 0};
    return version;
}

Knowledge::Knowledge(std::string_view text, std::string source) : name_{std::move(source), {}, false} {
    if (text.size() > max_bytes)
        throw Error(name_.source + ": larger than " + std::to_string(max_bytes >> 20) + " MiB: no knowledge file");
    if (!text.starts_with(first_line)) {
        throw Error(name_.source + ": the first line must be '# caprec kernel knowledge', 'format 1' and a date, " +
                    "with tabs between them");
    }
    name_.version = text.substr(first_line.size(), std::min(text.find('\n') - first_line.size(), version_bytes));
    unsigned number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.front() == '#' || line.starts_with("site\t"))
            continue;
        try {
            rows_.push_back(parse_row(line));
        } catch (const Error& error) {
            throw Error(name_.source + ": line " + std::to_string(number) + ": " + error.what());
        }
        rows_.back().line = number;
    }
    if (rows_.empty())
        throw Error(name_.source + ": has no row");
    RowsInUse in_use;
    for (const SiteRow& row : rows_) {
        for (const std::string& site : row.sites) {
            by_site_[site].push_back(&row);
            for (const unsigned capability : row.capabilities.members()) {
                if (const unsigned line = in_use.add(site, capability, row); line != 0) {
                    throw Error(name_.source + ": line " + std::to_string(row.line) + ": speaks of the same as line " +
                                std::to_string(line) + ": " + capability_name(capability) + " in " + site);
                }
            }
        }
    }
}

Knowledge Knowledge::built_in() {
    Knowledge knowledge(built_in_knowledge(), "built in");
    knowledge.name_.built_in = true;
    return knowledge;
}

std::vector<const SiteRow*> Knowledge::rows_for(std::string_view site, const std::vector<std::string_view>& stack,
                                                std::pair<unsigned, unsigned> kernel) const {
    std::vector<const SiteRow*> rows;
    const auto found = by_site_.find(plain_site_name(site));
    if (found == by_site_.end())
        return rows;
    const bool any_kernel = kernel == std::pair(0U, 0U);
    std::vector<std::pair<std::size_t, const SiteRow*>> fitting;  // with the place of `within` in the stack, from 1
    for (const SiteRow* row : found->second) {
        const std::size_t place = row->within.empty() ? 0 : place_in(stack, row->within);
        if ((any_kernel || (kernel >= row->since && kernel <= row->until)) && (row->within.empty() || place > 0))
            fitting.emplace_back(place, row);
    }
    std::ranges::stable_sort(fitting, std::ranges::greater{}, &std::pair<std::size_t, const SiteRow*>::first);
    for (const auto& [place, row] : fitting)
        rows.push_back(row);
    return rows;
}

std::vector<const SiteRow*> Knowledge::rows_for_syscall(std::string_view name) const {
    const auto found = by_site_.find(std::string(syscall_prefix) + std::string(name));
    return found != by_site_.end() ? found->second : std::vector<const SiteRow*>();
}

std::vector<std::string_view> Knowledge::sites() const {
    std::vector<std::string_view> names;
    names.reserve(by_site_.size());
    for (const auto& [name, rows] : by_site_)
        names.push_back(name);
    std::ranges::sort(names);
    return names;
}

}  // namespace caprec
