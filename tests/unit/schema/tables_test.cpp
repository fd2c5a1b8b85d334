// SPDX-License-Identifier: Apache-2.0
//
// Definitions through a trace and back.
#include <gtest/gtest.h>

#include "schema/error.h"
#include "tests/support/trace_builder.h"
#include "tests/unit/schema/recorded_events.h"

namespace caprec {
namespace {

constexpr std::uint64_t all = ~std::uint64_t{0};

// A reader at the end of the trace that the writer made.
struct ReadTables {
    explicit ReadTables(const MemorySink& sink) : source(sink.data), reader(source) {
        while (!is_last(status = reader.next())) {
        }
    }
    MemorySource source;
    TraceReader reader;
    ReadStatus status = ReadStatus::damaged;
};

struct Writing {
    Writing() { writer.header({}); }
    MemorySink sink;
    TraceWriter writer{sink};
};

TEST(Tables, EveryEntryComesBackUnderItsId) {
    Writing to;
    Credential full;
    full.uid = 1, full.euid = 2, full.suid = 3, full.fsuid = 4;
    full.gid = 5, full.egid = 6, full.sgid = 7, full.fsgid = 0xffffffff;
    full.effective = CapabilitySet(all);
    full.permitted = CapabilitySet(1);
    full.inheritable = CapabilitySet(2);
    full.bounding = CapabilitySet(std::uint64_t{1} << 63);
    full.ambient = CapabilitySet(4);
    full.securebits = 0xffffffff;
    full.no_new_privs = true;
    full.user_namespace = NamespaceId(all);
    full.groups = {0, 0xffffffff, 3};
    full.group_count = 70'000;
    full.group_hash = all;
    const Object address{ObjectKind::socket_address, std::string("\0\x02\xff", 3), true};
    const Module module{StringId(9), ModuleKind::bpf, std::string("\0\1", 2), 0xffffffff, all};
    const Frame frame{ModuleId(all), StringId(7), 0xffffffff};
    const KernelStack stack{{1, 0xffffffff, 0}, true};
    const UserStack snapshot{UserStackKind::snapshot, user_stack_cut, 65536 * 8, {all, 0}, {0, 1, 65535}, {1, all, 0}};
    const UserStack walked{UserStackKind::frame_pointers, 0, 0, {}, {}, {7, all}};

    EXPECT_EQ(to.writer.define_string("first"), StringId(1));
    EXPECT_EQ(to.writer.define_string(""), StringId(2));
    EXPECT_EQ(to.writer.define_string(std::string("a\0b", 3)), StringId(3));
    EXPECT_EQ(to.writer.define(Credential{}), CredentialId(1));
    EXPECT_EQ(to.writer.define(full), CredentialId(2));
    EXPECT_EQ(to.writer.define(UserNamespace{1, 2, 0xffffffff}), NamespaceId(1));
    EXPECT_EQ(to.writer.define(address), ObjectId(1));
    EXPECT_EQ(to.writer.define(module), ModuleId(1));
    EXPECT_EQ(to.writer.define(frame), FrameId(1));
    EXPECT_EQ(to.writer.define(stack), StackId(1));
    EXPECT_EQ(to.writer.define(snapshot), UserStackId(1));
    EXPECT_EQ(to.writer.define(walked), UserStackId(2));
    to.writer.flush();
    EXPECT_EQ(to.writer.define(KernelStack{}), StackId(2));
    EXPECT_EQ(to.writer.define_string("last"), StringId(4));
    to.writer.footer({});

    ReadTables from(to.sink);
    const TraceReader& reader = from.reader;
    ASSERT_EQ(from.status, ReadStatus::end) << reader.damage();
    EXPECT_EQ(reader.string(StringId(1)), "first");
    EXPECT_EQ(reader.string(StringId(2)), "");
    EXPECT_EQ(reader.string(StringId(3)), std::string_view("a\0b", 3));
    EXPECT_EQ(reader.string(StringId(4)), "last");
    EXPECT_EQ(*reader.credential(CredentialId(1)), Credential{});
    EXPECT_EQ(*reader.credential(CredentialId(2)), full);
    EXPECT_EQ(*reader.user_namespace(NamespaceId(1)), (UserNamespace{1, 2, 0xffffffff}));
    EXPECT_EQ(*reader.object(ObjectId(1)), address);
    EXPECT_EQ(*reader.module(ModuleId(1)), module);
    EXPECT_EQ(*reader.frame(FrameId(1)), frame);
    EXPECT_EQ(*reader.stack(StackId(1)), stack);
    EXPECT_EQ(*reader.stack(StackId(2)), KernelStack{});
    EXPECT_EQ(*reader.user_stack(UserStackId(1)), snapshot);
    EXPECT_EQ(*reader.user_stack(UserStackId(2)), walked);
    EXPECT_EQ(reader.statistics().user_stacks, 2u);
    EXPECT_EQ(reader.statistics().strings, 4u);
    EXPECT_EQ(reader.statistics().stacks, 2u);
}

TEST(Tables, IdsWithoutADefinitionAreEmpty) {
    Writing to;
    to.writer.define_string("x");
    to.writer.footer({});
    ReadTables from(to.sink);
    for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{2}, all}) {
        EXPECT_EQ(from.reader.string(StringId(id)), "");
        EXPECT_EQ(from.reader.user_namespace(NamespaceId(id)), nullptr);
        EXPECT_EQ(from.reader.credential(CredentialId(id)), nullptr);
        EXPECT_EQ(from.reader.object(ObjectId(id)), nullptr);
        EXPECT_EQ(from.reader.module(ModuleId(id)), nullptr);
        EXPECT_EQ(from.reader.frame(FrameId(id)), nullptr);
        EXPECT_EQ(from.reader.stack(StackId(id)), nullptr);
        EXPECT_EQ(from.reader.user_stack(UserStackId(id)), nullptr);
    }
}

