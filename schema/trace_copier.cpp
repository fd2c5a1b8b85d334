// SPDX-License-Identifier: Apache-2.0
#include "schema/trace_copier.h"

#include "schema/chunk_input.h"
#include "schema/chunk_output.h"
#include "schema/packed_files_codec.h"

namespace caprec {

struct TraceCopier::Impl {
    ChunkInput input;
    ChunkOutput output;
};

TraceCopier::TraceCopier(ByteSource& source, ByteSink& sink) : impl_(new Impl{ChunkInput(source), ChunkOutput(sink)}) {}
TraceCopier::~TraceCopier() = default;

std::uint64_t TraceCopier::copy(std::uint64_t count) {
    std::uint64_t copied = 0;
    while (copied < count && impl_->input.next() == ChunkInput::Status::chunk) {
        impl_->output.copy(impl_->input.segment());
        ++copied;
    }
    return copied;
}

void TraceCopier::file_part(const FilePart& part) {
    impl_->output.write([&](format::Chunk::Builder chunk) { encode(part, chunk.initFiles()); });
}

void TraceCopier::code_lines(std::span<const CodeLines> lines) {
    impl_->output.write([&](format::Chunk::Builder chunk) { encode(lines, chunk.initFiles()); });
}

std::uint64_t TraceCopier::bytes_written() const { return impl_->output.bytes_written(); }

}  // namespace caprec
