// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/follow/annotated_check.h"

namespace caprec {

// The receiver for commands that are about a trace as a whole, and not about its checks.
class NoReceiver : public CheckReceiver {
public:
    using CheckReceiver::on;
    void on(const AnnotatedCheck&) override {}
};

}  // namespace caprec
