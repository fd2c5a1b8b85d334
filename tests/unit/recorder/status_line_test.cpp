// SPDX-License-Identifier: Apache-2.0
#include "recorder/status_line.h"

#include <gtest/gtest.h>

namespace caprec {
namespace {

TEST(StatusLine, SaysHowFarItIs) {
    EXPECT_EQ(status_text({.seconds = 90, .processes = 12, .checks = 1340, .kinds = 21, .lost = 0, .bytes = 2048},
                          "Ctrl-C ends it"),
              "00:01:30  12 processes, 1,340 checks of 21 kinds, none lost, 2.0 KiB; Ctrl-C ends it");
    EXPECT_EQ(status_text({.seconds = 100 * 3600, .processes = 1, .checks = 1, .kinds = 1, .lost = 1234, .bytes = 10},
                          "Ctrl-C ends it"),
              "100:00:00  1 process, 1 check of 1 kind, 1,234 lost, 10 bytes; Ctrl-C ends it");
}

}  // namespace
}  // namespace caprec
