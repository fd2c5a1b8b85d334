// SPDX-License-Identifier: Apache-2.0
//
// ProcessTree::list(): the nodes of the tree as the plain data of an Analysis.
#include <sys/wait.h>

#include <algorithm>
#include <unordered_set>

#include "analyzer/processes/process_tree.h"

namespace caprec {

// A file can name one long string in each of a million processes, so the copies are bounded in total.
class TextBudget {
public:
    explicit TextBudget(std::size_t bytes) : left_(bytes) {}

    std::string take(std::string_view text) {
        if (text.size() > left_) {
            exceeded_ = exceeded_ || !text.empty();
            return "";
        }
        left_ -= text.size();
        return std::string(text);
    }
    // One more element of a list.
    bool take_element(std::size_t bytes = sizeof(std::string)) {
        if (left_ < bytes) {
            exceeded_ = true;
            return false;
        }
        left_ -= bytes;
        return true;
    }
    bool exceeded() const { return exceeded_; }

private:
    std::size_t left_;
    bool exceeded_ = false;
};

namespace {

constexpr std::size_t max_argument_bytes = 4096;

// Splits argv as in memory: each argument has its final NUL.
std::vector<std::string> split_arguments(std::string_view bytes, TextBudget& budget) {
    std::vector<std::string> arguments;
    while (!bytes.empty() && budget.take_element()) {
        const std::size_t end = std::min(bytes.find('\0'), bytes.size());
        arguments.push_back(budget.take(bytes.substr(0, end)));
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return arguments;
}

bool arguments_cut(std::string_view arguments, std::uint64_t true_length) {
    return true_length > arguments.size() || arguments.size() > max_argument_bytes;
}

void decode_status(Process& process, std::uint32_t status) {
    if (status == exit_status_withheld)
        return;
    const int word = static_cast<int>(status & 0xffff);
    if (WIFSIGNALED(word))
        process.signal = WTERMSIG(word);
    else
        process.exit_status = WEXITSTATUS(word);
}

}  // namespace

ProcessTree::Use ProcessTree::whole_use(const Node& node) {
    Use use = node.last.use;
    use.add(node.before_exec);
    if (node.earlier) {
        use.add(node.earlier->left_out);
        for (const Run& run : node.earlier->runs)
            use.add(run.use);
    }
    return use;
}

void ProcessTree::list_programs(const Node& node, Process& process, TextBudget& budget) const {
    const Use& before = node.before_exec;
    const bool asked_before = !before.granted.empty() || !before.denied.empty();
    if (budget.exceeded() || node.exec_count == 0 || (node.exec_count == 1 && !asked_before && !node.found))
        return;
    const auto add = [&](const Run& run) {
        if (!budget.take_element(sizeof(Program)))
            return;
        const std::string_view arguments = reader_.string(run.arguments);
        process.programs.push_back({.image = budget.take(images_.path(run.image)),
                                    .argv = split_arguments(arguments.substr(0, max_argument_bytes), budget),
                                    .argv_truncated = arguments_cut(arguments, run.argument_length),
                                    .file = run.file,
                                    .granted = run.use.granted,
                                    .denied = run.use.denied,
                                    .checked = run.use.checked});
    };
    if (node.found) {
        Run found = *node.found;
        found.use = before;
        add(found);
    } else if (asked_before) {
        add({.use = before});
    }
    std::size_t kept = 1;
    if (node.earlier) {
        std::ranges::for_each(node.earlier->runs, add);
        kept += node.earlier->runs.size();
    }
    add(node.last);
    if (budget.exceeded()) {  // all programs or none: a list with holes would charge the wrong one
        process.programs.clear();
        return;
    }
    if (node.exec_count > kept) {
        process.programs_left_out = node.exec_count - static_cast<std::uint32_t>(kept);
        const Use& use = node.earlier->left_out;
        process.left_out.granted = use.granted;
        process.left_out.denied = use.denied;
        process.left_out.checked = use.checked;
    }
}

void ProcessTree::set_home(Process& process, HomeId id, TextBudget& budget) const {
    const Home& home = homes_.home(id);
    const Keeper& keeper = homes_.keeper(id);
    process.cgroup = budget.take(home.cgroup);
    process.pid_namespace = home.pid_namespace;
    process.network_namespace = home.network_namespace;
    process.mount_namespace = home.mount_namespace;
    process.keeper = {.unit = budget.take(keeper.unit),
                      .container = budget.take(keeper.container),
                      .container_name = budget.take(keeper.container_name),
                      .engine = keeper.engine,
                      .pod = budget.take(keeper.pod),
                      .qos = keeper.qos};
}

std::vector<Process> ProcessTree::list(const RunFooter* footer) {
    TextBudget budget(max_text_bytes), program_budget(max_program_bytes);
    std::unordered_set<std::uint64_t, IdHash> survivors;
    bool survivors_complete = false;
    if (footer != nullptr) {
        for (const Survivor& survivor : footer->survivors)
            survivors.insert(survivor.process);
        survivors_complete = footer->survivor_count <= footer->survivors.size();
    }
    std::vector<Process> processes;
    processes.reserve(nodes_.size() - 1);
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        Process process;
        process.id = node.id;
        process.parent = node.parent;
        process.tgid = node.tgid;
        process.comm = budget.take(comm(node.comm));
        process.image = budget.take(images_.path(node.last.image));
        const std::string_view arguments = reader_.string(node.last.arguments);
        process.argv = split_arguments(arguments.substr(0, max_argument_bytes), budget);
        process.argv_truncated = arguments_cut(arguments, node.last.argument_length);
        process.file = node.last.file;
        process.exec_count = node.exec_count;
        process.thread_count = node.thread_count;
        if (const Credential* credential = reader_.credential(node.credential)) {
            process.uid = credential->euid;
            process.uid_known = true;
        }
        process.start = node.start;
        if (node.ended) {
            process.end = node.end;
            decode_status(process, node.status);
        }
        // The list of survivors is cut at 100; when it is, a process whose end was not seen may be one.
        process.alive_at_end = !node.ended && footer != nullptr && (!survivors_complete || survivors.contains(node.id));
        process.placeholder = node.placeholder;
        process.there_before = node.there_before;
        set_home(process, node.home, budget);
        const Use use = whole_use(node);
        process.granted = use.granted;
        process.denied = use.denied;
        process.checked = use.checked;
        process.holdings = node.holdings;
        list_programs(node, process, program_budget);
        processes.push_back(std::move(process));
    }
    std::ranges::sort(processes, {}, &Process::id);
    limits_reached_ = limits_reached_ || budget.exceeded();
    return processes;
}

std::vector<std::string> ProcessTree::images() const {
    constexpr std::ptrdiff_t first = Images::other.value() + 1;
    std::vector<std::string> images(images_.paths().begin() + first, images_.paths().end());
    std::ranges::sort(images);
    return images;
}

}  // namespace caprec
