// SPDX-License-Identifier: Apache-2.0
//
// Programs that start another one with a reduced set: capsh, setpriv and bwrap, all called by root.
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/notes/spelling.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

// For $(id -g ...): the account whose groups are wanted.
std::string account_word(const Identity& identity) {
    return identity.user.empty() ? std::to_string(identity.uid) : shell_word(identity.user);
}

std::string capsh_line(const FormatInput& input, const Part& part) {
    const Identity identity = identity_of(input.analysis.run.header);
    const CapabilitySet set = part.set.capabilities, dropped = all_named() - set;
    std::string line = "capsh";
    if (set.empty())
        line += " --drop=all";
    else if (!dropped.empty())
        line += " --drop=" + joined(dropped, Spelling::lower, ",");
    if (!identity.root()) {
        const std::string account = account_word(identity);
        line += " --gid=\"$(id -g " + account + ")\" --groups=\"$(id -G " + account +
                " | tr ' ' ,)\" --cap-uid=" + std::to_string(identity.uid);
        const std::string names = joined(named(set), Spelling::lower, ",");
        if (!names.empty())
            line += " --inh=" + names + " --addamb=" + names;
    }
    return line + " -- -c " + shell_word(command_line(input, part)) + '\n';
}

std::string setpriv_line(const FormatInput& input, const Part& part) {
    const Identity identity = identity_of(input.analysis.run.header);
    const std::string names = joined(named(part.set.capabilities), Spelling::bare_lower, ",", "+");
    std::string only = "-all" + (names.empty() ? names : ',' + names);
    for (const unsigned number : nameless(part.set.capabilities).members())
        only += ",+cap_" + std::to_string(number);
    std::string line = "setpriv";
    if (!identity.root())
        line += " --reuid " + std::to_string(identity.uid) + " --regid \"$(id -g " + account_word(identity) +
                ")\" --init-groups";
    const std::string ambient = identity.root() ? "-all" : only;
    return line + " --bounding-set " + only + " --inh-caps " + ambient + " --ambient-caps " + ambient + " -- " +
           command_line(input, part) + '\n';
}

std::string bwrap_line(const Part& part) {
    const std::string add = joined(named(part.set.capabilities), Spelling::full, " ", "--cap-add ");
    return "--cap-drop ALL" + (add.empty() ? add : ' ' + add) + '\n';
}

std::vector<Note> notes_on_launch(const FormatInput& input) {
    std::vector<Note> notes = {
        {"To be called by root; it runs the command with this set and no more, as "
         "the recorded run was started"}};
    const Identity identity = identity_of(input.analysis.run.header);
    notes[0].text += identity.root() ? ", by root." : ", by user " + account_word(identity) + '.';
    const RunHeader& header = input.analysis.run.header;
    if (header.command.empty() || header.command_left_out > 0)
        notes.push_back({"The trace does not have the whole command: put it in the place of COMMAND."});
    return notes;
}

void write_launches(const FormatInput& input, std::vector<Note> more, const PartLines& lines, std::ostream& out) {
    std::vector<Note> notes = notes_on_set(input);
    append(notes, std::move(more));
    write_comments(notes, CommentStyle::hash, out);
    if (input.split == Split::phase)
        write_together(input, lines, out);
    else
        write_each_part(input, lines, out);
}

}  // namespace

void write_capsh(const FormatInput& input, std::ostream& out) {
    std::vector<Note> notes = notes_on_launch(input);
    notes.push_back(
        {"capsh runs bash, which runs the command; capabilities that are newer than this program are not "
         "dropped, unless all are."});
    write_launches(
        input, std::move(notes), [&](const Part& part) { return capsh_line(input, part); }, out);
}

void write_setpriv(const FormatInput& input, std::ostream& out) {
    write_launches(
        input, notes_on_launch(input), [&](const Part& part) { return setpriv_line(input, part); }, out);
}

void write_bwrap(const FormatInput& input, std::ostream& out) {
    std::vector<Note> notes = notes_on_nameless(union_of(input.parts));
    notes.push_back(
        {"For bwrap called by root, or with --unshare-user, where capabilities count in the new user namespace only. "
         "Called by root it leaves the bounding set as it is: no_new_privs, which bwrap always sets, keeps the "
         "command from getting more. Set-user-ID programs and file capabilities give nothing for that reason."});
    write_launches(input, std::move(notes), bwrap_line, out);
}

}  // namespace caprec
