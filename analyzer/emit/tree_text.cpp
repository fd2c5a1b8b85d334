// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <unordered_map>
#include <vector>

#include "analyzer/emit/call_text.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/text.h"

namespace caprec {
namespace {

constexpr std::size_t deepest_indent = 20;  // levels; deeper ones say their depth instead
constexpr std::size_t command_columns = 120;

// Visits a forest depth first without recursion: a trace may hold a chain of 100,000 processes.
class Forest {
public:
    explicit Forest(const std::vector<Process>& processes) : children_(processes.size()) {
        std::unordered_map<std::uint64_t, std::size_t> index;
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

std::string command_text(const Process& process, bool verbose) {
    if (process.placeholder)
        return "? [" + escape(process.comm) + "] (its start was not recorded)";
    if (process.argv.empty() || process.exec_count == 0)
        return image_text("", process.comm);  // it never ran a program of its own
    std::string text = shell_command(process.argv) + (process.argv_truncated ? " ..." : "");
    if (!verbose)
        text = shorten(std::move(text), command_columns);
    if (process.exec_count > 1)
        text += " (the last of " + std::to_string(process.exec_count) + " programs)";
    return text;
}

std::string indent_text(std::size_t depth) {
    std::string text(2 * std::min(depth, deepest_indent), ' ');
    return depth > deepest_indent ? text + "(level " + std::to_string(depth) + ") " : text;
}

}  // namespace

void process_tree_text(const std::vector<Process>& processes, const TextStyle& style, std::ostream& out) {
    out << "     PID       UID  EXIT     COMMAND\n";
    Forest(processes).visit([&](std::size_t at, std::size_t depth) {
        const Process& process = processes[at];
        std::string line = right_aligned(process.tgid != 0 ? std::to_string(process.tgid) : "?", 8) +
                           right_aligned(process.uid_known ? std::to_string(process.uid) : "?", 10) + "  " +
                           left_aligned(exit_text(process), 7) + "  " + indent_text(depth) +
                           command_text(process, style.verbose);
        if (style.verbose && process.thread_count > 1)
            line += " (" + counted(process.thread_count, "thread") + ')';
        if (!process.granted.empty())
            line += "  " + painted(style, Tone::good, "needed " + capability_list(process.granted));
        if (!process.denied.empty())
            line += "  " + painted(style, Tone::bad, "denied " + capability_list(process.denied));
        out << line << '\n';
    });
}

void tree_text(const Analysis& analysis, const TextStyle& style, std::ostream& out) {
    out << incomplete_text(analysis.completeness, style);
    process_tree_text(analysis.processes, style, out);
}

}  // namespace caprec
