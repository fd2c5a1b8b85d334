// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/report/keeper_table.h"

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/analysis/risk.h"
#include "analyzer/emit/notes/spelling.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t shown_keepers = 25, widest_keeper = 30, widest_needs = 28;
constexpr std::size_t table_columns = 120;  // wider than other lines, for the names
constexpr std::size_t process_width = 9, held_width = 7;

// One row, in words.
struct Row {
    std::string name, processes, held, needs, excess;
};

std::string name_text(const Keeper& keeper) {
    if (!keeper.container.empty())
        return "container " + escape(container_label(keeper));
    return keeper.unit.empty() ? "(in no unit)" : escape(keeper.unit);
}

std::string held_text(const KeeperFinding& finding) {
    if (!finding.held)
        return "?";
    const std::string more = finding.gainable.empty() ? "" : '+' + std::to_string(finding.gainable.size());
    return std::to_string(finding.held->size()) + more;
}

std::string bare_names(CapabilitySet set) { return joined(set, Spelling::bare, " "); }

std::string needs_text(const KeeperFinding& finding, bool verbose) {
    if (finding.activity == KeeperActivity::nothing)
        return "nothing seen";
    if (finding.activity == KeeperActivity::only_look_ups)
        return "only look-ups";
    const CapabilitySet set = finding.needed.capabilities;
    std::string text = std::to_string(set.size());
    const std::string names = set.empty() ? "" : ": " + bare_names(set);
    if (verbose || text.size() + names.size() <= widest_needs)
        text += names;
    if (!finding.missing.empty())
        text += ", lacks " + (verbose || finding.missing.size() == 1 ? bare_names(finding.missing)
                                                                     : std::to_string(finding.missing.size()));
    return text;
}

// "39, 12 high: CHOWN DAC_OVERRIDE +37": as many names as there is room for, those of the highest risk first.
std::string excess_text(const KeeperFinding& finding, bool verbose, std::size_t columns) {
    if (!finding.held)
        return "?";
    const std::vector<unsigned> members = by_risk(finding.excess);
    std::string text = std::to_string(members.size());
    if (const std::size_t high = risk_counts(finding.excess)[0]; high > 0)
        text += ", " + std::to_string(high) + " high";
    for (std::size_t at = 0; at < members.size(); ++at) {
        const std::string name = (at == 0 ? ": " : " ") + spelled(members[at], Spelling::bare);
        const std::size_t left = members.size() - at;
        const std::string behind = left > 1 ? " +" + std::to_string(left - 1) : "";
        if (!verbose && text.size() + name.size() + behind.size() > columns) {
            text += at == 0 ? "" : " +" + std::to_string(left);
            break;
        }
        text += name;
    }
    return text;
}

// What the trace does not tell of some of several processes.
std::string unknown_text(const KeeperFinding& finding) {
    return finding.held && finding.unknown > 0 ? " (not known of " + std::to_string(finding.unknown) + ')' : "";
}

class Table {
public:
    Table(const Analysis& analysis, const TextStyle& style, std::ostream& out)
        : all_(analysis.keeper_findings), complete_(analysis.completeness.complete), style_(style), out_(out) {}

    void write() {
        const auto inside = std::ranges::find(all_, true, &KeeperFinding::inside);
        if (inside != all_.begin()) {
            part({all_.begin(), inside}, "UNIT/CONTAINER");
            legend({all_.begin(), inside});
        }
        if (inside != all_.end()) {
            out_ << (inside != all_.begin() ? "\n" : "")
                 << "Inside user namespaces of their own: nothing of this is the host's\n";
            part({inside, all_.end()}, "CONTAINER/UNIT");
        }
        out_ << '\n';
    }

private:
    using Findings = std::vector<KeeperFinding>;

