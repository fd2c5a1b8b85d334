#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The line of setpriv gives its command the set, as root and as another user, and nothing more.
. "$(dirname "$0")/consumer.sh"
launches_with_sets setpriv
