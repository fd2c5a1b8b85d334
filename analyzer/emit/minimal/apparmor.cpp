// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/notes/spelling.h"
#include "analyzer/emit/pieces/text_style.h"

namespace caprec {
namespace {

// CAP_PERFMON, CAP_BPF and CAP_CHECKPOINT_RESTORE were parts of CAP_SYS_ADMIN once.
constexpr CapabilitySet split_off{std::uint64_t{7} << 38};

std::string rules(const Part& part) {
    const CapabilitySet set = named(part.set.capabilities);
    if (set.empty())
        return "  # no capability rule: what a profile does not allow, it denies\n";
    return "  capability " + joined(set, Spelling::bare_lower, ",\n  capability ") + ",\n";
}

}  // namespace

void write_apparmor(const FormatInput& input, std::ostream& out) {
    std::vector<Note> notes = notes_on_set(input);
    const CapabilitySet all = union_of(input.parts);
    append(notes, notes_on_nameless(all));
    append(notes,
           {{"Rules for the profile of the program: put them between its braces, profile NAME EXECUTABLE { ... }, "
             "where its rules for files and networks stand as well."},
            {"They let these capabilities be used, and give none. A program that it starts is under them, too, when "
             "it inherits the profile (ix); with a profile of its own (px) it needs its own rules (--per image)."},
            {"A profile also stops what was asked but not needed; programs that do not mind may log denials for it."}});
    if (CapabilitySet newest = all & split_off; !newest.empty())
        notes.push_back({"For a kernel whose AppArmor does not know " + capability_list(newest) +
                         ", its parser puts CAP_SYS_ADMIN in that place, which is much more."});
    write_comments(notes, CommentStyle::hash, out);
    if (input.split == Split::image)
        write_each_part(input, rules, out);
    else
        write_together(input, rules, out);
}

}  // namespace caprec
