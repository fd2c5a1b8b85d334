// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>

#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/emit/report/text.h"
#include "analyzer/words/clock_text.h"
#include "schema/hex.h"
#include "schema/losses.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t label_width = 16;

class Info {
public:
    Info(const TraceFacts& facts, const TextStyle& style, std::ostream& out)
        : facts_(facts), style_(style), out_(out) {}

    void write() {
        out_ << incomplete_text(facts_.completeness, style_);
        write_file();
        if (facts_.run.runs.empty()) {
            write_run();
            write_hook();
        } else {
            write_runs();
        }
        write_counts();
        write_losses();
        write_settings();
    }

private:
    void line(const char* label, const std::string& value) {
        out_ << left_aligned(label, label_width) << value << '\n';
    }

    std::string state() const {
        const Completeness& completeness = facts_.completeness;
        if (completeness.damaged)
            return "damaged: what follows the damage was not read";
        if (completeness.still_recording)
            return "still being recorded";
        if (completeness.cut)
            return "cut: it has no end";
        return "whole";
    }

    void write_file() {
        const ChunkCounts& chunks = facts_.chunks;
        line("file", style_.file.empty() || style_.file == "-" ? "(standard input)" : escape(style_.file));
        line("state", state());
        line("size", with_commas(facts_.bytes) + " bytes, " + counted(chunks.all, "chunk") + ": " +
                         std::to_string(chunks.header) + " header, " + with_commas(chunks.tables) + " tables, " +
                         with_commas(chunks.events) + " events, " + with_commas(chunks.summary) + " summary, " +
                         std::to_string(chunks.footer) + " footer, " + with_commas(chunks.files) + " files, " +
                         with_commas(chunks.unknown) + " unknown");
        if (facts_.rows.checks > 0)
            line("", std::to_string(facts_.bytes / facts_.rows.checks) + " bytes for each check");
        const RunHeader& header = facts_.run.header;
        line("format", "version " + std::to_string(header.version) + ", readable from version " +
                           std::to_string(header.min_reader_version) + "; written by " + escape(header.recorder));
        line("run", hex_of_bytes(header.run_id));
    }

    void write_run() {
        const RunHeader& header = facts_.run.header;
        out_ << '\n';
        if (header.scope == RecordingScope::command)
            line("command", shell_command(header.command));
        else
            line("scope", recorded_text(header));
        line("in", escape(header.working_directory));
        if (header.scope == RecordingScope::command)
            line("ended", target_text(facts_.run));
        line("host",
             escape(header.host_name) + ", Linux " + escape(header.kernel_release) + ' ' + escape(header.machine));
        line("", escape(header.kernel_version));
        line("boot", escape(header.boot_id));
        std::string caller = "uid " + std::to_string(header.caller_uid) + ", gid " + std::to_string(header.caller_gid) +
                             ", effective uid " + std::to_string(header.caller_effective_uid);
        if (header.on_behalf_of_uid != header.caller_uid)
            caller += ", on behalf of uid " + std::to_string(header.on_behalf_of_uid);
        line("caller", caller);
        if (!header.run_as_user.empty())
            line("ran as", escape(header.run_as_user) + " (uid " + std::to_string(header.run_as_uid) + ')');
        line("namespaces", "user " + std::to_string(header.home_namespace.inode) + " (level " +
                               std::to_string(header.home_namespace.level) + "), PID level " +
                               std::to_string(header.pid_namespace_level));
        line("start", rfc3339_text(header.start) + ", monotonic " + seconds(header.start.monotonic) + ", boottime " +
                          seconds(header.start.boottime));
        if (facts_.run.footer) {
            const Clock& end = facts_.run.footer->end;
            line("end", rfc3339_text(end) + ", monotonic " + seconds(end.monotonic) + ", boottime " +
                            seconds(end.boottime) + ": " + end_reason_text(facts_.run.footer->reason));
        }
        line("recorded", duration_text(recorded_time(facts_.run)));
    }

    void write_runs() {
        constexpr std::size_t shown_runs = 50;
        const RunFacts& run = facts_.run;
        out_ << '\n';
        line("commands", command_text(run));
        line("hosts", host_text(run));
        line("ended", target_text(run));
        line("recorded", duration_text(recorded_time(run)) + " together; " + counted(run.checks, "check") + " by " +
                             counted(run.processes, "process", "processes"));
        out_ << "\nRUN                               START                HOST              CHECKS  STATE\n";
        for (std::size_t at = 0; at < std::min(run.runs.size(), shown_runs); ++at) {
            const SummedRun& each = run.runs[at];
            out_ << hex_of_bytes(each.run_id) << "  " << date_text(local_time(each.start, each.start.monotonic)) << "  "
                 << left_aligned(escape(each.host), 14) << right_aligned(with_commas(each.checks), 10) << "  "
                 << (each.complete ? "complete" : "incomplete") << '\n';
        }
        if (run.runs.size() > shown_runs)
            out_ << "and " << counted(run.runs.size() - shown_runs, "more run") << " (--json)\n";
    }

