// SPDX-License-Identifier: Apache-2.0
#include "schema/trace_reader.h"

#include <optional>

#include <capnp/message.h>

#include "schema/chunk_framing.h"
#include "schema/chunk_input.h"
#include "schema/event_codec.h"
#include "schema/first_seen_codec.h"
#include "schema/kind_counts_codec.h"
#include "schema/merged_codec.h"
#include "schema/packed_files_codec.h"
#include "schema/run_info_codec.h"
#include "schema/table_store.h"
#include "schema/unknown_columns.h"

namespace caprec {
namespace {

// One look at the current chunk.  Each look counts anew what Cap'n Proto lets a reader visit: every byte of an honest
// chunk once.
class Message {
public:
    explicit Message(std::span<const std::uint64_t> segment)
        : words_(reinterpret_cast<const capnp::word*>(segment.data()), segment.size()),
          reader_(kj::arrayPtr(&words_, 1), options()) {}

    format::Chunk::Reader chunk() { return reader_.getRoot<format::Chunk>(); }

private:
    static capnp::ReaderOptions options() {
        capnp::ReaderOptions result;
        result.traversalLimitInWords = 2 * max_chunk_words;  // lists of structs count a little more than their size
        result.nestingLimit = 16;
        return result;
    }

    kj::ArrayPtr<const capnp::word> words_;
    capnp::SegmentArrayMessageReader reader_;
};

}  // namespace

struct TraceReader::Impl {
    explicit Impl(ByteSource& source) : input(source), tables(max_table_bytes) {}

    ChunkInput input;
    TableStore tables;
    RunHeader header;
    std::optional<RunFooter> footer;
    Losses losses;
    Statistics statistics;
    std::string damage;
    std::optional<ReadStatus> final_status;

    ReadStatus next() {
        if (final_status)
            return *final_status;
        const ReadStatus status = read();
        if (status == ReadStatus::end || status == ReadStatus::cut || status == ReadStatus::damaged)
            final_status = status;
        return status;
    }

    // Runs `visit` over the current chunk.  A fault that it returns ends the reading.
    template <class Visit> bool look(Visit visit) {
        if (final_status || statistics.chunks == 0)
            return false;
        std::string fault;
        try {
            Message message(input.segment());
            fault = visit(message.chunk());
        } catch (const kj::Exception&) {
            fault = "its contents contradict each other";
        }
        if (fault.empty())
            return true;
        final_status = damaged(in_chunk(fault));
        return false;
    }

private:
    // Names the current chunk.
    std::string in_chunk(std::string_view what) const {
        return "chunk " + std::to_string(input.chunks() - 1) + ": " + std::string(what);
    }

    ReadStatus damaged(std::string what) {
        damage = std::move(what);
        return ReadStatus::damaged;
    }

    ReadStatus read() {
        damage.clear();
        switch (input.next()) {
            case ChunkInput::Status::chunk: break;
            case ChunkInput::Status::end: damage = input.problem(); return footer ? ReadStatus::end : ReadStatus::cut;
            case ChunkInput::Status::cut:
                if (footer)
                    return damaged("there is something after the last chunk");
                damage = input.problem();
                return ReadStatus::cut;
            case ChunkInput::Status::damaged:
                return damaged(footer ? "there is something after the last chunk" : input.problem());
        }
        if (footer)
            return damaged("there is something after the last chunk");
        try {
            Message message(input.segment());
            const ReadStatus status = take(message.chunk());
            if (status != ReadStatus::damaged)
                count(message.chunk());
            return status;
        } catch (const kj::Exception&) {
            return damaged(in_chunk("its contents contradict each other"));
        }
    }

    void count(format::Chunk::Reader chunk) {
        ++statistics.chunks;
        statistics.bytes = input.bytes();
        if (has_unknown_columns(chunk))
            ++statistics.unknown_columns;
    }

