// SPDX-License-Identifier: Apache-2.0
#include "schema/trace_writer.h"

#include <algorithm>

#include "schema/chunk_output.h"
#include "schema/error.h"
#include "schema/event_codec.h"
#include "schema/first_seen_codec.h"
#include "schema/kind_counts_codec.h"
#include "schema/merged_codec.h"
#include "schema/packed_files_codec.h"
#include "schema/run_info_codec.h"
#include "schema/table_buffer.h"

namespace caprec {
namespace {

template <std::size_t count> constexpr auto at_most = [](auto rows) { return std::min(rows.size(), count); };

}  // namespace

struct TraceWriter::Impl {
    explicit Impl(ByteSink& sink) : output(sink) {}

    ChunkOutput output;
    TableBuffer tables;
    EventBuffer events;
    Losses losses;
    bool losses_changed = false;

    template <class Entry> auto define(const Entry& entry) {
        const auto id = tables.add(entry);
        if (tables.bytes() >= TableBuffer::full_bytes)
            write_tables();
        return id;
    }

    template <class Row> void add(const Row& row) {
        events.add(row);
        if (events.rows() == EventBuffer::max_rows)
            flush();
    }

    // A chunk that cannot be written is dropped, so that a caller that goes on after a full disk does not meet it
    // again.
    void write_tables() {
        require_header();
        struct Clear {
            TableBuffer& tables;
            ~Clear() { tables.clear(); }
        } const clear{tables};
        output.write([this](format::Chunk::Builder chunk) { tables.encode(chunk.initTables()); });
    }

    void write_events() {
        require_header();
        struct Clear {
            Impl& impl;
            ~Clear() {
                impl.events.clear();
                impl.losses_changed = false;
            }
        } const clear{*this};
        output.write([this](format::Chunk::Builder chunk) {
            auto into = chunk.initEvents();
            encode(losses, into.initLosses());
            events.encode(into);
        });
    }

    void flush() {
        if (tables.bytes() > 0)
            write_tables();
        if (events.rows() > 0 || losses_changed)
            write_events();
    }

    // Writes chunks, each with as many rows as `fitting` says.
    template <class Row, class Fitting, class Encode>
    void write_parts(std::span<const Row> rows, Fitting fitting, Encode encode_part) {
        flush();
        require_header();
        while (!rows.empty()) {
            const auto part = rows.first(fitting(rows));
            rows = rows.subspan(part.size());
            output.write([&](format::Chunk::Builder chunk) { encode_part(part, chunk); });
        }
    }

    template <class Row, class Fitting, class Encode>
    void write_merged(std::span<const Row> rows, Fitting fitting, Encode encode_part) {
        write_parts(rows, fitting, [&](auto part, format::Chunk::Builder chunk) {
            encode_part(part, chunk.initSummary().initMerged());
        });
    }

