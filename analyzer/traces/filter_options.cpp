// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/filter_options.h"

#include <algorithm>
#include <array>

#include "schema/enum_table.h"

namespace caprec {
namespace {

// In the order in which an answer repeats them.
constexpr std::array filter_names = {"unit", "container", "image", "pid", "comm", "user", "cap", "verdict"};

void read_verdicts(const Arguments& arguments, CheckChoice& choice) {
    bool granted = false, denied = false;
    for (const std::string& word : arguments.comma_list("verdict")) {
        const auto* found =
            std::ranges::find(all_of<Verdict>, word, [](Verdict verdict) { return verdict_name(verdict); });
        if (word == "granted")
            granted = true;
        else if (word == "denied")
            denied = true;
        else if (found != all_of<Verdict>.end())
            choice.verdicts.push_back(*found);
        else
            arguments.refuse("verdict", word,
                             "required, alternative, missing, unclassified, not_needed, granted, denied");
    }
    if (granted != denied)
        choice.granted = granted;
}

}  // namespace

std::optional<CheckFilter> filter_of(const Arguments& arguments) {
    CheckChoice choice;
    choice.units = arguments.list("unit");
    choice.containers = arguments.list("container");
    choice.images = arguments.list("image");
    choice.comms = arguments.list("comm");
    choice.pids = arguments.numbers("pid");
    choice.users = arguments.numbers("user");
    choice.capabilities = arguments.capabilities("cap");
    read_verdicts(arguments, choice);
    for (const char* name : filter_names)
        for (const std::string& word : arguments.list(name))
            choice.words.push_back("--" + std::string(name) + ' ' + word);
    if (!choice.capabilities.empty()) {  // a capability has several names
        std::erase_if(choice.words, [](const std::string& word) { return word.starts_with("--cap "); });
        std::string names;
        for (const unsigned number : choice.capabilities.members())
            names += (names.empty() ? "" : ",") + capability_name(number);
        choice.words.push_back("--cap " + names);
    }
    if (choice.empty())
        return std::nullopt;
    return CheckFilter(std::move(choice));
}

const char* filters_help() {
    return "Filters (--unit, --container, --image, --pid, --comm, --user, --cap, --verdict) may be repeated, and lists "
           "may be\n"
           "separated by commas; a check must pass every kind of filter given.  Names may be shell patterns.\n";
}

}  // namespace caprec
