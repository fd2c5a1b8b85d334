// SPDX-License-Identifier: Apache-2.0
#include "recorder/process_journal.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace caprec {
namespace {

template <class Event> Event event_in(std::span<const std::byte> record) {
    Event event{};
    std::memcpy(&event, record.data(), std::min(record.size(), sizeof event));
    return event;
}

std::uint32_t type_of(std::span<const std::byte> record) { return event_in<ev_header>(record).type; }

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Of a place, as the kernel side tells kinds of check apart by it: units that systemd names by counting are alike.
void add_path(Digest& digest, std::string_view components) {
    while (!components.empty()) {
        const std::string_view name = components.substr(0, components.find('\0'));
        components.remove_prefix(std::min(name.size() + 1, components.size()));
        const bool is_session = name.starts_with("session-"), is_run = name.starts_with("run-");
        digest.add(is_session ? "session-" : is_run ? "run-" : name);
    }
}

// Whoever is created later has the program, the credentials and the place that these leave.
bool is_handed_down(std::span<const std::byte> record) {
    const std::uint32_t type = type_of(record);
    return type == EV_EXEC || type == EV_CRED_CHANGE || type == EV_PLACE;
}

}  // namespace

ProcessJournal::ProcessJournal(Write write) : write_(std::move(write)) {}

ProcessJournal::Line& ProcessJournal::line_of(std::uint64_t thread) {
    LinePointer& line = lines_[thread];
    if (!line) {
        line = std::make_shared<Line>();
        line->thread = thread;
    }
    return *line;
}

bool ProcessJournal::is_new(const Digest& kind) {
    if (kinds_.contains(kind))
        return false;
    if (kinds_.size() >= max_kinds) {
        ++lost_kinds_;
        return false;
    }
    kinds_.insert(kind);
    return true;
}

void ProcessJournal::take(std::span<const std::byte> record) {
    const auto header = event_in<ev_header>(record);
    const auto body = [record](std::size_t bytes) { return record.subspan(std::min(bytes, record.size())); };
    bool is_written = true;
    switch (header.type) {
        case EV_TASK:
            begin(event_in<ev_task>(record));
            is_written = false;
            break;
        case EV_EXEC: {
            const auto exec = event_in<ev_exec>(record);
            Line& process = process_of(line_of(header.thread));
            process.image = seed_;
            process.image.add(exec.inode);
            process.image.add(std::uint64_t{exec.device} << 32 | exec.mount_ns);
            process.image.add(exec.ctime);
            // what was there before is no exec: only what it does tells of it
            is_written = (exec.flags & EV_EXEC_THERE_BEFORE) == 0 && is_new(kind_of(exec, body(sizeof exec), process));
            break;
        }
        case EV_PLACE: {
            Line& process = process_of(line_of(header.thread));
            process.place = seed_;
            add_path(process.place, text_of(body(sizeof(ev_place))));
            is_written = false;
            break;
        }
        case EV_CRED_CHANGE:
            is_written = is_new(kind_of(event_in<ev_cred_change>(record), process_of(line_of(header.thread))));
            break;
        case EV_CAPABILITY_REQUEST:
            is_written = is_new(kind_of(event_in<ev_capability_request>(record), process_of(line_of(header.thread))));
            break;
        case EV_RENAME: is_written = false; break;
        case EV_EXIT: end(event_in<ev_exit>(record), record); return;
        default:
            write_for(header.thread);
            write_(record);
            return;
    }
    wait(line_of(header.thread), record);
    if (is_written)
        write_for(header.thread);
}

void ProcessJournal::begin(const ev_task& task) {
    Line& line = line_of(task.header.thread);
    line.has_task = true;
    const auto known = [this](std::uint64_t thread) {
        const auto found = lines_.find(thread);
        return found != lines_.end() ? found->second : nullptr;
    };
    if (task.process != task.header.thread) {
        line.leader = known(task.process);
        return;
    }
    line.creator = known(task.creator);
    if (!line.creator || line.creator.get() == &line)
        return;
    Line& creator = *line.creator;
    line.image = process_of(creator).image;
    line.place = process_of(creator).place;
    if (creator.children.size() >= 2 * creator.pruned + 16) {
        std::erase_if(creator.children, [](const std::weak_ptr<Line>& child) { return child.expired(); });
        creator.pruned = creator.children.size();
    }
    creator.children.push_back(lines_[task.header.thread]);
    Line* ancestor = &line;
    for (std::size_t i = 0; i < max_generations && ancestor != nullptr; ++i)
        ancestor = ancestor->creator.get();
    if (ancestor != nullptr)
        ancestor->creator.reset();
}

void ProcessJournal::wait(Line& line, std::span<const std::byte> record) {
    if (!line.waiting.empty() && type_of(record) == EV_RENAME && type_of(line.waiting.back().bytes) == EV_RENAME)
        line.waiting.pop_back();
    if (line.waiting.size() >= max_waiting) {
        const bool keeps_first = type_of(line.waiting.front().bytes) == EV_TASK;
        line.waiting.erase(line.waiting.begin() + (keeps_first ? 1 : 0));
    }
    line.waiting.push_back({++number_, {record.begin(), record.end()}});
}

