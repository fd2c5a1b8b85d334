// SPDX-License-Identifier: Apache-2.0
#include "analyzer/pack/trace_packer.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <cstring>

#include "analyzer/pack/file_parts.h"
#include "tests/unit/symbols/program_files.h"
#include "tests/unit/symbols/read_trace.h"
#include "tests/unit/symbols/recorded_samples.h"

namespace caprec {
namespace {

const FileSearch elsewhere{CAPREC_SOURCE_DIR "/schema", {}};  // a machine without the files

struct Packed {
    Bytes trace;
    PackedSummary summary;
};

Packed pack(const Bytes& trace) {
    ReadTrace read(trace);
    TracePacker packer(read.reader(), read.stacks());
    MemorySource source(trace);
    MemorySink sink;
    TraceCopier copier(source, sink);
    const std::uint64_t chunks = read.reader().statistics().chunks;
    EXPECT_EQ(copier.copy(1), 1u);
    Packed result;
    result.summary = packer.write(copier);
    EXPECT_EQ(copier.copy(chunks), chunks - 1);
    result.trace = sink.data;
    return result;
}

class TracePackerTest : public testing::TestWithParam<const char*> {
protected:
    bool record() {
        SampleEncoder encoder;
        const std::vector<UserStack> stacks = stacks_of({program_folder + GetParam()}, encoder);
        trace_ = trace_of(stacks, encoder);
        return !stacks.empty();
    }
    Bytes trace_;
};

TEST_P(TracePackerTest, ReadsTheSameWhereTheFilesAreNot) {
    if (!record())
        GTEST_SKIP() << "cannot run or trace it";
    const Packed packed = pack(trace_);
    EXPECT_GT(packed.summary.files, 0u);
    EXPECT_GT(packed.summary.addresses, 0u);
    ReadTrace here(trace_), there(packed.trace, elsewhere), unpacked(trace_, elsewhere);
    ASSERT_EQ(here.count(), there.count());
    EXPECT_TRUE(there.is_whole());
    bool differs_unpacked = false;
    for (UserStackId id(1); id.value() <= here.count(); ++id) {
        EXPECT_EQ(here.stacks().stack(id), there.stacks().stack(id)) << "stack " << id.value();
        differs_unpacked |= here.stacks().stack(id) != unpacked.stacks().stack(id);
    }
    EXPECT_TRUE(differs_unpacked);
    EXPECT_TRUE(there.stacks().problems().empty());
}

TEST_P(TracePackerTest, PackedOnceIsPackedForGood) {
    if (!record())
        GTEST_SKIP() << "cannot run or trace it";
    const Packed once = pack(trace_), twice = pack(once.trace);
    EXPECT_EQ(twice.summary.files, 0u);
    EXPECT_EQ(twice.summary.addresses, 0u);
    EXPECT_EQ(twice.summary.already_there, once.summary.files);
    EXPECT_EQ(ReadTrace(twice.trace, elsewhere).stacks().stack(UserStackId(1)),
              ReadTrace(once.trace, elsewhere).stacks().stack(UserStackId(1)));
}

INSTANTIATE_TEST_SUITE_P(Programs, TracePackerTest,
                         testing::Values("deep_calls", "deep_calls_static", "templates", "deep_calls_debug_frame",
                                         "deep_calls_debug_frame_zlib", "deep_calls_debug_frame_gnu"));

TEST(TraceCopier, ACutTraceStaysCut) {
    const Bytes whole = trace_of({}, SampleEncoder());
    const Bytes cut(whole.begin(), whole.end() - 3);
    MemorySource source(cut);
    MemorySink sink;
    TraceCopier copier(source, sink);
    EXPECT_EQ(copier.copy(1), 1u);
    copier.file_part({"/bin/x", "id", 10, 0, 5, Compression::none, "hello"});
    EXPECT_EQ(copier.copy(100), 0u);  // the footer is the one that is cut
    EXPECT_EQ(copier.bytes_written(), sink.data.size());
    EXPECT_FALSE(ReadTrace(sink.data).is_whole());
}

TEST(FileParts, WhereGoroutinesBegin) {
    const ElfFile file(image_of_program("goroutine"));
    const std::uint64_t end = file.offset_of(file.entry()).value() + 512;
    const auto covers = [&](const std::vector<ByteRange>& ranges) {
        return std::any_of(ranges.begin(), ranges.end(), [&](const ByteRange& range) {
            return range.offset <= end && end + CfiTable::goroutine_end_bytes <= range.offset + range.bytes;
        });
    };
    EXPECT_TRUE(covers(needed_ranges(file, std::vector<std::uint64_t>{end})));
    EXPECT_FALSE(covers(needed_ranges(file)));
}

TEST(FileParts, OfAFileWithoutSections) {
    FileImage image = image_of_program("deep_calls");
    Elf64_Ehdr head;
    std::memcpy(&head, image.data(), sizeof head);
    head.e_shoff = head.e_shnum = head.e_shstrndx = 0;
    std::memcpy(image.data(), &head, sizeof head);
    const std::string whole(image.bytes());
    const ElfFile file(std::move(image));
    ASSERT_TRUE(file.sections().empty());
    FileImage packed = FileImage::zeros(whole.size());
    for (const ByteRange& range : needed_ranges(file))
        packed.write(range.offset, whole.substr(range.offset, range.bytes));
    const ElfFile there(std::move(packed));
    EXPECT_NE(there.build_id(), "");
    EXPECT_EQ(there.build_id(), file.build_id());
    CfiTable rows(file, nullptr), rows_there(there, nullptr);
    std::size_t found = 0;
    for (const LoadSegment& segment : file.segments()) {
        for (std::uint64_t offset = 0; segment.executable && offset < segment.file_bytes; ++offset) {
            CfiRow row, row_there;
            ASSERT_EQ(rows.find(segment.offset + offset, 17, row),
                      rows_there.find(segment.offset + offset, 17, row_there));
            found += row.registers.empty() ? 0 : 1;
        }
    }
    EXPECT_GT(found, 100u);
}

TEST(FileParts, HeadsTablesAndNoCode) {
    const ElfFile file(image_of_program("deep_calls"));
    const std::vector<ByteRange> ranges = needed_ranges(file);
    const auto covered = [&](const char* name) {
        const ElfSection* section = file.section(name);
        return section != nullptr && std::any_of(ranges.begin(), ranges.end(), [&](const ByteRange& range) {
                   return range.offset <= section->offset &&
                          section->offset + section->bytes <= range.offset + range.bytes;
               });
    };
    for (const char* name : {".eh_frame", ".eh_frame_hdr", ".symtab", ".strtab", ".note.gnu.build-id"})
        EXPECT_TRUE(covered(name)) << name;
    for (const char* name : {".text", ".rodata", ".data", ".debug_info"})
        EXPECT_FALSE(covered(name)) << name;
    EXPECT_EQ(needed_ranges(file, std::vector<std::uint64_t>{file.section(".text")->offset}), ranges);
    EXPECT_EQ(ranges[0].offset, 0u);
    for (std::size_t i = 1; i < ranges.size(); ++i)
        EXPECT_GT(ranges[i].offset, ranges[i - 1].offset + ranges[i - 1].bytes);
}

}  // namespace
}  // namespace caprec