    void write_hook() {
        const RunHeader& header = facts_.run.header;
        out_ << '\n';
        line("hook", hook_text(header.hook) + (header.hook_has_options ? ", sees the options of a check"
                                                                       : ", does not see the options of a check"));
        for (std::size_t at = 0; at < header.refused_hooks.size(); ++at)
            line(at == 0 ? "better hooks" : "", escape(header.refused_hooks[at]));
        line("programs", joined(header.attached_programs));
        for (std::size_t at = 0; at < header.blind_spots.size(); ++at)
            line(at == 0 ? "blind spots" : "", escape(header.blind_spots[at]));
        if (header.blind_spots.empty())
            line("blind spots", "none known");
        line("symbols", facts_.run.kernel_symbols ? "of the recorded kernel" : "none: kernel frames have no names");
        line("user stacks", user_stacks_text());
        line("mappings", mappings_text());
        line("buffer", with_commas(header.buffer_bytes) + " bytes");
        line("options", std::string(header.walk_every_stack ? "every stack walked" : "stacks walked by policy") +
                            (header.only_kinds ? ", each kind of check once, the others counted" : "") +
                            (header.wait_for_descendants ? ", waits for descendants" : "") +
                            (header.withholding ? ", withholds objects of processes that gained privilege" : ""));
    }

    std::string user_stacks_text() const {
        switch (facts_.run.header.user_stacks) {
            case UserStackMode::none: return "not taken";
            case UserStackMode::snapshot: return "snapshots, to be unwound with DWARF CFI";
            case UserStackMode::frame_pointers: return "walked along frame pointers";
            case UserStackMode::unknown: break;
        }
        return "none: this recorder took none";
    }

    std::string mappings_text() const {
        const RunHeader& header = facts_.run.header;
        const std::string refused =
            header.mapping_refusal.empty() ? "" : "; refused: " + escape(header.mapping_refusal);
        if (header.mapping_source == MappingSource::perf)
            return "perf events, " + with_commas(header.mapping_buffer_bytes) + " bytes for each CPU" + refused;
        if (header.mapping_source == MappingSource::bpf)
            return "a BPF program at perf_event_mmap()" + refused;
        return "not recorded" + refused;
    }

    void write_counts() {
        const RowCounts& events = facts_.rows;
        const TableCounts& tables = facts_.tables;
        out_ << '\n';
        line("events", counted(events.checks, "check") + ", " + counted(events.outcomes, "outcome") + ", " +
                           counted(events.credential_changes, "credential change") + ", " +
                           counted(events.capability_requests, "capset or capget", "capsets and capgets") + ", " +
                           counted(events.tasks, "new task") + ", " + counted(events.execs, "exec") + ", " +
                           counted(events.exits, "exit") + ", " + counted(events.renames, "rename") + ", " +
                           counted(events.mappings, "mapping") + ", " + counted(events.comparisons, "comparison") +
                           ", " + counted(events.refusals, "refusal") +
                           (events.places > 0 ? ", " + counted(events.places, "place") : ""));
        line("tasks", counted(facts_.run.processes, "process", "processes") + ", " +
                          counted(facts_.run.threads, "thread") + ", " + counted(facts_.run.io_workers, "io worker"));
        line("first seen", counted(events.first_seen, "distinct kind") + " of check");
        line("tables", counted(tables.strings, "string") + ", " + counted(tables.credentials, "credential") + ", " +
                           counted(tables.namespaces, "user namespace") + ", " + counted(tables.objects, "object") +
                           ", " + counted(tables.stacks, "kernel stack") + ", " +
                           counted(tables.user_stacks, "user stack") + ", " + counted(tables.frames, "frame") + ", " +
                           counted(tables.modules, "module"));
        if (facts_.chunks.unknown_columns > 0)
            line("unknown",
                 counted(facts_.chunks.unknown_columns, "chunk") + " with columns that this version does not know");
        if (facts_.run.footer) {
            const RunFooter& footer = *facts_.run.footer;
            line("footer", counted(footer.checks_made, "check") + " made, " + with_commas(footer.checks_recorded) +
                               " recorded; " + counted(footer.tasks_followed, "task") + " followed; " +
                               counted(footer.survivor_count, "survivor") + "; " +
                               counted(footer.frames_without_symbol, "frame") + " without symbol; " +
                               counted(footer.withheld_objects, "object") + " and " +
                               counted(footer.withheld_user_stacks, "user stack") + " withheld");
        }
    }

    void write_losses() {
        std::string text;
        for (const LossKind& kind : loss_kinds)
            text += (text.empty() ? "" : ", ") + counted(facts_.completeness.losses.*kind.count, kind.one, kind.many);
        line("lost", text);
    }

    void write_settings() {
        const RunHeader& header = facts_.run.header;
        out_ << '\n';
        line("LSMs", header.lsms_known ? joined(header.lsms) : "not known");
        for (std::size_t at = 0; at < header.sysctls.size(); ++at)
            line(at == 0 ? "sysctls" : "",
                 escape(header.sysctls[at].first) + " = " + escape(header.sysctls[at].second));
        for (std::size_t at = 0; at < facts_.run.notes.size(); ++at)
            line(at == 0 ? "notes" : "", escape(facts_.run.notes[at]));
    }

    static std::string seconds(std::uint64_t ns) {
        std::string text;
        append_seconds(text, static_cast<std::int64_t>(ns));
        return text;
    }

    static std::string joined(const std::vector<std::string>& words) {
        std::string text;
        for (const std::string& word : words)
            text += (text.empty() ? "" : ", ") + escape(word);
        return text.empty() ? "none" : text;
    }

    const TraceFacts& facts_;
    const TextStyle& style_;
    std::ostream& out_;
};

}  // namespace

void info_text(const TraceFacts& facts, const TextStyle& style, std::ostream& out) { Info(facts, style, out).write(); }

}  // namespace caprec
