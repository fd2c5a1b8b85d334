// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/follow/event_stream.h"

namespace caprec {

// For those who want to know about a trace as a whole, not about its checks.
class NoReceiver : public CheckReceiver {
public:
    using CheckReceiver::on;
    void on(const AnnotatedCheck&) override {}
};

}  // namespace caprec
