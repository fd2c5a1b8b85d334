// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/pipeline/pipeline.h"
#include "schema/capability.h"

namespace caprec {

// Hands on the checks of the capabilities that were asked for; all of them when none was.
class CapabilityFilter : public CheckReceiver {
public:
    using CheckReceiver::on;
    CapabilityFilter(CheckReceiver& receiver, CapabilitySet wanted) : receiver_(receiver), wanted_(wanted) {}

    void on(const AnnotatedCheck& check) override {
        const std::uint64_t number = check.row.capability;  // from a trace: it may be any
        if (wanted_.empty() || (number < 64 && wanted_.contains(static_cast<unsigned>(number))))
            receiver_.on(check);
    }

private:
    CheckReceiver& receiver_;
    CapabilitySet wanted_;
};

}  // namespace caprec
