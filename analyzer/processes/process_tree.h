// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/analysis/process.h"
#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/given_up.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/containers/lookup_cache.h"
#include "analyzer/processes/homes.h"
#include "analyzer/processes/images.h"
#include "analyzer/processes/program_files.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

class TextBudget;

// Finds out, by the 64-bit ids of the trace, which process a thread belongs to, what it runs, and under what name.
//
// A thread without a definition gets a process of its own, marked as a placeholder.  A parent has a smaller id than its
// child (ids are counted), so a file cannot make a cycle.  Threads that have ended are remembered for a while, since
// closing files makes checks after the exit.
class ProcessTree {
public:
    static constexpr std::size_t max_processes = 1'000'000, max_threads = 1u << 18, max_ended_threads = 1u << 16;
    static constexpr std::size_t max_comm_bytes = 64;              // the part of a comm that is kept
    static constexpr std::size_t max_text_bytes = 64u << 20;       // all strings of list() together
    static constexpr std::size_t max_program_bytes = 32u << 20;    // all Process::programs together
    static constexpr std::size_t max_earlier_programs = 1u << 19;  // kept beside the last one of their process
    static constexpr std::uint32_t unknown_process = 0;            // an index; its id is 0

    // The state of a thread at this point of the trace.
    struct Place {
        std::uint32_t process = unknown_process;  // index
        ImageId image = Images::unknown;
        std::uint32_t tgid = 0, tid = 0;  // in the recorder's PID namespace; 0: not known
        StringId comm{};
        std::uint32_t program = 0;  // number of the exec that started the program; 0: none yet
        std::uint32_t step = 0;     // how often the thread, and those it descends from, gave up capabilities for good
        HomeId home{};
        bool ended = false;  // its exit was seen
    };

    // The phase of a thread's actions at a step; `open` when a later drop of the thread may still make it startup.
    struct Stage {
        Phase phase = Phase::startup;
        bool open = false;
    };

    // Keeps both; `names` are those of containers, null: none are known.
    explicit ProcessTree(const TraceReader& reader, const ContainerNames* names = nullptr);

    void on(const TaskRow& row);
    void on(const ExitRow& row);
    void on(const RenameRow& row);
    void on(const PlaceRow& row);
    // True when the thread had dropped before and did so again, so that what it did in between was not in its last
    // phase yet.
    bool on(const CredentialChangeRow& row);
    bool on(const ExecRow& row);

    Stage stage(std::uint64_t thread, const Place& place);
    // Whether the process's credential has less than this earlier one had.
    bool has_dropped_since(const Place& place, CredentialId credential) const {
        return drops(credential, nodes_[place.process].credential);
    }

    Place place(std::uint64_t thread);  // makes a placeholder when it has to
    Place find(std::uint64_t thread);   // makes none: gives unknown_process instead

    // Whether and how the process, or an ancestor in the run, gave up the capability that the asked credential lacks.
    GivenUp given_up(const Place& place, const CheckRow& denied) const;

    std::uint64_t process_id(std::uint32_t process) const { return nodes_[process].id; }
    std::string_view image(ImageId id) const { return images_.path(id); }
    ImageId image_id(std::string_view path) { return images_.intern(path); }  // for a program that ran
    std::vector<std::string> images() const;  // the known images of programs that ran, sorted
    std::string_view comm(StringId id) const { return reader_.string(id).substr(0, max_comm_bytes); }

    Homes& homes() { return homes_; }
    const Homes& homes() const { return homes_; }
    const ProgramFiles& files() const { return files_; }
    void add_file(const ProgramEntry& entry) { files_.add(entry, reader_); }

    // The answer is about the process, or about something that it did.
    void note_selected(const Place& place) { nodes_[place.process].selected = true; }
    bool is_selected(std::uint64_t process) const {
        const auto known = by_id_.find(process);
        return known != by_id_.end() && nodes_[known->second].selected;
    }
    // Adds a check to what list() says of its process, and of the program that ran when it was made.
    void note_check(const Place& place, unsigned capability);
    // Adds the result of a check, or of a need that nobody asked for, once the verdict stands.  `process` and `program`
    // are as in a Place.
    void note_use(std::uint32_t process, std::uint32_t program, unsigned capability, bool granted, Verdict verdict);

    // The program that the process runs has read its own sets.
    void note_look(const Place& place) { nodes_[place.process].looked = true; }
    bool has_looked(const Place& place) const { return nodes_[place.process].looked; }
    std::uint64_t parent_id(std::uint64_t process) const {
        const auto known = by_id_.find(process);
        return known != by_id_.end() ? nodes_[known->second].parent : 0;
    }
    // The credential right after the last exec, be it of the process or of the one it inherited the program from; 0:
    // not known.
    CredentialId started_with(const Place& place) const { return nodes_[place.process].last.credential; }
    // The thread's present credential; none: not known.
    CredentialId credential(std::uint64_t thread, const Place& place);
    std::string_view arguments(const Place& place) const {  // those of the last exec
        return reader_.string(nodes_[place.process].last.arguments);
    }

