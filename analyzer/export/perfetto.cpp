// SPDX-License-Identifier: Apache-2.0
//
// A timeline for https://ui.perfetto.dev, in the JSON that chrome://tracing and speedscope import as well.
// Processes and threads are slices from their start to their end, programs are slices from exec to exec or exit, checks
// are instants with arguments.  Importers sort by time: everything is written as soon as it is known, and memory is
// taken by processes, not by checks.  Perfetto's own format, Protocol Buffers with shared strings, is some ten times
// smaller; this one can be read by more programs, and gzip, which Perfetto opens as it is, takes most of the
// difference.
#include <sys/wait.h>
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "analyzer/analysis/image_name.h"
#include "analyzer/emit/events/event_line.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/export/parts/exporter.h"
#include "analyzer/export/parts/track_ids.h"
#include "analyzer/export/writers.h"
#include "analyzer/words/clock_text.h"
#include "analyzer/words/object_text.h"
#include "analyzer/words/syscall_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t max_threads = 1u << 18, max_stack_bytes = 16'384;

std::string_view cut(std::string_view text) { return TraceEventWriter::cut(text); }

// The command line as a person would type it, from argv as in memory: each argument with its final NUL.
std::string command_line(std::string_view bytes) {
    std::vector<std::string> arguments;
    for (bytes = cut(bytes); !bytes.empty();) {
        const std::size_t end = std::min(bytes.find('\0'), bytes.size());
        arguments.emplace_back(bytes.substr(0, end));
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return shell_command(arguments);
}

// The stack on one line, innermost first: equal texts are one string in Perfetto's tables, while a list would be many
// rows.
std::string stack_text(const std::vector<StackFrame>& frames) {
    std::string text;
    for (auto frame = frames.rbegin(); frame != frames.rend() && text.size() < max_stack_bytes; ++frame)
        text += (text.empty() ? "" : " <- ") + frame->name;
    return text;
}

class PerfettoExporter : public Exporter, public EventVisitor {
public:
    using Exporter::on;
    explicit PerfettoExporter(const ExportTarget& target)
        : reader_(target.reader), exporter_(target.exporter), out_(target.out), frames_(target.frames()) {}

    EventVisitor* rows() override { return this; }
    void on(const AnnotatedCheck& check) override;
    void finish(StreamSummary summary) override;

    void on(const TaskRow& row) override;
    void on(const ExecRow& row) override;
    void on(const ExitRow& row) override;
    void on(const RenameRow& row) override;
    void on(const CheckRow&) override {}  // it comes again as an AnnotatedCheck
    void on(const OutcomeRow&) override {}
    void on(const CredentialChangeRow&) override {}
    void on(const CapabilityRequestRow&) override {}
    void on(const MappingRow&) override {}
    void on(const ComparisonRow&) override {}
    void on(const RefusalRow&) override {}
    void on(const PlaceRow&) override {}

private:
    struct Thread {
        TimelineThread where;
        std::uint64_t start = 0;
        std::string name = {};  // name of its slice; empty: it has none of its own
    };
    struct KnownStack {
        UserStackId user{};
        StackId kernel{};
        std::string text;
    };

    ProcessTrack& track(std::uint64_t process, std::uint32_t pid, std::string_view name);
    void end_program(ProcessTrack& process, std::uint64_t end);
    // Without a status, the process was alive when the recording ended, or its exit was lost.
    void end_process(ProcessTrack& process, std::uint64_t end, std::optional<int> status);
    void end_thread(const Thread& thread, std::uint64_t end);
    std::uint64_t since_start(std::uint64_t time) const;
    void write_arguments(JsonObject& json, const AnnotatedCheck& check);
    const std::string& stack(UserStackId user, StackId kernel);

    const TraceReader& reader_;
    std::string exporter_;
    TraceEventWriter out_;
    CheckFrames frames_;
    TrackIds tracks_;
    std::unordered_map<std::uint64_t, Thread, IdHash> threads_;  // those that are alive
    std::array<KnownStack, 64> stacks_;                          // by ids: neighbouring checks often have equal stacks
};

std::uint64_t PerfettoExporter::since_start(std::uint64_t time) const {
    const std::uint64_t start = reader_.header().start.monotonic;
    return time > start ? time - start : 0;
}

// `name` is used when the process has none.
ProcessTrack& PerfettoExporter::track(std::uint64_t process, std::uint32_t pid, std::string_view name) {
    ProcessTrack& track = tracks_.track(process, pid);
    if (!track.named && !name.empty()) {
        out_.name_process(track.first_thread(), name);
        track.named = true;
    }
    return track;
}

void PerfettoExporter::on(const TaskRow& row) {
    const auto tid = static_cast<std::uint32_t>(row.recorder_tid);
    const std::string_view comm = reader_.string(row.comm);
    ProcessTrack& process = track(row.process, static_cast<std::uint32_t>(row.recorder_tgid), comm);
    Thread thread{.where = process.thread(tid), .start = since_start(row.time)};
    if (row.kind == static_cast<std::uint64_t>(TaskKind::process)) {
        const auto creator = threads_.find(row.creator);
        process.open = true;
        process.start = thread.start;
        process.id = row.process;
        process.parent = creator != threads_.end() ? creator->second.where.process : 0;
    } else {
        thread.name =
            (row.kind == static_cast<std::uint64_t>(TaskKind::thread) ? "thread " : "io worker ") + std::to_string(tid);
    }
    if (threads_.size() < max_threads && threads_.emplace(row.thread, thread).second)
        out_.name_thread(thread.where, comm);
}

void PerfettoExporter::end_program(ProcessTrack& process, std::uint64_t end) {
    if (!process.program.open)
        return;
    process.program.open = false;
    const std::string_view image = reader_.string(process.program.image);
    // Importers nest what lies within, and some add start and duration as floating-point numbers: 1 ns at each end
    // leaves no doubt.
    const std::uint64_t start = std::max(process.program.start, process.open ? process.start + 1 : 0);
    JsonObject json = out_.slice(process.first_thread(), start, end > 0 ? end - 1 : 0, program_name(image, {}), "exec");
    json.begin_object("args");
    json.string("image", cut(image));
    json.string("command", command_line(reader_.string(process.program.arguments)));
    json.end_object();
    json.end();
}

void PerfettoExporter::end_process(ProcessTrack& process, std::uint64_t end, std::optional<int> status) {
    end_program(process, end);
    if (!process.open)
        return;
    process.open = false;
    const std::string name = "process " + std::to_string(process.pid);
    JsonObject json = out_.slice(process.first_thread(), process.start, end, name, "task");
    json.begin_object("args");
    json.number("id", process.id);
    if (process.parent != 0)
        json.number("parent", process.parent);
    if (!status)
        json.boolean("end_recorded", false);
    else if (WIFSIGNALED(*status))
        json.number("signal", WTERMSIG(*status));
    else
        json.number("exit_status", WEXITSTATUS(*status));
    json.end_object();
    json.end();
}

void PerfettoExporter::end_thread(const Thread& thread, std::uint64_t end) {
    if (!thread.name.empty())
        out_.slice(thread.where, thread.start, end, thread.name, "task").end();
}

void PerfettoExporter::on(const ExecRow& row) {
    ProcessTrack& process = track(row.process, 0, {});
    const std::uint64_t now = since_start(row.time);
    end_program(process, now);
    const StringId image = reader_.string(row.path).empty() ? row.given : row.path;
    process.program = {.open = true, .start = now, .image = image, .arguments = row.arguments};
    process.named = true;
    out_.name_process(process.first_thread(), program_name(reader_.string(image), {}));
}

void PerfettoExporter::on(const ExitRow& row) {
    const std::uint64_t now = since_start(row.time);
    if (const auto thread = threads_.find(row.thread); thread != threads_.end()) {
        end_thread(thread->second, now);
        threads_.erase(thread);
    }
    if (row.last != 0)
        end_process(track(row.process, 0, {}), now, static_cast<int>(row.status & 0xffff));
}

void PerfettoExporter::on(const RenameRow& row) {
    const auto thread = threads_.find(row.thread);
    if (thread != threads_.end())
        out_.name_thread(thread->second.where, reader_.string(row.comm));
}

const std::string& PerfettoExporter::stack(UserStackId user, StackId kernel) {
    KnownStack& known = stacks_[(user.value() * 31 + kernel.value()) % stacks_.size()];
    if (known.user != user || known.kernel != kernel || known.text.empty())
        known = {user, kernel, stack_text(frames_.frames(user, kernel))};
    return known.text;
}

void PerfettoExporter::write_arguments(JsonObject& json, const AnnotatedCheck& check) {
    json.string("verdict", verdict_name(check.verdict));
    json.string("rule", check.rule);
    json.boolean("granted", check.row.granted());
    if (!check.image.empty())
        json.string("program", cut(image_label(check.image)));
    if (check.uid)
        json.number("uid", *check.uid);
    if (const std::string syscall = syscall_text(check.row); !syscall.empty()) {
        json.string("syscall", syscall);
        json.string("outcome", outcome_word(check));
        if (const Object* object = reader_.object(check.row.object))
            json.string("object", cut(object_text(*object, syscall)));
    }
    json.string("site", check.site);
    json.string("stack", stack(check.user_stack, check.stack));
    if (check.count > 1)
        json.number("count", check.count);
    if (check.from_summary)
        json.boolean("first_of_its_kind", true);
}

void PerfettoExporter::on(const AnnotatedCheck& check) {
    const ProcessTrack& process = track(check.process, check.tgid, program_name(check.image, check.comm));
    const std::string name = capability_name(static_cast<unsigned>(check.row.capability));
    JsonObject json = out_.instant(process.thread(check.tid), since_start(check.row.time),
                                   check.row.granted() ? name : name + " denied", verdict_name(check.verdict));
    json.begin_object("args");
    write_arguments(json, check);
    json.end_object();
    json.end();
}

void PerfettoExporter::finish(StreamSummary summary) {
    const RunHeader& header = summary.run.header;
    const std::uint64_t end = recorded_time(summary.run);
    for (const auto& [id, thread] : std::map(threads_.begin(), threads_.end()))
        end_thread(thread, end);
    tracks_.for_each([&](ProcessTrack& process) { end_process(process, end, std::nullopt); });

    std::string problems;
    for (const std::string& problem : summary.completeness.problems)
        problems += (problems.empty() ? "" : "; ") + problem;
    JsonObject json = out_.run_facts();
    json.string("exporter", exporter_);
    json.string("command", recorded_text(header));
    json.string("host", header.host_name);
    json.string("kernel", header.kernel_release);
    json.string("start", rfc3339_text(header.start));
    json.boolean("complete", summary.completeness.complete);
    if (!problems.empty())
        json.string("problems", problems);
    json.end();
    out_.close();
}

}  // namespace

std::unique_ptr<Exporter> make_perfetto(const ExportTarget& target) {
    return std::make_unique<PerfettoExporter>(target);
}

}  // namespace caprec
