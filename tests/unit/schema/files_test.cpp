// SPDX-License-Identifier: Apache-2.0
//
// Parts of mapped files through a trace and back.
#include <gtest/gtest.h>

#include "schema/error.h"
#include "tests/support/trace_builder.h"
#include "tests/unit/schema/recorded_events.h"

namespace caprec {
namespace {

struct KeptPart {
    std::string name, build_id, bytes;
    std::uint64_t size, offset;
    std::uint32_t length;
    Compression compression;
};

class FilesRecorder final : public FilesVisitor {
public:
    void on(const FilePart& part) override {
        parts.push_back({std::string(part.name), std::string(part.build_id), std::string(part.bytes), part.size,
                         part.offset, part.length, part.compression});
    }
    void on(const CodeLines& of_file) override { lines.push_back(of_file); }

    std::vector<KeptPart> parts;
    std::vector<CodeLines> lines;
};

TEST(Files, ComeBackBeforeEverythingElse) {
    MemorySink sink;
    TraceWriter writer(sink);
    const std::string bytes(
        "\0\xff"
        "x",
        3),
        id("\1\2", 2);
    const CodeLines lines{"/bin/x", id, {{7, {{"inner", "a.c", 1}, {"outer", "", 0}}}, {~std::uint64_t{0}, {}}}};
    EXPECT_THROW(writer.file_part({"/bin/x", id, 9, 1, 3, Compression::zstd, bytes}), Error);
    writer.header(plausible_header());
    writer.file_part({"/bin/x", id, ~std::uint64_t{0}, 1, max_part_bytes, Compression::zstd, bytes});
    EXPECT_THROW(writer.file_part({"/bin/x", id, 9, 1, max_part_bytes + 1, Compression::none, bytes}), Error);
    writer.code_lines({&lines, 1});
    writer.footer({});

    MemorySource source(sink.data);
    TraceReader reader(source);
    FilesRecorder files;
    std::vector<ReadStatus> statuses;
    ReadStatus status{};
    while (!is_last(status = reader.next())) {
        statuses.push_back(status);
        if (status == ReadStatus::files)
            EXPECT_TRUE(reader.visit_files(files));
    }
    EXPECT_EQ(status, ReadStatus::end) << reader.damage();
    EXPECT_EQ(statuses, (std::vector{ReadStatus::header, ReadStatus::files, ReadStatus::files, ReadStatus::footer}));
    EXPECT_EQ(reader.statistics().file_chunks, 2u);
    ASSERT_EQ(files.parts.size(), 1u);
    EXPECT_EQ(files.parts[0].name, "/bin/x");
    EXPECT_EQ(files.parts[0].build_id, id);
    EXPECT_EQ(files.parts[0].bytes, bytes);
    EXPECT_EQ(files.parts[0].size, ~std::uint64_t{0});
    EXPECT_EQ(files.parts[0].offset, 1u);
    EXPECT_EQ(files.parts[0].length, max_part_bytes);
    EXPECT_EQ(files.parts[0].compression, Compression::zstd);
    EXPECT_EQ(files.lines, std::vector{lines});
}

TEST(Files, OnlyTheirOwnChunksAreVisited) {
    const Bytes trace = TraceBuilder().finish();
    MemorySource source(trace);
    TraceReader reader(source);
    FilesRecorder files;
    EXPECT_FALSE(reader.visit_files(files));
    ASSERT_EQ(reader.next(), ReadStatus::header);
    EXPECT_TRUE(reader.visit_files(files));
    EXPECT_TRUE(files.parts.empty());
}

}  // namespace
}  // namespace caprec