    void require_header() const {
        if (output.chunks_written() == 0)
            throw Error("a trace must begin with its header");
    }
};

TraceWriter::TraceWriter(ByteSink& sink) : impl_(std::make_unique<Impl>(sink)) {}
TraceWriter::~TraceWriter() = default;

void TraceWriter::header(const RunHeader& header) {
    if (impl_->output.chunks_written() > 0)
        throw Error("a trace has one header, at its beginning");
    impl_->output.write([&](format::Chunk::Builder chunk) { encode(header, chunk.initHeader()); });
}

void TraceWriter::file_part(const FilePart& part) {
    impl_->require_header();
    impl_->output.write([&](format::Chunk::Builder chunk) { encode(part, chunk.initFiles()); });
}

void TraceWriter::code_lines(std::span<const CodeLines> lines) {
    impl_->require_header();
    impl_->output.write([&](format::Chunk::Builder chunk) { encode(lines, chunk.initFiles()); });
}

StringId TraceWriter::define_string(std::string_view bytes) { return impl_->define(bytes); }
NamespaceId TraceWriter::define(const UserNamespace& entry) { return impl_->define(entry); }
CredentialId TraceWriter::define(const Credential& entry) { return impl_->define(entry); }
ObjectId TraceWriter::define(const Object& entry) { return impl_->define(entry); }
ModuleId TraceWriter::define(const Module& entry) { return impl_->define(entry); }
FrameId TraceWriter::define(const Frame& entry) { return impl_->define(entry); }
StackId TraceWriter::define(const KernelStack& entry) { return impl_->define(entry); }
UserStackId TraceWriter::define(const UserStack& entry) { return impl_->define(entry); }

void TraceWriter::add(const CheckRow& row) { impl_->add(row); }
void TraceWriter::add(const OutcomeRow& row) { impl_->add(row); }
void TraceWriter::add(const CredentialChangeRow& row) { impl_->add(row); }
void TraceWriter::add(const CapabilityRequestRow& row) { impl_->add(row); }
void TraceWriter::add(const TaskRow& row) { impl_->add(row); }
void TraceWriter::add(const ExecRow& row) { impl_->add(row); }
void TraceWriter::add(const ExitRow& row) { impl_->add(row); }
void TraceWriter::add(const RenameRow& row) { impl_->add(row); }
void TraceWriter::add(const MappingRow& row) { impl_->add(row); }
void TraceWriter::add(const ComparisonRow& row) { impl_->add(row); }
void TraceWriter::add(const RefusalRow& row) { impl_->add(row); }
void TraceWriter::add(const PlaceRow& row) { impl_->add(row); }

void TraceWriter::losses(const Losses& so_far) {
    impl_->losses_changed |= so_far != impl_->losses;
    impl_->losses = so_far;
}

void TraceWriter::flush() { impl_->flush(); }

void TraceWriter::first_seen(std::span<const FirstSeenRow> rows) {
    impl_->write_parts(rows, first_seen_rows_for_a_chunk, [](auto part, format::Chunk::Builder chunk) {
        encode(part, chunk.initSummary().initFirstSeen());
    });
}

void TraceWriter::kind_counts(std::span<const KindCount> counts) {
    impl_->write_parts(counts, at_most<kind_counts_for_a_chunk>,
                       [](auto part, format::Chunk::Builder chunk) { encode(part, chunk.initSummary().initCounts()); });
}

void TraceWriter::merged_settings(std::span<const RunHeader> settings) {
    impl_->write_merged(settings, at_most<settings_for_a_chunk>, [](auto part, auto into) { encode(part, into); });
}

void TraceWriter::merged_runs(std::span<const MergedRun> runs) {
    impl_->write_merged(runs, at_most<runs_for_a_chunk>, [](auto part, auto into) { encode(part, into); });
}

void TraceWriter::merged_kinds(std::span<const MergedKind> kinds) {
    impl_->write_merged(kinds, kinds_for_a_chunk, [](auto part, auto into) { encode(part, into); });
}

void TraceWriter::merged_refusals(std::span<const RefusalEntry> refusals) {
    impl_->write_merged(refusals, at_most<entries_for_a_chunk / 4>, [](auto part, auto into) { encode(part, into); });
}

void TraceWriter::merged_kept(std::span<const KeptEntry> kept) {
    impl_->write_merged(kept, at_most<entries_for_a_chunk>, [](auto part, auto into) { encode(part, into); });
}

void TraceWriter::merged_drops(std::span<const DropEntry> drops) {
    impl_->write_merged(drops, at_most<entries_for_a_chunk>, [](auto part, auto into) { encode(part, into); });
}

void TraceWriter::merged_programs(std::span<const ProgramEntry> programs) {
    impl_->write_merged(programs, at_most<entries_for_a_chunk / 4>, [](auto part, auto into) { encode(part, into); });
}

void TraceWriter::merged_images(std::span<const StringId> paths) {
    impl_->write_merged(paths, at_most<entries_for_a_chunk>, [](auto part, auto into) { encode_images(part, into); });
}

void TraceWriter::merged_knowledge(std::span<const std::string> names) {
    impl_->write_merged(names, at_most<names_for_a_chunk>, [](auto part, auto into) { encode_knowledge(part, into); });
}

void TraceWriter::footer(const RunFooter& footer) {
    flush();
    impl_->require_header();
    impl_->output.write([&](format::Chunk::Builder chunk) { encode(footer, chunk.initFooter()); });
}

std::uint64_t TraceWriter::bytes_written() const { return impl_->output.bytes_written(); }

}  // namespace caprec
