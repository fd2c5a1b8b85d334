// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/privilege.h"

#include <linux/securebits.h>

namespace caprec {
namespace {

// Whether execve gives the credential its whole bounding set (security/commoncap.c handle_privileged_root).  A saved id
// of root is one setuid(2) away from that.
bool is_root(const Credential& credential) {
    return (credential.uid == 0 || credential.euid == 0 || credential.suid == 0) &&
           (credential.securebits & SECBIT_NOROOT) == 0;
}

}  // namespace

void Holdings::add(const Holdings& more) {
    held |= more.held;
    gainable = (gainable | more.gainable) - held;
    inside |= more.inside;
    outside_known = outside_known || more.outside_known;
    inside_known = inside_known || more.inside_known;
}

Holdings holdings_of(const Credential& credential, bool own_namespace) {
    Holdings holdings;
    if (own_namespace) {
        holdings.inside_known = true;
        holdings.inside = credential.permitted | credential.ambient;
        return holdings;
    }
    holdings.outside_known = true;
    holdings.held = credential.permitted | credential.ambient;
    if (!credential.no_new_privs && is_root(credential))
        holdings.held |= credential.bounding | credential.inheritable;
    else if (!credential.no_new_privs)
        holdings.gainable = credential.bounding - holdings.held;
    return holdings;
}

}  // namespace caprec
