// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/follow/annotated_check.h"

namespace caprec {

enum class SampleDetail : std::uint8_t {
    stacks,        // samples differ by capability and stack
    processes,     // also by verdict and process
    thread_names,  // by capability, name of the thread and stack, but not by executable
};

// Counts checks by where they came from, in memory that has a bound.
class CheckCounter : public CheckReceiver {
public:
    using CheckReceiver::on;
    // How many different samples there can be, which bounds memory.  Beyond max_of_processes, new ones are no longer
    // told apart by process.
    static constexpr std::size_t max_samples = 200'000, max_of_processes = 150'000;

    struct Key {
        unsigned capability = 0;
        ImageId image{};
        std::uint32_t process = 0;
        Verdict verdict = Verdict::unclassified;
        StringId comm{};
        UserStackId user_stack{};
        StackId stack{};
        std::array<std::uint64_t, 5> parts() const {
            return {stack.value(), user_stack.value(), comm.value(), std::uint64_t{image.value()} << 32 | process,
                    std::uint64_t{capability} << 8 | static_cast<std::uint64_t>(verdict)};
        }
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Entry {
        Key key;
        std::string image, comm;
        std::uint32_t pid = 0;
        std::uint64_t granted = 0, denied = 0;
    };

    explicit CheckCounter(SampleDetail detail) : detail_(detail) {}

    void on(const AnnotatedCheck& check) override;

    // The same contents may have several ids in a trace: different entries may have equal stacks.
    const std::vector<Entry>& entries() const { return entries_; }  // in the order of their first check
    SampleDetail detail() const { return detail_; }
    std::uint64_t left_out() const { return left_out_; }  // checks beyond max_samples

private:
    Entry* find(const AnnotatedCheck& check);

    SampleDetail detail_;
    std::unordered_map<Key, std::uint32_t, KeyHash> numbers_;  // indexes in entries_
    std::vector<Entry> entries_;
    std::uint32_t last_ = 0;  // index in entries_ for the last check, as loops ask the same millions of times
    std::uint64_t left_out_ = 0;
};

}  // namespace caprec