// What has ended is kept as long as there are descendants, which come from it.
void ProcessJournal::end(const ev_exit& exit, std::span<const std::byte> record) {
    const auto found = lines_.find(exit.header.thread);
    if (found == lines_.end()) {
        write_(record);
        return;
    }
    const LinePointer line = found->second;
    wait(*line, record);
    if (line->written || !line->has_task)
        write_for(exit.header.thread);
    const bool is_first = !line->leader;
    if (!is_first)
        lines_.erase(exit.header.thread);
    if (exit.last != 0)
        lines_.erase(exit.process);
}

void ProcessJournal::gather(const LinePointer& line, std::vector<LinePointer>& lines,
                            std::unordered_set<const Line*>& known) const {
    if (!line || !known.insert(line.get()).second)
        return;
    const bool was_written = line->written;
    lines.push_back(line);
    gather(line->leader, lines, known);
    if (!was_written)
        gather(line->creator, lines, known);
}

void ProcessJournal::write_for(std::uint64_t thread) {
    const auto found = lines_.find(thread);
    if (found == lines_.end())
        return;
    const LinePointer& line = found->second;
    if (line->written && line->waiting.empty() && (!line->leader || line->leader->waiting.empty()))
        return;
    std::vector<LinePointer> lines;
    std::unordered_set<const Line*> known;
    gather(line, lines, known);
    // a child that is written later would come from what its creator has become by then
    for (std::size_t i = 0; i < lines.size(); ++i) {  // it grows
        const LinePointer each = lines[i];
        if (std::none_of(each->waiting.begin(), each->waiting.end(),
                         [](const Record& record) { return is_handed_down(record.bytes); }))
            continue;
        for (const std::weak_ptr<Line>& weak : each->children)
            if (const LinePointer child = weak.lock(); child && !child->written)
                gather(child, lines, known);
    }
    std::vector<Record> records;
    for (const LinePointer& each : lines) {
        std::move(each->waiting.begin(), each->waiting.end(), std::back_inserter(records));
        each->waiting.clear();
        each->written = true;
        each->creator.reset();  // all of it that this one needs is written
    }
    std::sort(records.begin(), records.end(),
              [](const Record& one, const Record& other) { return one.number < other.number; });
    for (const Record& record : records)
        write_(record.bytes);
}

void ProcessJournal::finish() {
    std::vector<std::uint64_t> threads;
    for (const auto& [thread, line] : lines_)
        if (line->written)
            threads.push_back(thread);
    std::sort(threads.begin(), threads.end());
    for (const std::uint64_t thread : threads)
        write_for(thread);
}

Digest ProcessJournal::kind_of(const ev_exec& exec, std::span<const std::byte> texts, const Line& process) const {
    const auto& [header, id, before, after, inode, ctime, argv_length, device, flags, given_bytes, interpreter_bytes,
                 path_bytes, outer_bytes, argv_bytes, mount_ns, uid, gid, mode, reserved] = exec;
    Digest kind = seed_;
    kind.add(EV_EXEC);
    for (const std::uint64_t word :
         {std::uint64_t{before}, std::uint64_t{after}, std::uint64_t{inode}, std::uint64_t{ctime},
          std::uint64_t{device} << 32 | flags, std::uint64_t{mount_ns} << 32 | mode, std::uint64_t{uid} << 32 | gid})
        kind.add(word);
    const std::size_t names = std::size_t{given_bytes} + interpreter_bytes + path_bytes + outer_bytes;
    kind.add(text_of(texts.first(std::min(names, texts.size()))));
    kind.add(process.place.a);
    return kind;
}

Digest ProcessJournal::kind_of(const ev_cred_change& change, const Line& process) const {
    const auto& [header, syscall_sequence, before, after, syscall, abi] = change;
    Digest kind = seed_;
    kind.add(EV_CRED_CHANGE);
    for (const std::uint64_t word : {process.image.a, process.place.a, std::uint64_t{before}, std::uint64_t{after},
                                     std::uint64_t{abi} << 32 | static_cast<std::uint32_t>(syscall)})
        kind.add(word);
    return kind;
}

Digest ProcessJournal::kind_of(const ev_capability_request& request, const Line& process) const {
    const auto& [header, syscall_sequence, effective, permitted, inheritable, value, syscall, abi, version, target,
                 flags, reserved] = request;
    Digest kind = seed_;
    kind.add(EV_CAPABILITY_REQUEST);
    for (const std::uint64_t word :
         {process.image.a, process.place.a, std::uint64_t{effective}, std::uint64_t{permitted},
          std::uint64_t{inheritable}, static_cast<std::uint64_t>(value < 0 ? value : 0),
          std::uint64_t{abi} << 32 | static_cast<std::uint32_t>(syscall), std::uint64_t{version} << 32 | flags,
          std::uint64_t{target != 0}})
        kind.add(word);
    return kind;
}

}  // namespace caprec