    // All processes, sorted by id.  `footer` tells which survived; without it, none is called alive.
    std::vector<Process> list(const RunFooter* footer);

    std::uint64_t selected_count() const {
        return static_cast<std::uint64_t>(
            std::count_if(nodes_.begin() + 1, nodes_.end(), [](const Node& node) { return node.selected; }));
    }
    std::uint64_t process_count() const { return nodes_.size() - 1; }
    std::uint64_t thread_count() const { return thread_count_; }  // io workers left out
    std::uint64_t io_worker_count() const { return io_worker_count_; }
    bool limits_reached() const { return limits_reached_ || images_.limits_reached() || homes_.limits_reached(); }

private:
    struct Use {
        CapabilitySet granted, denied, checked;
        void add(const Use& other);
    };
    struct Run {  // one program in one process
        Use use = {};
        StringId arguments{};
        std::uint64_t argument_length = 0;
        ImageId image = Images::unknown;
        std::uint32_t file = 0;     // number in ProgramFiles
        CredentialId credential{};  // the one right after the exec
    };
    struct Earlier {
        std::vector<Run> runs;  // those of the first execs, without a gap: [0] is exec number 1
        Use left_out;           // the execs between them and the last one
    };
    struct Node {
        std::uint64_t id = 0, parent = 0;
        std::uint64_t start = 0, end = 0;
        StringId comm{};
        CredentialId credential{};
        Run last;                          // until the first exec, the parent's program
        Use before_exec;                   // the uses before it, once there was one
        std::unique_ptr<Run> found;        // the program that ran before it, of a process that was there before
        std::unique_ptr<Earlier> earlier;  // null up to the second exec: most processes have one
        std::uint32_t tgid = 0;
        std::uint32_t exec_count = 0, thread_count = 0;
        std::uint32_t status = 0;
        bool ended = false, placeholder = false;
        bool there_before = false, selected = false;
        bool looked = false;  // its program has read its own sets
        HomeId home{};
        GivenUpSets given_up;
        Holdings holdings;       // since the last exec
        std::uint32_t step = 0;  // the step of its furthest thread
    };
    struct Thread {
        std::uint32_t process = unknown_process;
        std::uint32_t tid = 0;
        StringId comm{};
        std::uint32_t step = 0;     // each thread has a credential of its own, and drops by itself
        CredentialId credential{};  // the one it changed to; none: that of its process
        bool ended = false;
    };

    std::uint32_t node_of(std::uint64_t process);  // makes a placeholder when there is none
    std::uint32_t add_node(std::uint64_t process);
    Thread* thread_of(std::uint64_t thread, std::uint64_t process);
    Thread* known_thread(std::uint64_t thread);
    Thread* add_thread(std::uint64_t id, const Thread& thread);
    void forget_oldest();
    void inherit(Node& child, std::uint32_t parent) const;
    std::string_view path_of(const ExecRow& row) const;
    void retire_program(Node& node);
    static Use& use_of(Node& node, std::uint32_t program);
    static Use whole_use(const Node& node);
    void list_programs(const Node& node, Process& process, TextBudget& budget) const;
    void set_home(Process& process, HomeId id, TextBudget& budget) const;
    Place place_of(const Thread& thread) const;
    bool before_command(const Node& node) const;
    std::uint64_t start_of(const TaskRow& row) const;
    void set_program(Node& node, const ExecRow& row);
    void leads(const TaskRow& row, std::uint32_t index);  // its number leads to this process, as long as it lives
    bool steps(Thread& thread, Node& node);               // counts one more step; see on()
    bool drops_at_exec(const ExecRow& row) const;
    bool drops(CredentialId before, CredentialId after) const;
    void note_held(Node& node, CredentialId credential) const;

    const TraceReader& reader_;
    Images images_;
    Homes homes_;
    ProgramFiles files_;
    std::deque<Node> nodes_;  // [0] is unknown_process
    std::unordered_map<std::uint64_t, std::uint32_t, IdHash> by_id_;
    std::unordered_map<std::uint64_t, Thread, IdHash> threads_;
    std::unordered_map<std::uint32_t, std::uint32_t, IdHash> by_tgid_;  // processes that are alive
    std::deque<std::uint64_t> ended_;                                   // threads, oldest first
    LookupCache<Thread> recent_;
    std::uint64_t thread_count_ = 0, io_worker_count_ = 0;
    std::size_t earlier_programs_ = 0;
    bool limits_reached_ = false;
};

}  // namespace caprec
