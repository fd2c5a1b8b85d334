// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "schema/losses.h"

#include "tests/live/trace.h"

namespace caprec {
namespace {

class Faults {
public:
    explicit Faults(const Trace& trace) : trace_(trace) {}

    std::string find() {
        whole();
        if (!trace_.footer)
            return text_;
        nothing_lost();
        tree();
        contents();
        outcomes();
        return text_;
    }

private:
    void unless(bool holds, const std::string& fault) {
        if (!holds && ++count_ <= 20)
            text_ += fault + "\n";
    }
    static std::string at(const CheckRow& check) { return " (check with order " + std::to_string(check.order) + ")"; }

    void whole() {
        unless(trace_.status == ReadStatus::end, "the trace does not end as a whole one: " + trace_.damage);
        unless(trace_.footer.has_value(), "there is no footer");
    }

    void nothing_lost() {
        const RunFooter& footer = *trace_.footer;
        for (const LossKind& kind : loss_kinds)
            unless(footer.losses.*kind.count == 0,
                   "lost: " + std::to_string(footer.losses.*kind.count) + " " + kind.json);
        unless(footer.checks_made == footer.checks_recorded + footer.checks_counted,
               "made and recorded differ: " + std::to_string(footer.checks_made) + ", " +
                   std::to_string(footer.checks_recorded) + " and " + std::to_string(footer.checks_counted) +
                   " counted");
        unless((footer.checks_counted != 0) <= trace_.header.only_kinds, "checks were only counted");
        unless(footer.checks_recorded == trace_.checks.size(), "the footer counts other checks than there are");
        unless(footer.outcomes_recorded == trace_.outcomes.size(), "the footer counts other outcomes than there are");
        unless(trace_.header.only_kinds ? footer.tasks_followed >= trace_.tasks.size()
                                        : footer.tasks_followed == trace_.tasks.size(),
               "the footer counts other tasks than there are");
        unless(footer.first_seen_rows == trace_.kinds.size(), "the footer counts other kinds than there are");
        std::uint64_t hits = 0;
        for (const Trace::Kind& kind : trace_.kinds)
            hits += kind.hits;
        // a task counts on its own for a while; a survivor has not handed in its last hits
        unless(footer.survivor_count > 0 ? hits <= footer.checks_made : hits == footer.checks_made,
               "the kinds' hits are " + std::to_string(hits) + ", not " + std::to_string(footer.checks_made));
    }

    void tree() {
        std::set<std::uint64_t> threads{0}, processes;
        for (const TaskRow& task : trace_.tasks) {
            unless(threads.insert(task.thread).second, "an id was used twice");
            unless(threads.contains(task.creator), "a task's creator came after it, or never");
            const bool is_process = task.kind == static_cast<std::uint64_t>(TaskKind::process);
            unless(is_process == (task.process == task.thread), "a task's kind and ids contradict each other");
            if (is_process)
                processes.insert(task.process);
            unless(processes.contains(task.process), "a task of an unknown process");
        }
        for (const CheckRow& check : trace_.checks)
            unless(threads.contains(check.thread) && check.thread != 0, "a check of an unknown thread" + at(check));
        for (const ExecRow& exec : trace_.execs)
            unless(processes.contains(exec.process), "an exec of an unknown process");
        std::set<std::uint64_t> gone, last;
        for (const ExitRow& exit : trace_.exits) {
            unless(gone.insert(exit.thread).second, "a thread ended twice");
            if (exit.last != 0)
                last.insert(exit.process);
        }
        if (trace_.footer->survivor_count == 0) {
            unless(trace_.exits.size() == trace_.tasks.size(), "there are not as many exits as tasks");
            unless(last == processes, "a process has no last exit");
        }
        // of those that survived a recording of kinds, some may have done nothing new
        unless(trace_.header.only_kinds ? last.size() <= processes.size()
                                        : last.size() + trace_.footer->survivor_count == processes.size(),
               "processes that neither ended nor survived");
    }

    void contents() {
        for (const CheckRow& check : trace_.checks) {
            try {
                (void)trace_.credential(check.credential);
                (void)trace_.user_namespace(check.target_namespace);
            } catch (const std::exception& error) {
                unless(false, error.what() + at(check));
            }
            const bool looked_at = (check.flags & check_walked) != 0;
            unless(check.stack != StackId(), "no kernel stack" + at(check));
            unless((check.flags & check_site_unknown) == 0, "not known by which calls it came" + at(check));
            unless(trace_.header.only_kinds || check.object == ObjectId() || (check.abi != 0 && looked_at),
                   "an object without a look at it in a syscall" + at(check));
            unless(check.capability < known_capabilities, "a capability that there is not" + at(check));
            unless(check.key != 0, "no key" + at(check));
        }
    }

    // Each syscall with a check has one outcome, which agrees with it, unless the thread never came back from it.
    void outcomes() {
        std::map<std::pair<std::uint64_t, std::uint64_t>, const OutcomeRow*> ends;
        std::map<std::uint64_t, std::uint64_t> last_sequence;
        for (const OutcomeRow& row : trace_.outcomes) {
            unless(ends.emplace(std::pair(row.thread, row.syscall_sequence), &row).second,
                   "two outcomes of one syscall");
            last_sequence[row.thread] = std::max(last_sequence[row.thread], row.syscall_sequence);
        }
        std::set<std::pair<std::uint64_t, std::uint64_t>> asked;
        for (const CheckRow& check : trace_.checks) {
            last_sequence[check.thread] = std::max(last_sequence[check.thread], check.syscall_sequence);
            if (check.abi != 0)
                asked.insert({check.thread, check.syscall_sequence});
        }
        for (const CheckRow& check : trace_.checks) {
            if (check.abi == 0)
                continue;
            const auto end = ends.find({check.thread, check.syscall_sequence});
            if (end == ends.end()) {
                unless(last_sequence[check.thread] == check.syscall_sequence,
                       "no outcome, but the thread went on" + at(check));
                continue;
            }
            unless(end->second->abi == check.abi && end->second->syscall == check.syscall,
                   "the outcome is of another syscall" + at(check));
            unless(end->second->order > check.order, "the outcome came before the check" + at(check));
        }
        for (const auto& [place, row] : ends)
            unless(asked.contains(place),
                   "an outcome of a syscall without a check, order " + std::to_string(row->order));
    }

    const Trace& trace_;
    std::string text_;
    int count_ = 0;
};

}  // namespace

std::string faults_of(const Trace& trace) { return Faults(trace).find(); }

}  // namespace caprec