TEST(Tables, ManyAreSplitIntoChunks) {
    Writing to;
    const auto text = [](std::uint64_t i) { return std::string(4096, 'a') + std::to_string(i); };
    for (std::uint64_t i = 1; i <= 3000; ++i) {
        EXPECT_EQ(to.writer.define_string(text(i)), StringId(i));
        to.writer.define(KernelStack{std::vector<std::uint32_t>(64, static_cast<std::uint32_t>(i)), false});
        Credential credential;
        credential.groups.assign(64, static_cast<std::uint32_t>(i));
        to.writer.define(credential);
        to.writer.define(Frame{ModuleId(i), StringId(i), 1});
        to.writer.define(UserNamespace{static_cast<std::uint32_t>(i), 1, 1});
        to.writer.define(Object{ObjectKind::path, std::string(255, 'p') + std::to_string(i), true});
    }
    to.writer.footer({});
    ReadTables from(to.sink);
    ASSERT_EQ(from.status, ReadStatus::end) << from.reader.damage();
    EXPECT_GE(from.reader.statistics().table_chunks, 10u);
    for (std::uint64_t i = 1; i <= 3000; ++i) {
        ASSERT_EQ(from.reader.string(StringId(i)), text(i));
        ASSERT_EQ(from.reader.frame(FrameId(i))->symbol, StringId(i));
        ASSERT_EQ(from.reader.stack(StackId(i))->frames[63], i);
        ASSERT_EQ(from.reader.credential(CredentialId(i))->groups[63], i);
        ASSERT_EQ(from.reader.user_namespace(NamespaceId(i))->inode, i);
        ASSERT_EQ(from.reader.object(ObjectId(i))->bytes.substr(255), std::to_string(i));
    }
}

TEST(Tables, ManySmallEntriesFillOneChunkAtMost) {
    Writing to;
    for (int i = 0; i < 400'000; ++i) {
        to.writer.define_string("");
        to.writer.define(Object{});
        to.writer.define(KernelStack{});
        to.writer.define(Module{});
    }
    to.writer.footer({});
    ReadTables from(to.sink);
    EXPECT_EQ(from.status, ReadStatus::end) << from.reader.damage();
    EXPECT_EQ(from.reader.statistics().modules, 400'000u);
}

// Readers rely on this: contents that an event names are known when the event is delivered.
TEST(Tables, DefinitionsComeBeforeTheEventsThatFollowThem) {
    Writing to;
    for (std::uint64_t i = 1; i <= 40'000; ++i) {
        RenameRow row;
        row.order = i;
        row.comm = to.writer.define_string("name" + std::to_string(i));
        to.writer.add(row);
    }
    to.writer.footer({});
    MemorySource source(to.sink.data);
    TraceReader reader(source);
    std::size_t seen = 0;
    for (ReadStatus status = reader.next(); !is_last(status); status = reader.next()) {
        if (status != ReadStatus::events)
            continue;
        EventRecorder events;
        ASSERT_TRUE(reader.visit_events(events));
        for (const AnyRow& row : events.rows) {
            const StringId id = std::get<RenameRow>(row).comm;
            ASSERT_EQ(reader.string(id), "name" + std::to_string(id.value()));
            ++seen;
        }
    }
    EXPECT_EQ(seen, 40'000u);
}

TEST(Tables, PointersOfUserStacks) {
    for (const UserPointer pointer :
         {UserPointer{ModuleId(), 0}, UserPointer{ModuleId(), 32768}, UserPointer{ModuleId(1), 0},
          UserPointer{ModuleId(7), 0x1234}, UserPointer{ModuleId(UserPointer::max_module), UserPointer::max_offset},
          UserPointer{ModuleId(), UserPointer::max_offset}})
        EXPECT_EQ(decode_pointer(encode(pointer)), pointer);
    EXPECT_EQ(decode_pointer(0), std::nullopt);
    EXPECT_EQ(encode({ModuleId(UserPointer::max_module + 1), 0}), 0u);
    EXPECT_EQ(encode({ModuleId(1), UserPointer::max_offset + 1}), 0u);
    EXPECT_EQ(encode({ModuleId(), all}), 0u);
}

TEST(Tables, AnEntryThatFitsNoChunkIsRefused) {
    Writing to;
    EXPECT_THROW(to.writer.define_string(std::string(5u << 20, 'x')), Error);
    EXPECT_EQ(to.writer.define_string("x"), StringId(1));
    to.writer.footer({});
    EXPECT_EQ(ReadTables(to.sink).status, ReadStatus::end);
}

TEST(Tables, WhatTheReaderReturnsStaysWhereItIs) {
    Writing to;
    to.writer.define_string("kept");
    to.writer.define(UserNamespace{5, 0, 0});
    to.writer.flush();
    for (int i = 0; i < 100'000; ++i) {
        to.writer.define_string("more");
        to.writer.define(UserNamespace{});
    }
    to.writer.footer({});
    MemorySource source(to.sink.data);
    TraceReader reader(source);
    while (reader.next() != ReadStatus::tables) {
    }
    const std::string_view kept = reader.string(StringId(1));
    const UserNamespace* kept_namespace = reader.user_namespace(NamespaceId(1));
    while (!is_last(reader.next())) {
    }
    EXPECT_EQ(kept, "kept");
    EXPECT_EQ(kept.data(), reader.string(StringId(1)).data());
    EXPECT_EQ(kept_namespace, reader.user_namespace(NamespaceId(1)));
    EXPECT_EQ(reader.user_namespace(NamespaceId(1))->inode, 5u);
}

}  // namespace
}  // namespace caprec
