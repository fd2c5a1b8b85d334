// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct perf_buffer;
struct perf_event_header;

namespace caprec {

// One record of perf_event_open(2)'s side band.
struct MappingRecord {
    enum class Kind : std::uint8_t {
        mapping,      // executable memory was mapped
        new_program,  // an exec has thrown all mappings away; those of the new program follow
        lost,         // a ring was full
    } kind = Kind::mapping;
    std::uint64_t time = 0;                                // ns, CLOCK_MONOTONIC: the clock of the events
    std::uint32_t tgid = 0;                                // in the recorder's PID namespace; unused if process is set
    std::uint64_t process = 0;                             // the process's id in the trace; 0: not known
    std::uint64_t start = 0, length = 0, file_offset = 0;  // bytes
    std::string path;                                      // as the process's root sees it; "//anon", "[vdso]"
    std::string build_id;                                  // raw bytes; empty: not known, see device and inode
    std::uint32_t device = 0;                              // major << 20 | minor
    std::uint64_t inode = 0;
    std::uint64_t lost = 0;
};

// Nothing when it is a record of another kind, or too short for its kind.
std::optional<MappingRecord> parse_mapping_record(std::span<const std::byte> record);

// Records that found no room, all of them after `from` and not after `to`.
struct MappingGap {
    std::uint64_t from = 0, to = 0, count = 0;
};

// Whether a followed task can have mapped code in the gap.  This goes by the moments that the kernel side marked, and
// by the time that an exec takes from its mappings to its end, when it is marked.
bool concerns_followed(const MappingGap& gap, const std::uint64_t* marks);

// The kernel's records of mappings, read from a ring for each CPU.  They are of every process of the system and not
// just of the command's, because inherited events stop when a set-uid program is run.  When memory limits or privilege
// refuse rings of the wanted size, it takes smaller ones, or none, and keeps the kernel's answer.
class MappingEvents {
public:
    static constexpr std::size_t wanted_bytes = 512u << 10, least_bytes = 32u << 10;  // sizes of a ring

    // `map_fd` is a BPF_MAP_TYPE_PERF_EVENT_ARRAY; -1: no rings are wanted.  Never throws for a refusal.  `marks`: the
    // kernel side's mapping_marks.
    MappingEvents(int map_fd, const std::uint64_t* marks);
    ~MappingEvents();
    MappingEvents(const MappingEvents&) = delete;
    MappingEvents& operator=(const MappingEvents&) = delete;

    std::size_t ring_bytes() const { return ring_bytes_; }  // 0: there are none
    const std::string& refusal() const { return refusal_; }

    // Takes all records from the rings.  Afterwards every record that the kernel made before the call is available.
    void collect();
    // Gives the records up to `time`, in the order of time.
    void take_until(std::uint64_t time, const std::function<void(const MappingRecord&)>& handle);

    int fd() const;  // for epoll(7): readable when a part of a ring is full; -1: there are none

    // How many records found no room at a time when a followed task mapped code, as far as that is known by now; other
    // lost records do not matter.  Every mapping that a followed task made before `now` must be marked.
    std::uint64_t lost(std::uint64_t now);

private:
    bool open(int map_fd, std::size_t bytes);
    void add(const perf_event_header* record, unsigned cpu);

    struct Closer {
        void operator()(perf_buffer* rings) const;
    };
    std::unique_ptr<perf_buffer, Closer> rings_;
    std::size_t ring_bytes_ = 0;
    std::string refusal_;
    std::deque<MappingRecord> waiting_;  // sorted by time
    bool unsorted_ = false;
    const std::uint64_t* marks_;
    std::vector<std::uint64_t> newest_;  // for each CPU, the time of its newest record
    std::uint64_t opened_ = 0;           // the time when they were opened
    std::vector<MappingGap> gaps_;       // not yet decided
    std::uint64_t lost_ = 0;
};

}  // namespace caprec
