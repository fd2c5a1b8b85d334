// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/analysis/keeper.h"
#include "analyzer/analysis/process.h"
#include "analyzer/analysis/verdict.h"
#include "schema/capability.h"

namespace caprec {

// The user's choice of checks.  Empty: all.  Several values of one filter are alternatives; different filters must all
// hold.  A name may be a shell pattern.
struct CheckChoice {
    std::vector<std::string> units;       // a whole name, or its part behind the last slash
    std::vector<std::string> containers;  // a name, an id, or the beginning of one
    std::vector<std::string> images;      // a whole path, or its last component
    std::vector<std::string> comms;
    std::vector<std::uint32_t> pids;   // process or thread, in the recorder's PID namespace
    std::vector<std::uint32_t> users;  // effective uids
    CapabilitySet capabilities;
    std::vector<Verdict> verdicts;
    std::optional<bool> granted;
    std::vector<std::string> words;  // as the user gave it: "--unit ssh.service"

    bool empty() const { return words.empty(); }
    // Only some of the checks of a process are meant.
    bool about_checks() const { return !capabilities.empty() || !verdicts.empty() || granted.has_value(); }
    // Nothing is left out of the units and containers that are meant.
    bool about_whole_keepers() const {
        return images.empty() && comms.empty() && pids.empty() && users.empty() && !about_checks();
    }
};

// Who asks.
struct Subject {
    const Keeper& keeper;
    std::string_view image, comm;
    std::uint32_t tgid = 0, tid = 0;
    std::optional<std::uint32_t> uid = {};
};

// Whether the user named this executable: by its path, the last part of it, or a pattern for one of them.
bool is_image(std::string_view image, const std::vector<std::string>& wanted);
bool is_unit(std::string_view unit, const std::vector<std::string>& wanted);
bool is_container(const Keeper& keeper, const std::vector<std::string>& wanted);

// Decides what an answer is about.  Verdicts are chosen apart from the rest, as they may change up to the end.
class CheckFilter {
public:
    explicit CheckFilter(CheckChoice choice) : choice_(std::move(choice)) {}

    bool accepts(const Subject& subject) const;
    bool accepts(const Subject& subject, std::uint64_t capability, bool granted) const;
    bool accepts(Verdict verdict) const;
    bool accepts_program(std::string_view image) const {
        return choice_.images.empty() || is_image(image, choice_.images);
    }
    bool accepts_keeper(const Keeper& keeper) const {
        return (choice_.units.empty() || is_unit(keeper.unit, choice_.units)) &&
               (choice_.containers.empty() || is_container(keeper, choice_.containers));
    }
    // By what is known of it at the end.
    bool accepts(const Process& process) const;
    const CheckChoice& choice() const { return choice_; }

private:
    CheckChoice choice_;
};

}  // namespace caprec
