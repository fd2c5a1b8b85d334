// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "schema/event_rows.h"
#include "schema/merged_rows.h"
#include "schema/packed_files.h"
#include "schema/run_info.h"
#include "schema/trace_tables.h"

namespace caprec {

// The source of a trace's bytes.  read() returns at least one byte, or 0 at the end; it throws Error when the source
// fails.  A source that follows a growing file blocks in read().
class ByteSource {
public:
    virtual ~ByteSource() = default;
    virtual std::size_t read(std::span<std::byte> into) = 0;
};

enum class ReadStatus : std::uint8_t {
    header,
    tables,   // tables() has grown
    events,   // visit_events()
    summary,  // visit_first_seen() or visit_merged()
    footer,   // footer() is set
    files,    // visit_files()
    unknown,  // a kind of chunk that this reader does not know: counted and skipped
    end,      // after a footer: the trace is whole
    cut,      // the bytes end without a footer: still being recorded, or cut
    damaged,  // nothing further can be read; see damage()
};

// The receiver of events.  A new type of event is a new pure virtual function, so that the compiler leads to every
// receiver.
class EventVisitor {
public:
    virtual ~EventVisitor() = default;
    virtual void on(const CheckRow& row) = 0;
    virtual void on(const OutcomeRow& row) = 0;
    virtual void on(const CredentialChangeRow& row) = 0;
    virtual void on(const CapabilityRequestRow& row) = 0;
    virtual void on(const TaskRow& row) = 0;
    virtual void on(const ExecRow& row) = 0;
    virtual void on(const ExitRow& row) = 0;
    virtual void on(const RenameRow& row) = 0;
    virtual void on(const MappingRow& row) = 0;
    virtual void on(const ComparisonRow& row) = 0;
    virtual void on(const RefusalRow& row) = 0;
    virtual void on(const PlaceRow& row) = 0;
};

class FirstSeenVisitor {
public:
    virtual ~FirstSeenVisitor() = default;
    virtual void on(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes) = 0;
    virtual void on(const KindCount& count) = 0;
};

// Reads one trace chunk by chunk, from bytes that nobody vouches for.  Every size is verified before memory is taken,
// damage ends the reading and is described, and nothing here prints or exits.  Memory: one chunk (4 MiB unpacked at
// most) and the tables, which are limited to `max_table_bytes` in all.
class TraceReader {
public:
    static constexpr std::size_t max_chunk_bytes = 4u << 20;
    static constexpr std::size_t max_table_bytes = 256u << 20;

    explicit TraceReader(ByteSource& source);  // keeps a reference
    ~TraceReader();
    TraceReader(const TraceReader&) = delete;
    TraceReader& operator=(const TraceReader&) = delete;

    // The next chunk.  The first call returns header, or damaged/cut when this is no trace.
    ReadStatus next();

    const RunHeader& header() const;                 // after ReadStatus::header
    const std::optional<RunFooter>& footer() const;  // after ReadStatus::footer
    const Losses& losses() const;                    // the newest ones in the file so far

    // Calls the visitor for each event of the current chunk, all kinds merged by `order`.  Returns false when the
    // chunk contradicts itself (a column longer than its count, an order that does not ascend): then the events before
    // the fault were delivered, damage() describes the fault, and next() returns `damaged` from then on.
    bool visit_events(EventVisitor& visitor);
    bool visit_first_seen(FirstSeenVisitor& visitor);  // false: neither first-seen rows nor counts, or a fault
    bool visit_merged(MergedVisitor& visitor);         // false: not a summary of merged runs, or a fault in it
    bool visit_files(FilesVisitor& visitor);           // false: a fault

    // Contents by id; empty or null for 0 and for ids without a definition.
    std::string_view string(StringId id) const;
    const UserNamespace* user_namespace(NamespaceId id) const;
    const Credential* credential(CredentialId id) const;
    const Object* object(ObjectId id) const;
    const Module* module(ModuleId id) const;
    const Frame* frame(FrameId id) const;
    const KernelStack* stack(StackId id) const;
    const UserStack* user_stack(UserStackId id) const;

    struct Statistics {
        std::uint64_t bytes = 0;  // size in the file of the chunks that were read whole
        std::uint64_t chunks = 0, header_chunks = 0, table_chunks = 0, event_chunks = 0, summary_chunks = 0;
        std::uint64_t file_chunks = 0;
        std::uint64_t unknown_chunks = 0;   // chunks of kinds that this reader does not know
        std::uint64_t unknown_columns = 0;  // chunks that carry more columns than this reader knows
        std::uint64_t strings = 0, namespaces = 0, credentials = 0, objects = 0, modules = 0, frames = 0, stacks = 0;
        std::uint64_t user_stacks = 0;
    };
    const Statistics& statistics() const;

    // After ReadStatus::damaged, a fault above, or a `cut` before the first chunk was whole: one line for a person,
    // such as "chunk 17: its checksum does not match" or "not a capability trace".  Empty otherwise.
    const std::string& damage() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caprec
