// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutate.h"

#include "schema/chunk_framing.h"
#include "tests/support/chunk_surgery.h"
#include "tests/support/sample_traces.h"

namespace caprec {
namespace {

// Any index of a container that is not empty.
template <class Container> std::size_t any_index(const Container& container, RandomNumbers& random) {
    return random() % container.size();
}

std::uint64_t interesting_word(const std::vector<std::uint64_t>& words, RandomNumbers& random) {
    constexpr std::uint64_t all = ~std::uint64_t{0};
    const std::uint64_t values[] = {
        0,
        1,
        all,
        std::uint64_t{1} << 63,
        0xffffffff,
        65536,
        65537,
        std::uint64_t{1} << 32,
        random(),
        random() % 256,
        random() << 32 | random() % 64 << 2,              // a struct pointer
        (random() % 4096 << 3 | random() % 8) << 32 | 1,  // a list pointer
        words[any_index(words, random)],
    };
    return values[random() % std::size(values)];
}

void change_sequence(std::vector<Segment>& chunks, RandomNumbers& random) {
    const std::size_t one = any_index(chunks, random), other = any_index(chunks, random);
    switch (random() % 3) {
        case 0: std::swap(chunks[one], chunks[other]); break;
        case 1: chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(one), Segment(chunks[other])); break;
        default:
            if (chunks.size() > 1)
                chunks.erase(chunks.begin() + static_cast<std::ptrdiff_t>(one));
    }
}

void change_bytes(Bytes& trace, RandomNumbers& random) {
    for (std::size_t changes = 1 + random() % 3; changes > 0 && !trace.empty(); --changes)
        if (random() % 4 == 0)
            trace.resize(any_index(trace, random));
        else
            trace[any_index(trace, random)] = static_cast<std::byte>(random());
}

}  // namespace

void change_words_at_random(std::vector<std::uint64_t>& words, RandomNumbers& random) {
    for (std::size_t changes = 1 + random() % 4; changes > 0 && !words.empty(); --changes) {
        // The first words are checked first: most changes go behind them.
        const std::size_t first = words.size() > chunk_crc_word && random() % 16 != 0 ? chunk_crc_word : 0;
        const std::size_t place = first + random() % (words.size() - first);
        switch (random() % 6) {
            case 0: words[place] ^= std::uint64_t{1} << random() % 64; break;
            case 1: words[place] = interesting_word(words, random); break;
            case 2: words[place] += random() % 9 - 4; break;
            case 3: words[place] += (random() % 9 - 4) << 32; break;
            case 4:
                words.insert(words.begin() + static_cast<std::ptrdiff_t>(place), interesting_word(words, random));
                break;
            default: words.erase(words.begin() + static_cast<std::ptrdiff_t>(place)); break;
        }
    }
}

Bytes mutate(std::span<const std::byte> trace, RandomNumbers& random, const ChangeWords& change_words) {
    std::vector<Segment> chunks = split_chunks(trace);
    if (chunks.empty()) {
        const auto samples = sample_traces();
        return samples[any_index(samples, random)];
    }
    change_words(chunks[any_index(chunks, random)], random);
    if (random() % 8 == 0)
        change_sequence(chunks, random);
    if (random() % 16 != 0)
        renumber(chunks);
    Bytes result = join_chunks(chunks);
    if (random() % 16 == 0)
        change_bytes(result, random);
    return result;
}

}  // namespace caprec
