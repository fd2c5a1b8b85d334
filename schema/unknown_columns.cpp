// SPDX-License-Identifier: Apache-2.0
#include "schema/unknown_columns.h"

#include <algorithm>

#include <capnp/any.h>
#include <capnp/schema.h>

namespace caprec {
namespace {

// A writer with a newer schema makes longer structs; only what is set in the surplus matters.
template <class Format> bool exceeds(typename Format::Reader reader) {
    const auto known = capnp::Schema::from<Format>().getProto().getStruct();
    const capnp::AnyStruct::Reader any(reader);
    const auto data = any.getDataSection();
    const std::size_t known_bytes = known.getDataWordCount() * sizeof(capnp::word);
    if (data.size() > known_bytes &&
        std::any_of(data.begin() + known_bytes, data.end(), [](kj::byte byte) { return byte != 0; }))
        return true;
    const auto pointers = any.getPointerSection();
    for (unsigned i = known.getPointerCount(); i < pointers.size(); ++i)
        if (!pointers[i].isNull())
            return true;
    return false;
}

bool events_exceed(format::Events::Reader events) {
    return exceeds<format::Events>(events) || exceeds<format::Checks>(events.getChecks()) ||
           exceeds<format::Outcomes>(events.getOutcomes()) ||
           exceeds<format::CredentialChanges>(events.getCredentialChanges()) ||
           exceeds<format::Tasks>(events.getTasks()) || exceeds<format::Execs>(events.getExecs()) ||
           exceeds<format::Exits>(events.getExits()) || exceeds<format::Renames>(events.getRenames()) ||
           exceeds<format::Mappings>(events.getMappings()) || exceeds<format::Comparisons>(events.getComparisons()) ||
           exceeds<format::Refusals>(events.getRefusals());
}

}  // namespace

bool has_unknown_columns(format::Chunk::Reader chunk) {
    if (exceeds<format::Chunk>(chunk))
        return true;
    switch (chunk.which()) {
        case format::Chunk::HEADER: return exceeds<format::Header>(chunk.getHeader());
        case format::Chunk::TABLES: return exceeds<format::Tables>(chunk.getTables());
        case format::Chunk::EVENTS: return events_exceed(chunk.getEvents());
        case format::Chunk::SUMMARY: return exceeds<format::Summary>(chunk.getSummary());
        case format::Chunk::FOOTER: return exceeds<format::Footer>(chunk.getFooter());
        case format::Chunk::FILES: return exceeds<format::Files>(chunk.getFiles());
    }
    return false;
}

}  // namespace caprec