    ReadStatus take(format::Chunk::Reader chunk) {
        const bool first = statistics.chunks == 0;
        if (chunk.isHeader() != first)
            return damaged(in_chunk(first ? "it is not a header" : "a second header"));
        switch (chunk.which()) {
            case format::Chunk::HEADER: return take_header(chunk.getHeader());
            case format::Chunk::TABLES: return take_tables(chunk.getTables());
            case format::Chunk::EVENTS:
                if (chunk.getEvents().hasLosses())
                    losses = decode(chunk.getEvents().getLosses());
                ++statistics.event_chunks;
                return ReadStatus::events;
            case format::Chunk::SUMMARY:
                if (!chunk.getSummary().isFirstSeen() && !chunk.getSummary().isMerged() &&
                    !chunk.getSummary().isCounts())
                    break;
                ++statistics.summary_chunks;
                return ReadStatus::summary;
            case format::Chunk::FOOTER:
                footer = decode(chunk.getFooter());
                losses = footer->losses;
                return ReadStatus::footer;
            case format::Chunk::FILES: ++statistics.file_chunks; return ReadStatus::files;
        }
        ++statistics.unknown_chunks;
        return ReadStatus::unknown;
    }

    ReadStatus take_header(format::Header::Reader from) {
        if (from.getMinReaderVersion() > format_version)
            return damaged("this trace has format " + std::to_string(from.getFormatVersion()) +
                           " and needs a newer capanalyze: this one reads format " + std::to_string(format_version));
        header = decode(from);
        ++statistics.header_chunks;
        return ReadStatus::header;
    }

    ReadStatus take_tables(format::Tables::Reader from) {
        const std::string fault = tables.add(from);
        tables.count(statistics);
        if (!fault.empty())
            return damaged(in_chunk(fault));
        ++statistics.table_chunks;
        return ReadStatus::tables;
    }
};

TraceReader::TraceReader(ByteSource& source) : impl_(std::make_unique<Impl>(source)) {}
TraceReader::~TraceReader() = default;

ReadStatus TraceReader::next() { return impl_->next(); }

const RunHeader& TraceReader::header() const { return impl_->header; }
const std::optional<RunFooter>& TraceReader::footer() const { return impl_->footer; }
const Losses& TraceReader::losses() const { return impl_->losses; }

bool TraceReader::visit_events(EventVisitor& visitor) {
    return impl_->look([&](format::Chunk::Reader chunk) {
        return chunk.isEvents() ? visit_rows(chunk.getEvents(), visitor) : std::string();
    });
}

bool TraceReader::visit_first_seen(FirstSeenVisitor& visitor) {
    bool known = false;
    const bool sound = impl_->look([&](format::Chunk::Reader chunk) {
        known = chunk.isSummary() && (chunk.getSummary().isFirstSeen() || chunk.getSummary().isCounts());
        if (!known)
            return std::string();
        return chunk.getSummary().isCounts() ? visit_rows(chunk.getSummary().getCounts(), visitor)
                                             : visit_rows(chunk.getSummary().getFirstSeen(), visitor);
    });
    return known && sound;
}

bool TraceReader::visit_merged(MergedVisitor& visitor) {
    bool known = false;
    const bool sound = impl_->look([&](format::Chunk::Reader chunk) {
        known = chunk.isSummary() && chunk.getSummary().isMerged();
        return known ? caprec::visit_merged(chunk.getSummary().getMerged(), visitor) : std::string();
    });
    return known && sound;
}

bool TraceReader::visit_files(FilesVisitor& visitor) {
    return impl_->look([&](format::Chunk::Reader chunk) {
        return chunk.isFiles() ? caprec::visit_files(chunk.getFiles(), visitor) : std::string();
    });
}

std::string_view TraceReader::string(StringId id) const { return impl_->tables.string(id); }
const UserNamespace* TraceReader::user_namespace(NamespaceId id) const { return impl_->tables.find(id); }
const Credential* TraceReader::credential(CredentialId id) const { return impl_->tables.find(id); }
const Object* TraceReader::object(ObjectId id) const { return impl_->tables.find(id); }
const Module* TraceReader::module(ModuleId id) const { return impl_->tables.find(id); }
const Frame* TraceReader::frame(FrameId id) const { return impl_->tables.find(id); }
const KernelStack* TraceReader::stack(StackId id) const { return impl_->tables.find(id); }
const UserStack* TraceReader::user_stack(UserStackId id) const { return impl_->tables.find(id); }

const TraceReader::Statistics& TraceReader::statistics() const { return impl_->statistics; }
const std::string& TraceReader::damage() const { return impl_->damage; }

}  // namespace caprec
