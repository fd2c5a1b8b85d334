// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <unordered_map>
#include <vector>

#include "analyzer/analysis/image_name.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "analyzer/emit/pieces/refusal_text.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/emit/report/text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t shown_refusals = 5;
constexpr std::size_t deepest_indent = 20;  // levels; deeper ones say their depth instead
constexpr std::size_t command_columns = 120;
constexpr std::size_t columns_before_command = 29;

// Visits a forest depth first without recursion: a trace may hold a chain of 100,000 processes.
class Forest {
public:
    explicit Forest(const std::vector<Process>& processes) : children_(processes.size()) {
        std::unordered_map<std::uint64_t, std::size_t, IdHash> index;
        index.reserve(processes.size());
        for (std::size_t at = 0; at < processes.size(); ++at) {
            const auto parent = index.find(processes[at].parent);
            if (processes[at].parent != 0 && parent != index.end())
                children_[parent->second].push_back(at);
            else
                roots_.push_back(at);
            index.emplace(processes[at].id, at);  // after the look-up: only earlier processes are parents, no cycles
        }
    }

    template <class Visit> void visit(Visit visit) const {
        struct Place {
            std::size_t process, depth;
        };
        std::vector<Place> waiting;
        for (auto root = roots_.rbegin(); root != roots_.rend(); ++root)
            waiting.push_back({*root, 0});
        while (!waiting.empty()) {
            const Place place = waiting.back();
            waiting.pop_back();
            visit(place.process, place.depth);
            const std::vector<std::size_t>& children = children_[place.process];
            for (auto child = children.rbegin(); child != children.rend(); ++child)
                waiting.push_back({*child, place.depth + 1});
        }
    }

private:
    std::vector<std::vector<std::size_t>> children_;
    std::vector<std::size_t> roots_;
};

std::string argv_text(const std::vector<std::string>& argv, bool truncated, bool verbose) {
    std::string text = shell_command(argv) + (truncated ? " ..." : "");
    return verbose ? text : shorten(std::move(text), command_columns);
}

// Where the program ran, which the command line does not show.
std::string elsewhere_text(const std::string& image) {
    const ImagePlace place = parse_image(image).place;
    return place.is_home() ? "" : " (" + std::string(place_words(place)) + ')';
}

// The command of a process whose programs are not listed one by one.
std::string command_text(const Process& process, bool verbose) {
    if (process.placeholder)
        return "? [" + escape(process.comm) + "] (its start was not recorded)";
    if (process.argv.empty() || (process.exec_count == 0 && !process.there_before))
        return image_text("", process.comm);  // it never ran a program of its own
    std::string text = argv_text(process.argv, process.argv_truncated, verbose) + elsewhere_text(process.image);
    if (process.exec_count > 1)
        text += " (the last of " + std::to_string(process.exec_count) + " programs)";
    return text;
}

std::string program_text(const Process& process, std::size_t at, bool verbose) {
    const Program& program = process.programs[at];
    const bool with_time_before = process.programs.size() + process.programs_left_out > process.exec_count;
    if (at == 0 && with_time_before && (!process.there_before || program.image.empty()))
        return "(before its first program)";
    if (program.argv.empty())
        return image_text(program.image, "");
    return argv_text(program.argv, program.argv_truncated, verbose) + elsewhere_text(program.image);
}

std::string uses_text(CapabilitySet granted, CapabilitySet denied, const TextStyle& style) {
    std::string text;
    if (!granted.empty())
        text += "  " + painted(style, Tone::good, "needed " + capability_list(granted));
    if (!denied.empty())
        text += "  " + painted(style, Tone::bad, "denied " + capability_list(denied));
    return text;
}

// Writes a line for each program from the second on; for a placeholder, from the first on.
void further_programs_text(const Process& process, std::size_t depth, const TextStyle& style, std::ostream& out) {
    const std::string margin(columns_before_command + 2 * std::min(depth, deepest_indent) + 2, ' ');
    const std::size_t count = process.programs.size();
    for (std::size_t at = process.placeholder ? 0 : 1; at < count; ++at) {
        if (at + 1 == count && process.programs_left_out > 0)
            out << margin << "=> (" << counted(process.programs_left_out, "more program") << ')'
                << uses_text(process.left_out.granted, process.left_out.denied, style) << '\n';
        const Program& program = process.programs[at];
        out << margin << "=> " << program_text(process, at, style.verbose)
            << uses_text(program.granted, program.denied, style) << '\n';
    }
}

std::string indent_text(std::size_t depth) {
    std::string text(2 * std::min(depth, deepest_indent), ' ');
    return depth > deepest_indent ? text + "(level " + std::to_string(depth) + ") " : text;
}

bool in_different_places(const std::vector<Process>& processes) {
    return std::ranges::any_of(processes,
                               [&](const Process& process) { return process.keeper != processes.front().keeper; });
}

void process_tree_text(const std::vector<Process>& processes, bool with_keepers, const TextStyle& style,
                       std::ostream& out) {
    out << "     PID       UID  EXIT     COMMAND\n";
    Forest(processes).visit([&](std::size_t at, std::size_t depth) {
        const Process& process = processes[at];
        // The programs take the place of the command; the programs that a placeholder lost came before them.
        const bool by_program = !process.programs.empty() && !process.placeholder;
        std::string line =
            right_aligned(process.tgid != 0 ? std::to_string(process.tgid) : "?", 8) +
            right_aligned(process.uid_known ? std::to_string(process.uid) : "?", 10) + "  " +
            left_aligned(exit_text(process), 7) + "  " + indent_text(depth) +
            (by_program ? program_text(process, 0, style.verbose) : command_text(process, style.verbose));
        if (style.verbose && process.thread_count > 1)
            line += " (" + counted(process.thread_count, "thread") + ')';
        if (with_keepers)
            line += keeper_note(process.keeper);
        if (by_program)
            line += uses_text(process.programs.front().granted, process.programs.front().denied, style);
        else if (process.programs.empty())
            line += uses_text(process.granted, process.denied, style);
        out << line << '\n';
        further_programs_text(process, depth, style, out);
    });
}

}  // namespace

void process_tree_text(const Analysis& analysis, const TextStyle& style, std::ostream& out) {
    const bool with_keepers =
        analysis.run.header.scope != RecordingScope::command || in_different_places(analysis.processes);
    process_tree_text(analysis.processes, with_keepers, style, out);
}

void tree_text(const Analysis& analysis, const TextStyle& style, std::ostream& out) {
    out << incomplete_text(analysis.completeness, style);
    if (const std::string filter = filter_text(analysis.run); !filter.empty())
        out << filter << '\n';
    if (!analysis.run.runs.empty()) {
        out << "The trace sums up " << counted(analysis.run.runs.size(), "run")
            << ": it has no processes; capanalyze tree shows those of each run's own trace.\n";
        return;
    }
    process_tree_text(analysis, style, out);
    write_refusals(analysis.others, shown_refusals, style, out);
}

}  // namespace caprec
