// SPDX-License-Identifier: Apache-2.0
#include "analyzer/knowledge/parse_row.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>

#include "schema/enum_table.h"
#include "schema/error.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

constexpr std::string_view nothing = "-";

[[noreturn]] void refuse(std::string_view column, std::string_view word, const char* why) {
    throw Error("column " + std::string(column) + ": '" + std::string(word) + "' " + why);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.push_back(text.substr(0, end));
        if (end == text.size())
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::string optional_text(std::string_view text) { return text == nothing ? "" : std::string(text); }

template <class Value> struct Word {
    std::string_view name;
    Value value;
};

constexpr Word<SiteClass> class_words[] = {
    {"required", SiteClass::required},
    {"alternative", SiteClass::alternative},
    {"first", SiteClass::first},
    {"limit", SiteClass::limit},
    {"limit-first", SiteClass::limit_first},
    {"advisory", SiteClass::advisory},
    {"probe", SiteClass::probe},
    {"shows", SiteClass::shows},
};
static_assert(each_has_a_row(class_words, &Word<SiteClass>::value));

constexpr Word<SiteTest> test_words[] = {
    {"-", SiteTest::none},
    {"same-id", SiteTest::same_id},
    {"inheritable-within", SiteTest::inheritable_within},
    {"setgid-bit", SiteTest::setgid_bit},
    {"fallback", SiteTest::fallback},
    {"own-process", SiteTest::own_process},
    {"setsockopt-raw-or-admin", SiteTest::raw_or_admin},
    {"fanotify", SiteTest::fanotify},
    {"mq-default", SiteTest::mq_default},
    {"new-namespace", SiteTest::new_namespace},
    {"own-credential", SiteTest::own_credential},
    {"last-ask", SiteTest::last_ask},
    {"mode-bits", SiteTest::mode_bits},
    {"maps-root", SiteTest::maps_root},
    {"own-task", SiteTest::own_task},
    {"tcp-congestion", SiteTest::tcp_congestion},
    {"names-nothing", SiteTest::names_nothing},
    {"lists-nothing", SiteTest::lists_nothing},
    {"pci-header", SiteTest::pci_header},
    {"continues", SiteTest::continues},
    {"write-permission", SiteTest::write_permission},
    {"console", SiteTest::console},
};
static_assert(each_has_a_row(test_words, &Word<SiteTest>::value, {SiteTest::sysctl, SiteTest::in_group}),
              "those two are words with a parameter: parse_test()");

constexpr Word<SiteAudit> audit_words[] = {
    {"-", SiteAudit::unknown}, {"audit", SiteAudit::audited}, {"noaudit", SiteAudit::not_audited}};
static_assert(each_has_a_row(audit_words, &Word<SiteAudit>::value));

template <class Value, std::size_t count>
Value find_word(const Word<Value> (&words)[count], std::string_view column, std::string_view word) {
    const auto* found = std::ranges::find(words, word, &Word<Value>::name);
    if (found == std::end(words))
        refuse(column, word, "is not one of the words that this column knows");
    return found->value;
}

CapabilitySet capabilities(std::string_view column, std::string_view text, char separator) {
    CapabilitySet set;
    if (text == nothing)
        return set;
    for (const std::string_view name : split(text, separator)) {
        const std::optional<unsigned> number = capability_number(name);
        if (!number)
            refuse(column, name, "is not a capability");
        set.insert(*number);
    }
    return set;
}

void parse_test(std::string_view text, SiteRow& row) {
    constexpr std::string_view sysctl = "sysctl:", in_group = "in-group:";
    if (text.starts_with(in_group) && text.size() > in_group.size()) {
        row.test = SiteTest::in_group;
        row.sysctl.first = text.substr(in_group.size());
        return;
    }
    if (!text.starts_with(sysctl)) {
        row.test = find_word(test_words, "test", text);
        return;
    }
    const std::string_view rest = text.substr(sysctl.size());
    const std::size_t equals = rest.find('=');
    if (equals == 0 || equals == std::string_view::npos)
        refuse("test", text, "is not sysctl:NAME=VALUE");
    row.test = SiteTest::sysctl;
    row.sysctl = {std::string(rest.substr(0, equals)), std::string(rest.substr(equals + 1))};
}

void parse_refusal(std::string_view text, SiteRow& row) {
    for (const std::string_view word : split(text, ',')) {
        if (word == nothing)
            continue;
        if (word == "ack")
            row.refused_in_ack = true;
        else if (word == "silent")
            row.refused_silently = true;
        else if (const std::optional<int> number = errno_number(word))
            row.refusals.push_back(*number);
        else
            refuse("refusal", word, "is not the name of an errno, ack or silent");
    }
}

std::pair<unsigned, unsigned> version(std::string_view text) {
    std::pair<unsigned, unsigned> result{0, 0};
    const char* const end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, result.first);
    if (major.ec == std::errc() && major.ptr != end && *major.ptr == '.') {
        const auto minor = std::from_chars(major.ptr + 1, end, result.second);
        if (minor.ec == std::errc() && minor.ptr == end)
            return result;
    }
    refuse("kernels", text, "is not a kernel version such as 6.12");
}

void parse_kernels(std::string_view text, SiteRow& row) {
    if (text == nothing)
        return;
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos || text.size() == 2)
        refuse("kernels", text, "is not a range: ..6.7, 6.8.. or 6.8..6.12");
    if (dots > 0)
        row.since = version(text.substr(0, dots));
    if (dots + 2 < text.size())
        row.until = version(text.substr(dots + 2));
    if (row.since > row.until)
        refuse("kernels", text, "ends before it begins");
}

}  // namespace

SiteRow parse_row(std::string_view line) {
    const std::vector<std::string_view> cells = split(line, '\t');
    if (cells.size() != std::size(knowledge_columns)) {
        throw Error("has " + std::to_string(cells.size()) + " columns, not " +
                    std::to_string(std::size(knowledge_columns)));
    }
    SiteRow row;
    for (const std::string_view site : split(cells[0], ',')) {
        if (site.empty() || site == nothing)
            refuse("site", cells[0], "is not a list of function names");
        row.sites.emplace_back(site);
    }
    row.within = optional_text(cells[1]);
    row.capabilities = capabilities("capability", cells[2], ',');
    if (row.capabilities.empty())
        refuse("capability", cells[2], "names none");
    row.site_class = find_word(class_words, "class", cells[3]);
    row.any_of = capabilities("any_of", cells[4], '|');
    if (row.site_class == SiteClass::alternative && row.any_of.empty())
        refuse("any_of", cells[4], "must name the capabilities that would do");
    parse_test(cells[5], row);
    parse_refusal(cells[6], row);
    row.audit = find_word(audit_words, "audit", cells[7]);
    parse_kernels(cells[8], row);
    row.asked_by = optional_text(cells[9]);
    row.note = optional_text(cells[10]);
    return row;
}

}  // namespace caprec
