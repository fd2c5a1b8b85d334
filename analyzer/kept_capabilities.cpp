// SPDX-License-Identifier: Apache-2.0
#include "analyzer/kept_capabilities.h"

#include "schema/syscalls.h"

namespace caprec {
namespace {

bool is_capset(const CredentialChangeRow& row) {
    return row.abi > 0 && row.abi <= static_cast<std::uint64_t>(Abi::arm) &&
           syscall_number(static_cast<Abi>(row.abi), "capset") == row.syscall;
}

}  // namespace

void KeptCapabilities::on(const CredentialChangeRow& row, std::string_view image) {
    const Credential* before = reader_.credential(row.before);
    const Credential* after = reader_.credential(row.after);
    if (before == nullptr || after == nullptr || (before->permitted - after->permitted).empty() || !is_capset(row)) {
        return;
    }
    add(image, after->permitted | after->inheritable);
}

void KeptCapabilities::add(std::string_view image, CapabilitySet kept) {
    auto known = by_image_.find(image);
    if (known == by_image_.end()) {
        if (by_image_.size() >= max_images) {
            limits_reached_ = true;
            return;
        }
        known = by_image_.emplace(image, CapabilitySet()).first;
    }
    known->second |= kept;
}

std::vector<KeptNote> KeptCapabilities::notes(CapabilitySet needed) const {
    std::vector<KeptNote> notes;
    for (const auto& [image, kept] : by_image_) {
        const CapabilitySet unused = kept - needed;
        if (!unused.empty()) {
            notes.push_back({.image = image, .capabilities = unused});
        }
    }
    return notes;
}

}  // namespace caprec
