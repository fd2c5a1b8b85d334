// SPDX-License-Identifier: Apache-2.0
//
// Prints a format of a given set without a trace, for the tests of the consumers.
// usage: print_format FORMAT SET UID COMMAND...
//   SET is none, all (every capability with a name), or names with commas between them.  The command was started by
//   UID; its first word is its executable, too.
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/emit/minimal/format.h"
#include "schema/capability.h"

namespace caprec {
namespace {

MinimalSet parse_set(const std::string& text) {
    MinimalSet set;
    std::istringstream words(text == "none" ? "" : text);
    if (text == "all")
        set.capabilities = CapabilitySet((std::uint64_t{1} << known_capabilities) - 1);
    else
        for (std::string name; std::getline(words, name, ',');)
            set.capabilities.insert(capability_number(name).value());
    for (const unsigned number : set.capabilities.members())
        set.clauses.push_back({.any_of = {number}, .chosen = number});
    return set;
}

Analysis analysis_of(const MinimalSet& set, std::uint32_t uid, std::vector<std::string> command) {
    Analysis analysis;
    analysis.minimal = set;
    analysis.run.header.caller_uid = analysis.run.header.caller_effective_uid = uid;
    Process process;
    process.id = 1;
    process.image = command.front();
    process.argv = command;
    process.exec_count = 1;
    analysis.processes = {process};
    analysis.run.header.command = std::move(command);
    return analysis;
}

}  // namespace
}  // namespace caprec

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 4 || caprec::find_format(arguments[0]) == nullptr) {
        std::cerr << "usage: print_format FORMAT SET UID COMMAND...\n";
        return 2;
    }
    const caprec::MinimalSet set = caprec::parse_set(arguments[1]);
    const caprec::Analysis analysis = caprec::analysis_of(set, static_cast<std::uint32_t>(std::stoul(arguments[2])),
                                                          {arguments.begin() + 3, arguments.end()});
    const caprec::FormatInput input{analysis, caprec::Split::run, {{"", set}}, false, "test.cap"};
    caprec::find_format(arguments[0])->write(input, std::cout);
    return std::cout.flush() ? 0 : 1;
}
