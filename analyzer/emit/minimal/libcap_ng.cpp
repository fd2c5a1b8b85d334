// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/notes/spelling.h"
#include "schema/capability_numbers.h"

namespace caprec {
namespace {

std::string function_name(const FormatInput& input, std::size_t index) {
    const std::string name = "keep_needed_capabilities";
    if (input.split == Split::run)
        return name;
    if (input.split == Split::phase && input.parts[index].name == phase_name(Phase::startup))
        return name + "_at_startup";
    if (input.split == Split::phase && input.parts[index].name == phase_name(Phase::after_drop))
        return name + "_after_drop";
    return name + '_' + std::to_string(index + 1);  // for an executable, whose path is no name in C
}

// A process that has given up capabilities may lack CAP_SETPCAP, without which the bounding set stays as it is.
bool later_phase(const FormatInput& input, const Part& part) {
    return input.split == Split::phase && part.name != phase_name(Phase::startup);
}

void write_function(const FormatInput& input, std::size_t index, std::ostream& out) {
    const Part& part = input.parts[index];
    const char* which = later_phase(input, part) ? "CAPNG_SELECT_CAPS" : "CAPNG_SELECT_BOTH";
    const char* sets = later_phase(input, part) ? "CAPNG_EFFECTIVE | CAPNG_PERMITTED"
                                                : "CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET";
    std::string numbers = joined(named(part.set.capabilities), Spelling::full, ", ");
    for (const unsigned number : nameless(part.set.capabilities).members())
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(number);
    out << "int " << function_name(input, index) << "(void)\n{\n"
        << "    capng_clear(" << which << ");\n";
    if (!numbers.empty())
        out << "    if (capng_updatev(CAPNG_ADD, " << sets << ",\n"
            << "                      " << numbers << ", -1) != 0)\n        return -1;\n";
    out << "    return capng_apply(" << which << ");\n}\n";
}

std::vector<Note> notes_on_library(CapabilitySet set) {
    std::vector<Note> notes = {
        {"Call this where the program no longer needs more than the set, before it starts threads: only the calling "
         "thread changes. A result other than 0 is a failure. Link with -lcap-ng."},
        {"It needs CAP_SETPCAP at that moment, to shrink the bounding set. The bounding set keeps programs that it "
         "starts as root from getting everything back."}};
    if (set.contains(cap_setuid) || set.contains(cap_setgid))
        notes.push_back(
            {"The program changes its user or group. With capng_change_id(uid, gid, CAPNG_DROP_SUPP_GRP) in the "
             "place of capng_apply() the library does that and keeps the set; CAP_SETUID and CAP_SETGID are then "
             "not needed afterwards."});
    return notes;
}

}  // namespace

void write_libcap_ng(const FormatInput& input, std::ostream& out) {
    std::vector<Note> notes = notes_on_set(input);
    append(notes, notes_on_library(union_of(input.parts)));
    write_comments(notes, CommentStyle::c, out);
    out << "#include <cap-ng.h>\n";
    for (std::size_t index = 0; index < input.parts.size(); ++index) {
        out << '\n';
        if (input.split != Split::run)
            write_comments({{title_of(input.parts[index], input.split)}}, CommentStyle::c, out);
        write_function(input, index, out);
    }
}

}  // namespace caprec
