// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/check_counter.h"

namespace caprec {

CheckCounter::Entry* CheckCounter::find(const AnnotatedCheck& check) {
    Key key{.capability = static_cast<unsigned>(check.row.capability),
            .user_stack = check.user_stack,
            .stack = check.stack};
    std::uint32_t pid = 0;
    if (detail_ != SampleDetail::thread_names)
        key.image = check.image_id;
    if (detail_ == SampleDetail::thread_names || check.image.empty())
        key.comm = check.comm_id;
    if (detail_ == SampleDetail::processes) {
        key.verdict = check.verdict;
        if (entries_.size() < max_of_processes) {
            key.process = check.process_index;
            pid = check.tgid;
        }
    }
    if (last_ < entries_.size() && entries_[last_].key == key)
        return &entries_[last_];
    if (const auto found = numbers_.find(key); found != numbers_.end()) {
        last_ = found->second;
        return &entries_[last_];
    }
    if (entries_.size() >= max_samples)
        return nullptr;
    last_ = static_cast<std::uint32_t>(entries_.size());
    numbers_.emplace(key, last_);
    return &entries_.emplace_back(Entry{key, std::string(check.image), std::string(check.comm), pid});
}

void CheckCounter::on(const AnnotatedCheck& check) {
    Entry* entry = find(check);
    if (entry == nullptr) {
        left_out_ += check.count;
        return;
    }
    (check.row.granted() ? entry->granted : entry->denied) += check.count;
}

}  // namespace caprec
