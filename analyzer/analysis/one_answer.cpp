// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/one_answer.h"

#include <map>
#include <optional>
#include <utility>

#include "analyzer/analysis/minimal_set.h"

namespace caprec {
namespace {

// The members that stand for a capability, by program and by the capability that it asked for and the set lacks.
using StandIns = std::map<std::pair<std::string_view, unsigned>, CapabilitySet>;

StandIns stand_ins_of(const MinimalSet& minimal, const std::vector<Alternative>& alternatives) {
    StandIns stand_ins;
    for (const Alternative& each : alternatives) {
        const std::optional<unsigned> chosen = chosen_for(minimal, each.any_of);
        if (!minimal.capabilities.contains(each.asked)) {
            CapabilitySet& stand_in = stand_ins[{each.image, each.asked}];
            stand_in |= chosen ? CapabilitySet::of({*chosen}) : CapabilitySet();
        }
    }
    return stand_ins;
}

class Renamer {
public:
    Renamer(const MinimalSet& minimal, const StandIns& stand_ins) : minimal_(minimal), stand_ins_(stand_ins) {}

    void rename(std::string_view image, CapabilitySet& granted) const {
        for (const unsigned asked : (granted - minimal_.capabilities).members()) {
            const auto found = stand_ins_.find({image, asked});
            if (found != stand_ins_.end())
                granted = (granted - CapabilitySet::of({asked})) | found->second;
        }
    }
    // Renames for programs whose names are not known any more.
    void rename_of_any(CapabilitySet& granted) const {
        const CapabilitySet before = granted;
        for (const auto& [key, chosen] : stand_ins_)
            if (before.contains(key.second))
                granted = (granted - CapabilitySet::of({key.second})) | chosen;
    }

private:
    const MinimalSet& minimal_;
    const StandIns& stand_ins_;
};

}  // namespace

void name_as_in_set(const MinimalSet& minimal, const std::vector<Alternative>& alternatives,
                    std::vector<Process>& processes) {
    const StandIns stand_ins = stand_ins_of(minimal, alternatives);
    if (stand_ins.empty())
        return;
    const Renamer renamer(minimal, stand_ins);
    for (Process& process : processes) {
        if (process.programs.empty()) {
            renamer.rename(process.image, process.granted);
            continue;
        }
        renamer.rename_of_any(process.left_out.granted);
        process.granted = process.left_out.granted;
        for (Program& program : process.programs) {
            renamer.rename(program.image, program.granted);
            process.granted |= program.granted;
        }
    }
}

}  // namespace caprec
