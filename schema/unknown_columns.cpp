// SPDX-License-Identifier: Apache-2.0
#include "schema/unknown_columns.h"

#include <algorithm>
#include <tuple>

#include <capnp/any.h>
#include <capnp/schema.h>

#include "schema/event_codec.h"
#include "schema/row_format.h"

namespace caprec {
namespace {

// A writer with a newer schema makes longer structs; the surplus matters only where something is set in it.
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

template <class Row> struct RowList {};

bool events_exceed(format::Events::Reader events) {
    const auto any_exceeds = [&]<class... Row>(std::tuple<RowList<Row>...>) {
        return (exceeds<typename RowFormat<Row>::Format>((events.*RowFormat<Row>::get)()) || ...);
    };
    return exceeds<format::Events>(events) || any_exceeds(EachRow<RowList>());
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
