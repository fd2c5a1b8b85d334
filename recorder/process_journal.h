// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "bpf/event.h"
#include "recorder/digest.h"

namespace caprec {

// For a recording of kinds: keeps what is told of processes until something that is written refers to them, and forgets
// those that end before.
//
// A check is written with the life of its thread, of its process, and of those that they come from, as far as that has
// not been written.  So is the first exec, change of credentials, or request for capabilities of each kind.  Records
// are handed on in the order in which they came, but for those that wait: no record of a process comes after one that
// depends on it, as a task has the program that its creator had at that time.
//
// Memory grows with the processes and threads that are alive, and with the kinds; each has a limit.
class ProcessJournal {
public:
    static constexpr std::size_t max_waiting = 64;      // records of one thread; the oldest ones give way
    static constexpr std::size_t max_generations = 32;  // of those that have ended, and have descendants
    static constexpr std::size_t max_kinds = 1u << 16;  // of execs, changes and requests; see lost_kinds()

    using Write = std::function<void(std::span<const std::byte> record)>;
    explicit ProcessJournal(Write write);

    // Takes a record, as the kernel side wrote it, whole.  Writes it now or later, with what it needs, or never.
    void take(std::span<const std::byte> record);
    // Hands on what waits for processes of which something was written.
    void finish();

    std::uint64_t lost_kinds() const { return lost_kinds_; }  // records of kinds for which there was no room
    std::size_t alive() const { return lines_.size(); }       // threads that it knows

private:
    struct Record {
        std::uint64_t number = 0;
        std::vector<std::byte> bytes;
    };
    // What is told of one thread, and, in that of a process's first thread, of the process.
    struct Line {
        std::uint64_t thread = 0;
        std::shared_ptr<Line> creator, leader;      // of a first thread, or of another; null: not known
        std::vector<std::weak_ptr<Line>> children;  // the lines whose creator this is
        std::size_t pruned = 0;                     // how many there were when those that are gone were taken out
        std::vector<Record> waiting;
        bool written = false, has_task = false;
        Digest image, place;  // of the first thread: what the process runs, and where
    };
    using LinePointer = std::shared_ptr<Line>;

    Line& line_of(std::uint64_t thread);
    void begin(const ev_task& task);
    void end(const ev_exit& exit, std::span<const std::byte> record);
    void wait(Line& line, std::span<const std::byte> record);
    void write_for(std::uint64_t thread);
    void gather(const LinePointer& line, std::vector<LinePointer>& lines, std::unordered_set<const Line*>& known) const;
    bool is_new(const Digest& kind);
    Line& process_of(Line& line) { return line.leader ? *line.leader : line; }
    Digest kind_of(const ev_exec& exec, std::span<const std::byte> texts, const Line& process) const;
    Digest kind_of(const ev_cred_change& change, const Line& process) const;
    Digest kind_of(const ev_capability_request& request, const Line& process) const;

    Write write_;
    Digest seed_ = Digest::seed();
    std::unordered_map<std::uint64_t, LinePointer> lines_;
    std::unordered_set<Digest, Digest::Hash> kinds_;
    std::uint64_t number_ = 0, lost_kinds_ = 0;
};

}  // namespace caprec