    void part(const Findings& findings, const char* title) {
        const std::size_t count = style_.verbose ? findings.size() : std::min(shown_keepers, findings.size());
        std::vector<Row> rows;
        rows.reserve(count);
        std::size_t name_width = columns_of(title), needs_width = 5;
        for (std::size_t at = 0; at < count; ++at) {
            const KeeperFinding& finding = findings[at];
            const std::string name = name_text(finding.keeper);
            rows.push_back({.name = style_.verbose ? name : shorten(name, widest_keeper),
                            .processes = finding.processes == 0 ? "?" : std::to_string(finding.processes),
                            .held = held_text(finding),
                            .needs = needs_text(finding, style_.verbose),
                            .excess = {}});
            name_width = std::max(name_width, std::min(columns_of(rows[at].name), widest_keeper));
            needs_width = std::max(needs_width, std::min(columns_of(rows[at].needs), widest_needs));
        }
        const std::size_t before = name_width + 2 + process_width + held_width + 2 + needs_width + 2;
        for (std::size_t at = 0; at < count; ++at)
            rows[at].excess =
                excess_text(findings[at], style_.verbose, table_columns - before) + unknown_text(findings[at]);
        const auto line = [&](const Row& row) {
            return left_aligned(row.name, name_width) + "  " + right_aligned(row.processes, process_width) +
                   right_aligned(row.held, held_width) + "  " + left_aligned(row.needs, needs_width) + "  " +
                   row.excess + '\n';
        };
        out_ << line({title, "PROCESSES", "HOLDS", "NEEDS", "EXCESS"});
        for (const Row& row : rows)
            out_ << line(row);
        if (count < findings.size())
            out_ << "and " << findings.size() - count << " more with less in excess (-v)\n";
    }

    void legend(const Findings& findings) {
        const bool gains = std::ranges::any_of(findings, [](const auto& each) { return !each.gainable.empty(); });
        const bool unknown = std::ranges::any_of(findings, [](const auto& each) { return !each.held; });
        out_ << "  HOLDS: what its processes have, or root gets back with the next program that it executes\n";
        if (gains)
            out_ << "         +N: a set-user-ID program could still give it so many, as no_new_privs is not set\n";
        if (unknown)
            out_ << "         ?: the trace does not tell; a merged trace keeps no credentials of processes\n";
        out_ << "  EXCESS: held and not needed " << (complete_ ? "in this recording" : "in what was recorded")
             << ", the highest risk first\n";
        one_of_them(findings);
    }

    void one_of_them(const Findings& findings) {
        if (style_.file.empty() || style_.file == "-" || findings.size() < 2)
            return;
        const std::string file = shell_word(style_.file);
        const auto unit = std::ranges::find_if(findings, [](const KeeperFinding& each) {
            return each.keeper.container.empty() && !each.keeper.unit.empty();
        });
        const auto container =
            std::ranges::find_if(findings, [](const KeeperFinding& each) { return !each.keeper.container.empty(); });
        if (unit != findings.end())
            out_ << "  One of them: capanalyze report --unit " << shell_word(unit->keeper.unit) << ' ' << file << '\n';
        if (container != findings.end())
            out_ << "  One of them: capanalyze report --container " << shell_word(container_label(container->keeper))
                 << ' ' << file << '\n';
    }

    const Findings& all_;
    bool complete_;
    const TextStyle& style_;
    std::ostream& out_;
};

}  // namespace

void keeper_table(const Analysis& analysis, const TextStyle& style, std::ostream& out) {
    if (!analysis.keeper_findings.empty())
        Table(analysis, style, out).write();
}

Json keepers_json(const std::vector<KeeperFinding>& findings) {
    Json list = Json::array();
    for (const KeeperFinding& finding : findings) {
        Json json = Json::object();
        set_keeper(json, finding.keeper);
        json["inside"] = finding.inside;
        json["processes"] = finding.processes;
        json["not_known"] = finding.unknown;
        json["held"] = finding.held ? capability_names(*finding.held) : Json(nullptr);
        json["gainable"] = finding.held ? capability_names(finding.gainable) : Json(nullptr);
        json["needed"] = minimal_set_json(finding.needed);
        json["missing"] = capability_names(finding.missing);
        json["excess"] = finding.held ? capability_names(by_risk(finding.excess)) : Json(nullptr);
        json["activity"] = activity_name(finding.activity);
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace caprec
