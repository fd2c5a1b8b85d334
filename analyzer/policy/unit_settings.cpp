// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/unit_settings.h"

#include <algorithm>
#include <utility>

#include "analyzer/policy/problems.h"
#include "schema/last_part.h"

namespace caprec {
namespace {

class UnitReader {
public:
    UnitReader(const PolicyText& text, ParsedPolicy& result) : result_(result), place_{text.file, 0} {
        const std::vector<std::string_view> lines = lines_of(text.bytes);
        const bool of_systemctl = is_file_name(trimmed(lines.front()));  // otherwise it is just a comment
        std::size_t in_file = 0;
        for (const std::string_view raw : lines) {
            ++in_file;
            const std::string_view line = trimmed(raw);
            if (of_systemctl && is_file_name(line)) {
                start_file(std::string(trimmed(line.substr(1))));
                in_file = 0;
                continue;
            }
            place_.line = in_file;
            take(line, is_continued(raw));
        }
        if (!pending_.empty())
            finish();
    }

    UnitSettings take_settings() { return std::move(unit_); }

private:
    static bool is_file_name(std::string_view line) {
        constexpr std::string_view ends[] = {".service", ".conf"};
        return line.starts_with("# /") && line.find(' ', 2) == std::string_view::npos &&
               std::ranges::any_of(ends, [&](std::string_view end) { return line.ends_with(end); });
    }

    // Whether the last byte of the line is a backslash, with no other one before it.
    static bool is_continued(std::string_view line) {
        std::size_t backslashes = 0;
        for (; line.ends_with('\\'); line.remove_suffix(1))
            ++backslashes;
        return backslashes % 2 == 1;
    }

    void start_file(const std::string& name) {
        place_ = {name, 1};
        const std::string_view unit = last_part(name);
        if (!unit.ends_with(".service"))
            return;  // a drop-in
        if (!unit_name_.empty() && unit_name_ != unit)
            add_problem(
                result_, place_,
                "is more than one unit, " + unit_name_ + " and " + std::string(unit) + "; check one after the other");
        unit_name_ = unit_name_.empty() ? unit : unit_name_;
    }

    void take(std::string_view line, bool continued) {
        if (line.starts_with('#') || line.starts_with(';'))
            return;  // within a continued line, too
        if (pending_.empty())
            start_ = place_;
        pending_ += continued ? std::string(line.substr(0, line.size() - 1)) + ' ' : std::string(line);
        if (!continued)
            finish();
    }

    void finish() {
        const std::string text(trimmed(pending_));
        pending_.clear();
        if (text.empty())
            return;
        if (text.front() == '[') {
            section_ = text;
            check_section();
            unit_.has_service = unit_.has_service || section_ == "[Service]";
            return;
        }
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            return add_problem(result_, start_, "is neither a section nor a setting with =");
        if (section_ == "[Service]")
            unit_.settings.push_back({std::string(trimmed(std::string_view(text).substr(0, equals))),
                                      std::string(trimmed(std::string_view(text).substr(equals + 1))), start_});
    }

    // Other sections have settings of the same names for something else, or other settings for the same.
    void check_section() {
        constexpr std::string_view common[] = {"[Unit]", "[Service]", "[Install]"};
        constexpr std::string_view quadlet[] = {"[Container]", "[Pod]", "[Kube]"};
        if (!section_.ends_with(']'))
            add_problem(result_, start_, "begins a section, and has no ] at its end");
        else if (std::ranges::find(quadlet, section_) != std::end(quadlet))
            add_problem(result_, start_,
                        section_ +
                            " is a section of Podman Quadlet, whose settings are not understood; check the 'podman "
                            "run' of the unit that Quadlet makes of it");
        else if (std::ranges::find(common, section_) == std::end(common) && !section_.starts_with("[X-"))
            add_problem(result_, start_,
                        section_ + " is a section of another kind of unit, whose settings are not understood");
    }

    ParsedPolicy& result_;
    std::string unit_name_;      // "nginx.service": the first that systemctl cat names
    PolicyPlace place_, start_;  // of this line, and of the first of continued lines
    std::string pending_, section_;
    UnitSettings unit_;
};

}  // namespace

UnitSettings read_unit(const PolicyText& text, ParsedPolicy& result) {
    return UnitReader(text, result).take_settings();
}

}  // namespace caprec
