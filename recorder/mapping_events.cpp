// SPDX-License-Identifier: Apache-2.0
#include "recorder/mapping_events.h"

#include <bpf/libbpf.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <utility>

#include "bpf/event.h"
#include "schema/error.h"

namespace caprec {
namespace {

#ifndef PERF_RECORD_MISC_MMAP_BUILD_ID
#define PERF_RECORD_MISC_MMAP_BUILD_ID (1 << 14)
#endif

// The end of each record (sample_id_all): tid, time, cpu.
struct Trailer {
    std::uint32_t pid, tid;
    std::uint64_t time;
    std::uint32_t cpu, reserved;
};
struct Mmap2 {  // it comes after the header
    std::uint32_t pid, tid;
    std::uint64_t start, length, file_offset;
    union {
        struct {
            std::uint32_t major, minor;
            std::uint64_t inode, generation;
        };
        struct {
            std::uint8_t build_id_size, reserved[3];
            std::uint8_t build_id[20];
        };
    };
    std::uint32_t protection, flags;
};
struct Lost {
    std::uint64_t id, count;
};

template <class Part> bool copy_at(std::span<const std::byte> record, std::size_t at, Part& into) {
    if (at > record.size() || record.size() - at < sizeof into)
        return false;
    std::memcpy(&into, record.data() + at, sizeof into);
    return true;
}

void fill_mapping(std::span<const std::byte> record, bool has_build_id, MappingRecord& into, bool& sound) {
    Mmap2 fixed{};
    const std::size_t name_at = sizeof(perf_event_header) + sizeof fixed;
    sound = copy_at(record, sizeof(perf_event_header), fixed) && record.size() >= name_at + sizeof(Trailer);
    if (!sound)
        return;
    into.tgid = fixed.pid;
    into.start = fixed.start;
    into.length = fixed.length;
    into.file_offset = fixed.file_offset;
    const char* name = reinterpret_cast<const char*>(record.data() + name_at);
    into.path.assign(name, strnlen(name, record.size() - name_at - sizeof(Trailer)));
    if (has_build_id) {
        const std::size_t size = std::min<std::size_t>(fixed.build_id_size, sizeof fixed.build_id);
        into.build_id.assign(reinterpret_cast<const char*>(fixed.build_id), size);
    } else {
        into.device = fixed.major << 20 | (fixed.minor & 0xfffff);
        into.inode = fixed.inode;
    }
}

perf_event_attr mapping_attributes() {
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_DUMMY;
    attributes.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU;
    attributes.mmap = 1;
    attributes.mmap2 = 1;
    attributes.build_id = 1;
    attributes.comm = 1;
    attributes.comm_exec = 1;
    attributes.sample_id_all = 1;
    attributes.use_clockid = 1;
    attributes.clockid = CLOCK_MONOTONIC;
    attributes.watermark = 1;
    return attributes;
}

constexpr std::uint64_t longest_exec = 100'000'000;  // ns
constexpr std::size_t most_waiting = 1u << 17;       // records, however fast other programs map

std::string kib(std::size_t bytes) { return std::to_string(bytes >> 10) + " KiB for each CPU"; }

}  // namespace

std::optional<MappingRecord> parse_mapping_record(std::span<const std::byte> record) {
    perf_event_header header{};
    Trailer trailer{};
    if (!copy_at(record, 0, header) || record.size() < sizeof header + sizeof trailer ||
        !copy_at(record, record.size() - sizeof trailer, trailer))
        return std::nullopt;
    MappingRecord result;
    result.time = trailer.time;
    result.tgid = trailer.pid;
    bool sound = true;
    Lost lost{};
    switch (header.type) {
        case PERF_RECORD_MMAP2:
            fill_mapping(record, (header.misc & PERF_RECORD_MISC_MMAP_BUILD_ID) != 0, result, sound);
            break;
        case PERF_RECORD_COMM:
            result.kind = MappingRecord::Kind::new_program;
            sound = (header.misc & PERF_RECORD_MISC_COMM_EXEC) != 0;
            break;
        case PERF_RECORD_LOST:
            result.kind = MappingRecord::Kind::lost;
            sound = copy_at(record, sizeof header, lost);
            result.lost = lost.count;
            break;
        default: sound = false;
    }
    return sound ? std::optional(result) : std::nullopt;
}

void MappingEvents::Closer::operator()(perf_buffer* rings) const { perf_buffer__free(rings); }

bool concerns_followed(const MappingGap& gap, const std::uint64_t* marks) {
    const std::uint64_t first = gap.from >> EV_MARK_SHIFT, last = (gap.to + longest_exec) >> EV_MARK_SHIFT;
    if (last - first >= EV_MARKS)
        return true;
    for (std::uint64_t moment = first; moment <= last; ++moment)
        if (__atomic_load_n(&marks[moment % EV_MARKS], __ATOMIC_ACQUIRE) == moment)
            return true;
    return false;
}

MappingEvents::MappingEvents(int map_fd, const std::uint64_t* marks) : marks_(marks) {
    if (map_fd < 0)
        return;
    for (std::size_t bytes = wanted_bytes; bytes >= least_bytes; bytes /= 2) {
        if (open(map_fd, bytes))
            return;
        if (refusal_.empty())
            refusal_ = kib(bytes) + ": " + errno_text(errno);
    }
    refusal_ += ", and smaller ones";
}

MappingEvents::~MappingEvents() = default;

bool MappingEvents::open(int map_fd, std::size_t bytes) {
    perf_event_attr attributes = mapping_attributes();
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    attributes.wakeup_watermark = static_cast<std::uint32_t>(bytes / 4);
    const auto take = [](void* self, int cpu, perf_event_header* record) {
        static_cast<MappingEvents*>(self)->add(record, static_cast<unsigned>(cpu));
        return LIBBPF_PERF_EVENT_CONT;
    };
    const libbpf_print_fn_t before = libbpf_set_print(nullptr);  // a refusal is no warning: smaller rings are tried
    rings_.reset(
        perf_buffer__new_raw(map_fd, std::max<std::size_t>(bytes / page, 1), &attributes, take, this, nullptr));
    const int error = errno;
    libbpf_set_print(before);
    errno = error;
    if (rings_) {
        ring_bytes_ = bytes;
        const auto now = std::chrono::steady_clock::now().time_since_epoch();  // CLOCK_MONOTONIC
        opened_ = static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
    }
    return rings_ != nullptr;
}

int MappingEvents::fd() const { return rings_ ? perf_buffer__epoll_fd(rings_.get()) : -1; }

void MappingEvents::add(const perf_event_header* record, unsigned cpu) {
    auto parsed = parse_mapping_record({reinterpret_cast<const std::byte*>(record), record->size});
    if (!parsed)
        return;
    if (newest_.size() <= cpu)
        newest_.resize(cpu + 1, opened_);
    const std::uint64_t before = std::exchange(newest_[cpu], parsed->time);
    if (parsed->kind == MappingRecord::Kind::lost) {
        gaps_.push_back({before, parsed->time, parsed->lost});
        return;
    }
    if (waiting_.size() >= most_waiting) {
        gaps_.push_back({parsed->time, parsed->time, 1});
        return;
    }
    unsorted_ = unsorted_ || (!waiting_.empty() && parsed->time < waiting_.back().time);
    waiting_.push_back(std::move(*parsed));
}

void MappingEvents::collect() {
    if (!rings_)
        return;
    (void)perf_buffer__consume(rings_.get());
    if (unsorted_)
        std::stable_sort(waiting_.begin(), waiting_.end(),
                         [](const MappingRecord& a, const MappingRecord& b) { return a.time < b.time; });
    unsorted_ = false;
}

std::uint64_t MappingEvents::lost(std::uint64_t now) {
    std::erase_if(gaps_, [&](const MappingGap& gap) {
        if (gap.to + longest_exec >= now)
            return false;
        lost_ += concerns_followed(gap, marks_) ? gap.count : 0;
        return true;
    });
    return lost_;
}

void MappingEvents::take_until(std::uint64_t time, const std::function<void(const MappingRecord&)>& handle) {
    while (!waiting_.empty() && waiting_.front().time <= time) {
        handle(waiting_.front());
        waiting_.pop_front();
    }
}

}  // namespace caprec
