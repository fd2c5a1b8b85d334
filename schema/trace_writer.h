// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/event_rows.h"
#include "schema/merged_rows.h"
#include "schema/packed_files.h"
#include "schema/run_info.h"
#include "schema/trace_tables.h"

namespace caprec {

// The destination of a trace's bytes.  write() takes all bytes of one chunk or throws.
class ByteSink {
public:
    virtual ~ByteSink() = default;
    virtual void write(std::span<const std::byte> bytes) = 0;
};

struct FirstSeenRow {
    CheckRow check;  // order is ignored
    std::uint64_t hits = 0;
    std::vector<FirstSeenOutcome> outcomes;
};

// Writes one trace.  Order of calls: header() once; file parts if there are any; then definitions and events as they
// come, flush() whenever they should reach the sink; first_seen() and footer() at the end.
//
// Definitions get their ids at once and are written before the events that are added after them.  Nothing here
// looks for duplicates: callers intern.  Rows of one type must come in ascending `order`.
class TraceWriter {
public:
    explicit TraceWriter(ByteSink& sink);  // keeps a reference
    ~TraceWriter();
    TraceWriter(const TraceWriter&) = delete;
    TraceWriter& operator=(const TraceWriter&) = delete;

    void header(const RunHeader& header);

    // These write parts of mapped files and the lines of their code, after the header.
    void file_part(const FilePart& part);
    void code_lines(std::span<const CodeLines> lines);

    StringId define_string(std::string_view bytes);
    NamespaceId define(const UserNamespace& entry);
    CredentialId define(const Credential& entry);
    ObjectId define(const Object& entry);
    ModuleId define(const Module& entry);
    FrameId define(const Frame& entry);
    StackId define(const KernelStack& entry);
    UserStackId define(const UserStack& entry);

    // Rows are buffered; a chunk is written when it is full.
    void add(const CheckRow& row);
    void add(const OutcomeRow& row);
    void add(const CredentialChangeRow& row);
    void add(const CapabilityRequestRow& row);
    void add(const TaskRow& row);
    void add(const ExecRow& row);
    void add(const ExitRow& row);
    void add(const RenameRow& row);
    void add(const MappingRow& row);
    void add(const ComparisonRow& row);
    void add(const RefusalRow& row);
    void add(const PlaceRow& row);

    void losses(const Losses& so_far);  // they go with the next events chunk

    // Writes all that is buffered: definitions first, then events.
    void flush();

    void first_seen(std::span<const FirstSeenRow> rows);  // flushes
    void kind_counts(std::span<const KindCount> counts);  // flushes; ascending by key
    // These write many runs as one, to be called in this order.  Each flushes.
    void merged_settings(std::span<const RunHeader> settings);
    void merged_runs(std::span<const MergedRun> runs);
    void merged_kinds(std::span<const MergedKind> kinds);
    void merged_kept(std::span<const KeptEntry> kept);
    void merged_refusals(std::span<const RefusalEntry> refusals);
    void merged_drops(std::span<const DropEntry> drops);
    void merged_programs(std::span<const ProgramEntry> programs);
    void merged_images(std::span<const StringId> paths);
    void merged_knowledge(std::span<const std::string> names);

    void footer(const RunFooter& footer);  // flushes

    std::uint64_t bytes_written() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caprec
