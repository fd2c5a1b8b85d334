// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/analysis/image_name.h"
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/notes/spelling.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

std::vector<Note> limits() {
    return {
        {"File capabilities are for an executable that others than root start; root has all capabilities anyway."},
        {"What setcap cannot do:"},
        {"A script has no use for them, only its interpreter has, and then every script gets them.", 2},
        {"The file must be a regular ELF executable, no symbolic link, on a filesystem with extended attributes.", 2},
        {"They are ignored on a nosuid mount, under no_new_privs, and while the program is traced (strace, a "
         "debugger).",
         2},
        {"They are gone when a package manager or a copy replaces the file: set them again.", 2},
        {"Programs that it starts do not inherit them: each needs its own (--per image), or ambient capabilities.", 2},
    };
}

// Names the programs that needed something and are not `image`: file capabilities of that one do not help them.
void add_other_images(const std::vector<std::string>& in_need, const std::string& image, std::vector<Note>& notes) {
    std::string others;
    for (const std::string& other : in_need)
        if (other != image)
            others += (others.empty() ? "" : ", ") + escape(image_label(other));
    if (!others.empty())
        notes.push_back({"Other executables of this run need some of the set, too: " + others});
}

// The path of a program in another root is that of another file here.
std::string file_word(const std::string& image) {
    const std::string path(parse_image(image).path);
    if (path.empty() || !parse_image(image).place.is_home())
        return "EXECUTABLE";
    return shell_word(path.starts_with('/') ? path : "./" + path);  // "-r" would be an option
}

// libcap takes a number for a name, where the kernel knows that number.
std::string names(CapabilitySet set) {
    std::string text = joined(named(set), Spelling::lower, ",");
    for (const unsigned number : nameless(set).members())
        text += (text.empty() ? "" : ",") + std::to_string(number);
    return text;
}

}  // namespace

void write_setcap(const FormatInput& input, std::ostream& out) {
    std::vector<Note> notes = notes_on_set(input);
    append(notes, limits());
    const std::string main = main_image(input.analysis);
    const std::vector<std::string> in_need = images_in_need(input.analysis);
    // A shell that only starts the programs that need them must not get them.
    const bool needs_none = !in_need.empty() && std::ranges::find(in_need, main) == in_need.end();
    if (input.split != Split::image) {
        add_other_images(in_need, main, notes);
        if (needs_none)
            notes.push_back({"The executable of the command itself needed none, so the line for it is off."});
    }
    write_comments(notes, CommentStyle::hash, out);
    const auto lines = [&](const Part& part) -> std::string {
        const std::string file = file_word(input.split == Split::image ? part.name : main);
        if (part.set.capabilities.empty())
            return "# nothing to set for " + file + "; setcap -r takes away what it may have\n";
        const char* off = needs_none && input.split != Split::image ? "# " : "";
        return off + ("setcap " + names(part.set.capabilities) + "=ep " + file + '\n');
    };
    if (input.split == Split::image)
        write_each_part(input, lines, out);
    else
        write_together(input, lines, out);
}

}  // namespace caprec
