// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/syscalls.h"
#include "schema/trace_writer.h"
#include "tests/support/memory_stream.h"

namespace caprec {

// Makes traces in memory for tests.  It fills in the fields that a test does not care about: `order` and, where it is
// 0, `time` (1 us for each event, from 1 s on); everything else is as the test gives it.
class TraceBuilder {
public:
    TraceBuilder();  // uses plausible_header()
    explicit TraceBuilder(const RunHeader& header);

    TraceWriter& writer() { return writer_; }

    // Definitions, each made once: equal contents give equal ids.
    StringId string(std::string_view bytes);
    StackId stack(std::initializer_list<std::string_view> symbols);  // innermost first, in "vmlinux"
    CredentialId credential(std::uint32_t uid,
                            CapabilitySet effective);  // all other sets equal to `effective`, or full
    ObjectId object(std::string_view path);
    NamespaceId user_namespace(const UserNamespace& entry);

    // Adds any row; returns its order.
    template <class Row> std::uint64_t add(Row row) {
        row.order = ++order_;
        if constexpr (requires { row.time; }) {
            if (row.time == 0)
                row.time = 1'000'000'000 + order_ * 1'000;
        }
        writer_.add(row);
        return order_;
    }

    // Shorthands.  Adds a process whose id is also its first thread's.
    void process(std::uint64_t id, std::uint64_t creator, std::string_view comm);
    // `file` has the row's other fields, about the file and its place.
    void exec(std::uint64_t process, std::string_view path, std::initializer_list<std::string_view> argv,
              ExecRow file = {});
    void exit(std::uint64_t process, std::uint64_t wait_status);

    // A check inside a syscall of x86-64, walked, of the current and real credential; its outcome follows with
    // `value` (-errno when it failed).  Returns the check's row for changes to it in a further add().
    CheckRow check(std::uint64_t thread, unsigned capability, bool granted, std::string_view syscall,
                   std::initializer_list<std::string_view> symbols, std::int64_t value,
                   std::uint64_t acknowledgement = 0);

    // Adds the end of the syscall that the check was made in; `value` as above; `acknowledgement`: AcknowledgementBits.
    void returns(const CheckRow& check, std::int64_t value, std::uint64_t acknowledgement = 0);

    Bytes cut();     // the trace that a recorder killed now would leave
    Bytes finish();  // with a footer that fits the events
    Bytes finish(const RunFooter& footer);

private:
    MemorySink sink_;
    TraceWriter writer_;
    std::uint64_t order_ = 0, checks_ = 0, outcomes_ = 0;
    std::map<std::string, StringId, std::less<>> strings_;
    std::map<std::string, ObjectId, std::less<>> objects_;
    std::map<std::string, FrameId, std::less<>> frames_;
    std::map<std::vector<std::uint32_t>, StackId> stacks_;
    std::map<std::pair<std::uint32_t, std::uint64_t>, CredentialId> credentials_;
    std::map<std::uint64_t, std::uint64_t> syscalls_;  // last sequence number of each thread
    ModuleId module_{};
    NamespaceId namespace_{};
};

RunHeader plausible_header();

}  // namespace caprec
