// SPDX-License-Identifier: Apache-2.0
#include "analyzer/processes/process_tree.h"

#include <algorithm>

#include "analyzer/analysis/image_name.h"
#include "analyzer/processes/own_namespace.h"

namespace caprec {

namespace {

// The path says even less about a program in another mount namespace whose file lies outside its root.
ImagePlace image_place(const ExecRow& row) {
    return {.other_root = (row.flags & exec_other_root) != 0,
            .other_mounts = (row.flags & exec_other_mounts) != 0,
            .unknown = (row.flags & exec_placed) == 0 && (row.flags & exec_withheld) != 0};
}

}  // namespace

ProcessTree::ProcessTree(const TraceReader& reader, const ContainerNames* names)
    : reader_(reader), homes_(names), nodes_(1) {}

std::uint32_t ProcessTree::add_node(std::uint64_t process) {
    if (nodes_.size() > max_processes) {
        limits_reached_ = true;
        return unknown_process;
    }
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back().id = process;
    by_id_.emplace(process, index);
    return index;
}

std::uint32_t ProcessTree::node_of(std::uint64_t process) {
    if (process == 0)
        return unknown_process;
    if (const auto known = by_id_.find(process); known != by_id_.end())
        return known->second;
    const std::uint32_t index = add_node(process);
    nodes_[index].placeholder = index != unknown_process;
    return index;
}

ProcessTree::Thread* ProcessTree::known_thread(std::uint64_t thread) { return recent_.find_in(threads_, thread); }

ProcessTree::Thread* ProcessTree::add_thread(std::uint64_t id, const Thread& thread) {
    if (id == 0)
        return nullptr;
    if (threads_.size() >= max_threads && !ended_.empty())
        forget_oldest();
    if (threads_.size() >= max_threads) {
        limits_reached_ = true;
        return nullptr;
    }
    return &threads_.emplace(id, thread).first->second;
}

void ProcessTree::forget_oldest() {
    recent_.forget(ended_.front());
    threads_.erase(ended_.front());
    ended_.pop_front();
}

// The thread, or a new one in the given process when it is not known.
ProcessTree::Thread* ProcessTree::thread_of(std::uint64_t thread, std::uint64_t process) {
    if (Thread* known = known_thread(thread))
        return known;
    const std::uint32_t index = node_of(process);
    Node& node = nodes_[index];
    Thread* added = add_thread(thread, {.process = index, .comm = node.comm});
    if (added != nullptr && index != unknown_process) {
        ++node.thread_count;
        ++thread_count_;
    }
    return added;
}

void ProcessTree::inherit(Node& child, std::uint32_t parent) const {
    const Node& from = nodes_[parent];
    child.last.image = from.last.image;
    child.last.file = from.last.file;
    child.last.arguments = from.last.arguments;
    child.last.argument_length = from.last.argument_length;
    child.last.credential = from.last.credential;
    child.given_up = from.given_up;
    child.looked = from.looked;
}

// The kernel counts the start of a process on a clock that goes on while the machine sleeps.
std::uint64_t ProcessTree::start_of(const TaskRow& row) const {
    const Clock& clock = reader_.header().start;
    if (row.start_time == 0 || clock.boottime < clock.monotonic)
        return row.time;
    const std::uint64_t asleep = clock.boottime - clock.monotonic;
    return row.start_time > asleep ? row.start_time - asleep : 0;
}

void ProcessTree::leads(const TaskRow& row, std::uint32_t index) {
    if (row.recorder_tgid != 0)
        by_tgid_.insert_or_assign(static_cast<std::uint32_t>(row.recorder_tgid), index);
}

void ProcessTree::Use::add(const Use& other) {
    granted |= other.granted;
    denied |= other.denied;
    checked |= other.checked;
}

// Stores the program that the process ran, as an exec is about to replace it.
void ProcessTree::retire_program(Node& node) {
    if (node.exec_count == 0) {
        node.before_exec = node.last.use;
        if (node.there_before && node.last.image != Images::unknown)
            node.found = std::make_unique<Run>(node.last);
        return;
    }
    if (!node.earlier)
        node.earlier = std::make_unique<Earlier>();
    std::vector<Run>& runs = node.earlier->runs;
    const bool follows = runs.size() + 1 == node.exec_count;
    if (follows && node.exec_count < Process::max_programs && earlier_programs_ < max_earlier_programs) {
        runs.push_back(node.last);
        ++earlier_programs_;
    } else {
        node.earlier->left_out.add(node.last.use);
    }
}

// A check becomes final when its syscall returns: its program may have been replaced since.
ProcessTree::Use& ProcessTree::use_of(Node& node, std::uint32_t program) {
    if (program == node.exec_count || (program > 0 && !node.earlier))
        return node.last.use;
    if (program == 0)
        return node.before_exec;
    Earlier& earlier = *node.earlier;
    return program <= earlier.runs.size() ? earlier.runs[program - 1].use : earlier.left_out;
}

void ProcessTree::on(const TaskRow& row) {
    const bool there_before = (row.flags & task_there_before) != 0;
    std::uint32_t creator = unknown_process, step = 0;
    if (row.creator != 0 && !there_before) {
        const Thread* thread = thread_of(row.creator, row.creator);
        creator = thread != nullptr ? thread->process : unknown_process;
        step = thread != nullptr ? thread->step : 0;
    }
    const bool new_process = row.kind == static_cast<std::uint64_t>(TaskKind::process);
    const bool io_worker = row.kind == static_cast<std::uint64_t>(TaskKind::io_worker);
    const std::uint32_t index = node_of(row.process);
    if (index == unknown_process)
        return;
    Node& node = nodes_[index];
    if (new_process && node.placeholder) {  // node_of() makes only those; a second definition is not believed
        node.placeholder = false;
        node.there_before = there_before;
        node.start = there_before ? start_of(row) : row.time;
        if (!node.home)
            node.home = nodes_[creator].home;
        if (node.exec_count == 0 && !there_before) {
            inherit(node, creator);
            node.given_up.on_task(reader_.credential(nodes_[creator].credential), reader_.credential(row.credential));
        }
        node.comm = row.comm;
        if (there_before && row.parent_tgid != 0) {
            const auto known = by_tgid_.find(static_cast<std::uint32_t>(row.parent_tgid));
            creator = known != by_tgid_.end() ? known->second : unknown_process;
        }
        leads(row, index);
        const std::uint64_t parent = nodes_[creator].id;
        node.parent = parent < node.id ? parent : 0;
        node.credential = row.credential;
    }
    note_held(node, row.credential);
    if (node.tgid == 0)
        node.tgid = static_cast<std::uint32_t>(row.recorder_tgid);
    const auto tid = static_cast<std::uint32_t>(row.recorder_tid);
    if (Thread* known = known_thread(row.thread)) {  // seen before its definition: its events were lost
        known->tid = tid;
        return;
    }
    nodes_[index].step = std::max(nodes_[index].step, step);
    if (add_thread(row.thread, {.process = index, .tid = tid, .comm = row.comm, .step = step}) != nullptr) {
        ++(io_worker ? io_worker_count_ : thread_count_);
        node.thread_count += io_worker ? 0 : 1;
    }
}

// The path as the process's root sees it, or as it was given.
std::string_view ProcessTree::path_of(const ExecRow& row) const {
    if (const std::string_view path = reader_.string(row.path); !path.empty())
        return path;
    const std::string_view given = reader_.string(row.given);
    return given.empty() && (row.flags & exec_withheld) != 0 ? "(withheld)" : given;
}

bool ProcessTree::on(const ExecRow& row) {
    Thread* thread = thread_of(row.thread, row.process);
    const std::uint32_t index = thread != nullptr ? thread->process : node_of(row.process);
    if (index == unknown_process)
        return false;
    Node& node = nodes_[index];
    if ((row.flags & exec_there_before) != 0) {
        set_program(node, row);
        return false;
    }
    retire_program(node);
    node.holdings = {};  // what sets a unit or a container up holds everything, and ends in the exec of its program
    bool again = false;
    if (!before_command(node)) {
        node.given_up.on_exec(reader_.credential(row.before), reader_.credential(row.after));
        again = thread != nullptr && drops_at_exec(row) && steps(*thread, node);
    }
    set_program(node, row);
    if (thread != nullptr)
        thread->credential = row.after;
    node.looked = false;
    ++node.exec_count;
    return again;
}

// Makes the file of the row the program that runs.
void ProcessTree::set_program(Node& node, const ExecRow& row) {
    const std::string_view path = path_of(row);
    node.last = {.arguments = row.arguments,
                 .argument_length = row.arguments_length,
                 .image = images_.intern(image_name(path.substr(0, Images::max_path_bytes), image_place(row))),
                 .credential = row.after};
    note_held(node, row.after);
    node.last.file = files_.add(row, node.last.image, images_.path(node.last.image), reader_);
    if (row.after)
        node.credential = row.after;
}

void ProcessTree::on(const ExitRow& row) {
    Thread* thread = thread_of(row.thread, row.process);
    const std::uint32_t index = thread != nullptr ? thread->process : node_of(row.process);
    if (thread != nullptr && !thread->ended) {
        thread->ended = true;
        ended_.push_back(row.thread);
        if (ended_.size() > max_ended_threads)
            forget_oldest();
    }
    if (row.last != 0 && index != unknown_process) {
        Node& node = nodes_[index];
        node.ended = true;
        node.end = row.time;
        if (const auto known = by_tgid_.find(node.tgid); known != by_tgid_.end() && known->second == index)
            by_tgid_.erase(known);
        node.status = static_cast<std::uint32_t>(row.status);
    }
}

void ProcessTree::on(const RenameRow& row) {
    Thread* thread = thread_of(row.thread, row.thread);
    if (thread == nullptr)
        return;
    thread->comm = row.comm;
    if (thread->process != unknown_process && nodes_[thread->process].id == row.thread)
        nodes_[thread->process].comm = row.comm;
}

void ProcessTree::on(const PlaceRow& row) {
    std::uint32_t index = node_of(row.process);
    if (row.process == 0) {
        const Thread* thread = known_thread(row.thread);
        index = thread != nullptr ? thread->process : unknown_process;
    }
    if (index != unknown_process)
        nodes_[index].home = homes_.add(row, reader_);
}

// A new user namespace makes all sets anew, which says nothing about what was given up outside.
bool ProcessTree::drops(CredentialId before, CredentialId after) const {
    const Credential* old = before != after ? reader_.credential(before) : nullptr;
    const Credential* now = reader_.credential(after);
    return old != nullptr && now != nullptr && old->user_namespace == now->user_namespace &&
           !((old->permitted - now->permitted) | (old->bounding - now->bounding)).empty();
}

// A capability that had left the bounding set before was given up then.
bool ProcessTree::drops_at_exec(const ExecRow& row) const {
    return drops(row.before, row.after) &&
           !((reader_.credential(row.before)->permitted & reader_.credential(row.before)->bounding) -
             reader_.credential(row.after)->permitted)
                .empty();
}

// Whether the process is on the way to the command's exec, where changes are the recorder's doing.
bool ProcessTree::before_command(const Node& node) const {
    return node.parent == 0 && node.exec_count == 0 && !node.there_before &&
           reader_.header().scope == RecordingScope::command;
}

bool ProcessTree::on(const CredentialChangeRow& row) {
    Thread* thread = thread_of(row.thread, row.thread);
    if (thread == nullptr || thread->process == unknown_process || !row.after)
        return false;
    Node& node = nodes_[thread->process];
    node.credential = thread->credential = row.after;
    note_held(node, row.after);
    if (before_command(node))
        return false;
    node.given_up.on_change(reader_.credential(row.before), reader_.credential(row.after), row, node.looked);
    return drops(row.before, row.after) && steps(*thread, node);
}

void ProcessTree::note_held(Node& node, CredentialId credential) const {
    if (const Credential* known = reader_.credential(credential))
        node.holdings.add(holdings_of(*known, in_own_namespace(credential, reader_)));
}

CredentialId ProcessTree::credential(std::uint64_t thread, const Place& place) {
    const Thread* known = known_thread(thread);
    return known != nullptr && known->credential ? known->credential : nodes_[place.process].credential;
}

bool ProcessTree::steps(Thread& thread, Node& node) {
    ++thread.step;
    node.step = std::max(node.step, thread.step);
    return thread.step > 1;
}

ProcessTree::Stage ProcessTree::stage(std::uint64_t thread, const Place& place) {
    const Thread* known = known_thread(thread);
    if (place.step == 0 || (known != nullptr && known->step > place.step))
        return {};
    return {.phase = Phase::after_drop, .open = known != nullptr && !known->ended};
}

ProcessTree::Place ProcessTree::place_of(const Thread& thread) const {
    const Node& node = nodes_[thread.process];
    return {.process = thread.process,
            .image = node.last.image,
            .tgid = node.tgid,
            .tid = thread.tid,
            .comm = thread.comm,
            .program = node.exec_count,
            .step = thread.step,
            .home = node.home,
            .ended = thread.ended};
}

ProcessTree::Place ProcessTree::place(std::uint64_t thread) {
    const Thread* known = thread_of(thread, thread);
    return known != nullptr ? place_of(*known) : find(thread);
}

ProcessTree::Place ProcessTree::find(std::uint64_t thread) {
    if (const Thread* known = known_thread(thread))
        return place_of(*known);
    const auto node = by_id_.find(thread);  // its leader's id is the process's
    if (node == by_id_.end())
        return {};
    const Node& process = nodes_[node->second];
    return place_of({.process = node->second, .comm = process.comm, .step = process.step, .ended = process.ended});
}

GivenUp ProcessTree::given_up(const Place& place, const CheckRow& denied) const {
    const Credential* asked = reader_.credential(denied.credential);
    return asked != nullptr ? nodes_[place.process].given_up.how(*asked, static_cast<unsigned>(denied.capability))
                            : GivenUp::no;
}

void ProcessTree::note_check(const Place& place, unsigned capability) {
    note_selected(place);
    use_of(nodes_[place.process], place.program).checked.insert(capability);
}

void ProcessTree::note_use(std::uint32_t process, std::uint32_t program, unsigned capability, bool granted,
                           Verdict verdict) {
    Use& use = use_of(nodes_[process], program);
    if (granted && verdict != Verdict::not_needed)
        use.granted.insert(capability);
    if (!granted && verdict == Verdict::missing)
        use.denied.insert(capability);
}

}  // namespace caprec
