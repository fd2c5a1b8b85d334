// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// A whole trace in memory, read by the library that the analyzer reads with, and questions about it.
class Trace final : public EventVisitor, public FirstSeenVisitor, public FilesVisitor {
public:
    Trace();  // an empty trace
    ~Trace() override;
    Trace(Trace&&) noexcept;
    Trace& operator=(Trace&&) noexcept;

    static Trace read(const std::string& file);  // throws Error when it cannot be opened

    ReadStatus status = ReadStatus::cut;
    std::string damage;
    RunHeader header;
    std::optional<RunFooter> footer;
    std::uint64_t bytes = 0;  // size of the whole chunks
    bool begun = false;       // a header was read

    std::vector<CheckRow> checks;
    std::vector<OutcomeRow> outcomes;
    std::vector<CredentialChangeRow> changes;
    std::vector<CapabilityRequestRow> requests;
    std::vector<TaskRow> tasks;
    std::vector<ExecRow> execs;
    std::vector<ExitRow> exits;
    std::vector<RenameRow> renames;
    std::vector<MappingRow> mappings;
    std::vector<ComparisonRow> comparisons;
    std::vector<RefusalRow> refusals;
    std::vector<PlaceRow> places;
    std::set<std::string> files;  // names of files that it carries parts of
    struct Kind {
        CheckRow first;
        std::uint64_t hits = 0;
        std::vector<FirstSeenOutcome> outcomes;
    };
    std::vector<Kind> kinds;
    std::vector<KindCount> counts;

    // The checks of "CAP_CHOWN"; the checks with that value in argument 2, which the workloads' setpriority calls
    // carry.
    std::vector<CheckRow> checks_of(const std::string& capability) const;
    std::vector<CheckRow> priority_checks(int nice_value) const;
    std::optional<std::int64_t> outcome_of(const CheckRow& check) const;  // nothing: there is none

    std::string string(StringId id) const;
    std::string syscall_of(const CheckRow& check) const;             // "openat"; "" outside of a syscall
    std::string object_of(const CheckRow& check) const;              // its bytes
    std::vector<std::string> stack_of(const CheckRow& check) const;  // symbols, innermost first
    bool has_frame(const CheckRow& check, const std::string& symbol) const;
    const Credential& credential(CredentialId id) const;  // throws when it is not defined
    const UserStack& user_stack(UserStackId id) const;    // throws when it is not defined
    std::string module_name(ModuleId id) const;           // "": not defined
    std::uint64_t user_stack_count() const;
    const UserNamespace& user_namespace(NamespaceId id) const;  // throws when it is not defined

    const TaskRow* task(std::uint64_t thread) const;        // null: not known
    std::uint64_t process_of(const CheckRow& check) const;  // 0: not known
    std::vector<TaskRow> tasks_of(TaskKind kind) const;
    std::vector<ExecRow> execs_of(const std::string& file_name) const;  // chosen by the last part of the resolved path
    std::vector<std::string> arguments_of(const ExecRow& exec) const;

private:
    struct Source;
    void on(const CheckRow& row) override { checks.push_back(row); }
    void on(const OutcomeRow& row) override { outcomes.push_back(row); }
    void on(const CredentialChangeRow& row) override { changes.push_back(row); }
    void on(const CapabilityRequestRow& row) override { requests.push_back(row); }
    void on(const TaskRow& row) override { tasks.push_back(row); }
    void on(const ExecRow& row) override { execs.push_back(row); }
    void on(const ExitRow& row) override { exits.push_back(row); }
    void on(const RenameRow& row) override { renames.push_back(row); }
    void on(const MappingRow& row) override { mappings.push_back(row); }
    void on(const ComparisonRow& row) override { comparisons.push_back(row); }
    void on(const RefusalRow& row) override { refusals.push_back(row); }
    void on(const PlaceRow& row) override { places.push_back(row); }
    void on(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes) override;
    void on(const KindCount& count) override { counts.push_back(count); }
    void on(const FilePart& part) override { files.emplace(part.name); }
    void on(const CodeLines&) override {}

    std::unique_ptr<Source> source_;
    std::unique_ptr<TraceReader> reader_;  // keeps the tables
    std::map<std::uint64_t, std::size_t> task_places_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> outcome_places_;  // by thread and sequence
};

// Tests the rules that hold for every trace of a recording that lost nothing and saw its command's end.  Returns the
// broken ones, a line each; empty when the trace is sound.
std::string faults_of(const Trace& trace);

}  // namespace caprec
