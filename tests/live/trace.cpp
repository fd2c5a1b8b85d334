// SPDX-License-Identifier: Apache-2.0
#include "tests/live/trace.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "schema/error.h"
#include "schema/syscalls.h"

namespace caprec {

struct Trace::Source final : ByteSource {
    explicit Source(const std::string& file) : stream(file, std::ios::binary) {
        if (!stream)
            throw Error("cannot open " + file);
    }
    std::size_t read(std::span<std::byte> into) override {
        stream.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
        return static_cast<std::size_t>(stream.gcount());
    }
    std::ifstream stream;
};

Trace::Trace() = default;
Trace::~Trace() = default;
Trace::Trace(Trace&&) noexcept = default;
Trace& Trace::operator=(Trace&&) noexcept = default;

Trace Trace::read(const std::string& file) {
    Trace trace;
    trace.source_ = std::make_unique<Source>(file);
    trace.reader_ = std::make_unique<TraceReader>(*trace.source_);
    TraceReader& reader = *trace.reader_;
    for (bool more = true; more;) {
        trace.status = reader.next();
        switch (trace.status) {
            case ReadStatus::header:
                trace.header = reader.header();
                trace.begun = true;
                break;
            case ReadStatus::events: reader.visit_events(trace); break;
            case ReadStatus::summary: reader.visit_first_seen(trace); break;
            case ReadStatus::footer: trace.footer = reader.footer(); break;
            case ReadStatus::files: reader.visit_files(trace); break;
            case ReadStatus::tables:
            case ReadStatus::unknown: break;
            case ReadStatus::end:
            case ReadStatus::cut:
            case ReadStatus::damaged: more = false; break;
        }
    }
    trace.damage = reader.damage();
    trace.bytes = reader.statistics().bytes;
    for (std::size_t i = 0; i < trace.tasks.size(); ++i)
        trace.task_places_.emplace(trace.tasks[i].thread, i);
    for (std::size_t i = 0; i < trace.outcomes.size(); ++i)
        trace.outcome_places_.emplace(std::pair(trace.outcomes[i].thread, trace.outcomes[i].syscall_sequence), i);
    return trace;
}

void Trace::on(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> seen) {
    kinds.push_back({first, hits, {seen.begin(), seen.end()}});
}

std::vector<CheckRow> Trace::checks_of(const std::string& capability) const {
    const auto number = capability_number(capability);
    if (!number)
        throw std::invalid_argument("no capability " + capability);
    std::vector<CheckRow> found;
    std::copy_if(checks.begin(), checks.end(), std::back_inserter(found),
                 [&](const CheckRow& check) { return check.capability == *number; });
    return found;
}

std::vector<CheckRow> Trace::priority_checks(int nice_value) const {
    std::vector<CheckRow> found;
    for (const CheckRow& check : checks_of("CAP_SYS_NICE"))
        if (syscall_of(check) == "setpriority" && static_cast<std::int32_t>(check.args[2]) == nice_value)
            found.push_back(check);
    return found;
}

std::optional<std::int64_t> Trace::outcome_of(const CheckRow& check) const {
    const auto place = outcome_places_.find({check.thread, check.syscall_sequence});
    if (check.abi == 0 || place == outcome_places_.end())
        return std::nullopt;
    return static_cast<std::int64_t>(outcomes[place->second].value);
}

std::string Trace::string(StringId id) const { return std::string(reader_->string(id)); }

std::string Trace::syscall_of(const CheckRow& check) const {
    return syscall_name(static_cast<Abi>(check.abi), check.syscall);
}

std::string Trace::object_of(const CheckRow& check) const {
    const Object* object = reader_->object(check.object);
    return object == nullptr ? std::string() : object->bytes;
}

std::vector<std::string> Trace::stack_of(const CheckRow& check) const {
    std::vector<std::string> symbols;
    if (const KernelStack* stack = reader_->stack(check.stack)) {
        for (const std::uint32_t id : stack->frames) {
            const Frame* frame = reader_->frame(FrameId(id));
            symbols.push_back(frame == nullptr ? "?" : string(frame->symbol));
        }
    }
    return symbols;
}

bool Trace::has_frame(const CheckRow& check, const std::string& symbol) const {
    const std::vector<std::string> symbols = stack_of(check);
    return std::find(symbols.begin(), symbols.end(), symbol) != symbols.end();
}

const Credential& Trace::credential(CredentialId id) const {
    const Credential* found = reader_->credential(id);
    if (found == nullptr)
        throw std::out_of_range("credential " + std::to_string(id.value()) + " is not defined");
    return *found;
}

const UserStack& Trace::user_stack(UserStackId id) const {
    const UserStack* found = reader_->user_stack(id);
    if (found == nullptr)
        throw std::out_of_range("no user stack " + std::to_string(id.value()));
    return *found;
}

std::string Trace::module_name(ModuleId id) const {
    const Module* found = reader_->module(id);
    return found != nullptr ? string(found->name) : "";
}

std::uint64_t Trace::user_stack_count() const { return reader_->statistics().user_stacks; }

const UserNamespace& Trace::user_namespace(NamespaceId id) const {
    const UserNamespace* found = reader_->user_namespace(id);
    if (found == nullptr)
        throw std::out_of_range("user namespace " + std::to_string(id.value()) + " is not defined");
    return *found;
}

const TaskRow* Trace::task(std::uint64_t thread) const {
    const auto place = task_places_.find(thread);
    return place == task_places_.end() ? nullptr : &tasks[place->second];
}

std::uint64_t Trace::process_of(const CheckRow& check) const {
    const TaskRow* row = task(check.thread);
    return row == nullptr ? 0 : row->process;
}

std::vector<TaskRow> Trace::tasks_of(TaskKind kind) const {
    std::vector<TaskRow> found;
    std::copy_if(tasks.begin(), tasks.end(), std::back_inserter(found),
                 [&](const TaskRow& row) { return row.kind == static_cast<std::uint64_t>(kind); });
    return found;
}

std::vector<ExecRow> Trace::execs_of(const std::string& file_name) const {
    std::vector<ExecRow> found;
    std::copy_if(execs.begin(), execs.end(), std::back_inserter(found),
                 [&](const ExecRow& row) { return string(row.path).ends_with("/" + file_name); });
    return found;
}

std::vector<std::string> Trace::arguments_of(const ExecRow& exec) const {
    const std::string text = string(exec.arguments);
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\0', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

}  // namespace caprec
