// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/notes/spelling.h"
#include "schema/capability_numbers.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

std::string user_text(const Identity& identity) {
    return identity.user.empty() ? std::to_string(identity.uid) : escape(identity.user);
}

void add_user(const Identity& identity, CapabilitySet set, bool ran, std::vector<Note>& notes) {
    if (identity.root() && set.empty() && ran) {
        notes.push_back(
            {"Recorded as root, of which it used no capability: with User= or DynamicUser=yes it may run as well, if "
             "it may still read and write its files."});
    } else if (identity.root()) {
        notes.push_back(
            {"Recorded as root, so below is a service that runs as root: it has what CapabilityBoundingSet= leaves. "
             "With User= it would have none of it without AmbientCapabilities= and the same names."});
    } else {
        notes.push_back(
            {"Recorded as user " + user_text(identity) + ", so below is a service with User=" + user_text(identity) +
             ": AmbientCapabilities= gives it the set. As root (no User=) CapabilityBoundingSet= alone would do."});
    }
    if (identity.root() && (set.contains(cap_setuid) || set.contains(cap_setgid)))
        notes.push_back(
            {"It changes its user or group itself. With User= and Group= systemd does that before the start: then "
             "CAP_SETUID and CAP_SETGID, and what else it needs for the change, may not be needed: record again."});
}

void add_new_privileges(const std::string& gained_by, std::vector<Note>& notes) {
    notes.push_back(
        {"NoNewPrivileges=yes: set-user-ID programs and file capabilities (sudo, ping, newuidmap) give nothing to "
         "whatever this service starts; leave it out if it must start such programs."});
    if (!gained_by.empty())
        notes.push_back({"In this run " + escape(gained_by) +
                         " had privileges that a user's process gets only in that way. Therefore the line is off; "
                         "turn it on if AmbientCapabilities= makes up for it."});
}

std::string lines_of(const Part& part, const Identity& identity) {
    const std::string names = joined(named(part.set.capabilities), Spelling::full, " ");
    std::string lines = "CapabilityBoundingSet=" + names + '\n';
    if (!identity.root() && !names.empty())
        lines += "AmbientCapabilities=" + names + '\n';
    return lines;
}

// Settings of several files are added up: an empty one takes back those that came before.
void write_drop_in(const FormatInput& input, std::ostream& out) {
    const std::string names = joined(named(union_of(input.parts)), Spelling::full, " ");
    std::vector<Note> notes = notes_on_set(input);
    append(notes, notes_on_nameless(union_of(input.parts)));
    notes.push_back(
        {"For the unit as it was recorded: its User= and AmbientCapabilities= stay as they are, within this set. What "
         "it does at its start is here only if it was started during the recording."});
    notes.push_back(
        {"What its processes start keeps this set, also in other units: sessions, containers. " +
         std::string(input.analysis.run.runs.empty()
                         ? "What these were seen to need is in it."
                         : "A trace of several runs does not tell which these are: look for their needs yourself.")});
    notes.push_back(
        {"NoNewPrivileges=yes would keep set-user-ID programs and file capabilities (sudo, ping) from giving anything "
         "to whatever this service starts, sessions of users included: turn it on where it starts no such program."});
    write_comments(notes, CommentStyle::hash, out);
    out << "[Service]\nCapabilityBoundingSet=\n"
        << (names.empty() ? "" : "CapabilityBoundingSet=" + names + '\n') << "# NoNewPrivileges=yes\n";
}

}  // namespace

void write_systemd(const FormatInput& input, std::ostream& out) {
    if (input.drop_in)
        return write_drop_in(input, out);
    const Identity identity = identity_of(input.analysis.run.header);
    const CapabilitySet all = union_of(input.parts);
    const std::string gained_by = privileged_executable(input.analysis);
    std::vector<Note> notes = notes_on_set(input);
    append(notes, notes_on_nameless(all));
    add_user(identity, all, !never_ran(input.analysis.run), notes);
    add_new_privileges(gained_by, notes);
    notes.push_back(
        {"What ExecStartPre= and the other commands of the unit need was not recorded; they get the same set. "
         "systemd ignores names that it does not know, with no more than a line in its log."});
    write_comments(notes, CommentStyle::hash, out);
    out << "[Service]\n";
    write_together(
        input, [&](const Part& part) { return lines_of(part, identity); }, out);
    out << (gained_by.empty() ? "" : "# ") << "NoNewPrivileges=yes\n";
}

}  // namespace caprec
