// SPDX-License-Identifier: Apache-2.0
//
// Keys that a hostile trace chooses so that they collide, for hash functions that have no secret.  The tests bound the
// number of comparisons, not the time.
#include "analyzer/containers/id_hash.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/export/parts/check_counter.h"

namespace caprec {
namespace {

constexpr std::size_t keys = 20'000;
constexpr std::size_t few_comparisons = 16;  // comparisons for a key, on average; all that collide make 10,000

std::size_t comparisons = 0;

template <class Parts> struct Counting {
    Parts value;
    const Parts& parts() const { return value; }
    friend bool operator==(const Counting& a, const Counting& b) {
        ++comparisons;
        return a.value == b.value;
    }
};

// Stacks and user stacks for which the product of one makes up for the other.
TEST(KeyHash, SpreadsWhatCollidesByMultiplication) {
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15;
    const auto attacked = [](const std::array<std::uint64_t, 2>& parts) {
        return (parts[0] * factor ^ parts[1]) * factor;
    };
    using Key = Counting<std::array<std::uint64_t, 2>>;
    std::unordered_set<Key, KeyHash> set;
    comparisons = 0;
    for (std::uint64_t stack = 1; stack <= keys; ++stack) {
        const Key key{{stack, stack * factor ^ 42}};
        ASSERT_EQ(attacked(key.value), 42 * factor);
        set.insert(key);
    }
    EXPECT_EQ(set.size(), keys);
    EXPECT_LT(comparisons, few_comparisons * keys);
}

// Numbers that are all the same modulo the number of buckets, which is no secret either.
TEST(KeyHash, SpreadsWhatIsTheSameModuloTheBuckets) {
    std::unordered_map<std::uint64_t, int, IdHash> ids;
    ids.reserve(keys);
    const std::uint64_t buckets = ids.bucket_count();
    using Key = Counting<std::array<std::uint64_t, 1>>;
    std::unordered_set<Key, KeyHash> set;
    set.reserve(keys);
    comparisons = 0;
    for (std::uint64_t number = 1; number <= keys; ++number) {
        ids.emplace(number * buckets, 0);
        set.insert(Key{{number * set.bucket_count()}});
    }
    EXPECT_LT(comparisons, few_comparisons * keys);
    std::size_t longest = 0;
    for (std::size_t bucket = 0; bucket < ids.bucket_count(); ++bucket)
        longest = std::max(longest, ids.bucket_size(bucket));
    EXPECT_LT(longest, few_comparisons);
}

TEST(KeyHash, EveryTableHasASeedOfItsOwn) {
    EXPECT_NE(IdHash()(1), IdHash()(1));
    EXPECT_NE(TextHash()("a"), TextHash()("a"));
    const CheckCounter::Key key{.stack = StackId(1)};
    EXPECT_NE(KeyHash()(key), KeyHash()(key));
    const KeyHash hash;
    EXPECT_EQ(hash(key), KeyHash(hash)(key));  // a copy of a table finds what is in it
}

TEST(TextHash, TakesEveryByteAndTheLength) {
    const TextHash hash;
    std::unordered_set<std::size_t> values;
    for (std::size_t length = 0; length < 40; ++length)
        values.insert(hash(std::string(length, '\0')));
    for (std::size_t at = 0; at < 40; ++at) {
        std::string text(40, '\0');
        text[at] = 1;
        values.insert(hash(text));
    }
    EXPECT_EQ(values.size(), 80u);
}

}  // namespace
}  // namespace caprec
