// SPDX-License-Identifier: Apache-2.0
#include "analyzer/result/keeper_findings.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "analyzer/analysis/minimal_set.h"
#include "analyzer/analysis/risk.h"

namespace caprec {
namespace {

// What tells keepers apart: the container, or else the unit.
struct KeeperKey {
    bool inside = false;
    std::string_view container, unit;
    friend auto operator<=>(const KeeperKey&, const KeeperKey&) = default;
};

KeeperKey key_of(const Keeper& keeper, bool inside) {
    return {inside, keeper.container, keeper.container.empty() ? std::string_view(keeper.unit) : std::string_view()};
}

struct Collected {
    Keeper keeper;
    std::uint64_t processes = 0, unknown = 0;
    Holdings holdings;
    bool asked = false;
    std::vector<Need> needs;
};

class Collector {
public:
    void add(const Keeper& keeper) { at(keeper, false); }

    void add(const Process& process) {
        const Holdings& holdings = process.holdings;
        if (holdings.outside_known || !holdings.inside_known)
            count(at(process.keeper, false), process, !holdings.known());
        if (holdings.inside_known)
            count(at(process.keeper, true), process, false);
    }

    void add(const Need& need, bool inside) {
        Collected& keeper = at(need.keeper, inside);
        keeper.asked = true;
        keeper.needs.push_back(need);
    }

    std::vector<KeeperFinding> findings() const {
        std::vector<KeeperFinding> findings;
        findings.reserve(keepers_.size());
        for (const auto& [key, collected] : keepers_) {
            const auto inside = keepers_.find({true, key.container, key.unit});
            const bool lives_inside = !key.inside && inside != keepers_.end();
            if (lives_inside && collected.processes == 0 && collected.needs.empty())
                continue;  // nothing of it is the host's
            findings.push_back(finding(key, collected));
        }
        return findings;
    }

private:
    static void count(Collected& keeper, const Process& process, bool unknown) {
        ++keeper.processes;
        keeper.unknown += unknown ? 1 : 0;
        keeper.holdings.add(process.holdings);
        keeper.asked = keeper.asked || !process.checked.empty();
    }

    Collected& at(const Keeper& keeper, bool inside) {
        const auto [place, is_new] = keepers_.try_emplace(key_of(keeper, inside));
        if (is_new)
            place->second.keeper = keeper;
        return place->second;
    }

    static KeeperFinding finding(const KeeperKey& key, const Collected& collected) {
        KeeperFinding finding;
        finding.keeper = collected.keeper;
        finding.inside = key.inside;
        finding.processes = collected.processes;
        finding.unknown = collected.unknown;
        const Holdings& holdings = collected.holdings;
        if (key.inside ? holdings.inside_known : holdings.outside_known)
            finding.held = key.inside ? holdings.inside : holdings.held;
        finding.gainable = key.inside ? CapabilitySet() : holdings.gainable;
        finding.needed = minimal_set(select_needs(collected.needs, {}));
        bool looked = false;
        for (const Need& need : collected.needs) {
            looked = looked || (need.missing && need.look_up);
            if (need.missing && !need.look_up && (need.any_of & finding.needed.capabilities).empty())
                finding.missing |= need.any_of;
        }
        finding.excess = finding.held.value_or(CapabilitySet()) - finding.needed.capabilities;
        const bool nothing_else = finding.needed.capabilities.empty() && finding.missing.empty();
        finding.activity = looked && nothing_else ? KeeperActivity::only_look_ups
                           : collected.asked      ? KeeperActivity::checks
                                                  : KeeperActivity::nothing;
        return finding;
    }

    std::map<KeeperKey, Collected> keepers_;  // the keys are views of the sources
};

}  // namespace

std::vector<KeeperFinding> keeper_findings(const KeeperSources& from) {
    Collector collector;
    for (const Keeper& keeper : from.keepers)
        collector.add(keeper);
    for (const Process& process : from.processes)
        collector.add(process);
    for (const Need& need : from.needs)
        collector.add(need, false);
    for (const Need& need : from.inside)
        collector.add(need, true);
    std::vector<KeeperFinding> findings = collector.findings();
    std::ranges::stable_sort(findings, [](const KeeperFinding& a, const KeeperFinding& b) {
        const auto worse = [](const KeeperFinding& finding) {
            return std::pair(risk_counts(finding.excess), risk_counts(finding.gainable - finding.needed.capabilities));
        };
        return a.inside != b.inside ? b.inside : worse(a) > worse(b);
    });
    return findings;
}

}  // namespace caprec
