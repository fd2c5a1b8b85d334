#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads YAML on standard input and prints the lists of capabilities in it, one space between the names.

usage: manifests.py compose | kubernetes
Kubernetes' own validation needs its API server; this program checks what the API documents: the fields of
SecurityContext and Capabilities, their types, and names without CAP_.
"""
import re
import sys

import yaml


def names(value):
    assert isinstance(value, list) and all(isinstance(name, str) for name in value), value
    assert all(re.fullmatch("[A-Z_]+", name) for name in value), value
    return " ".join(value)


def compose(document):
    service = document["services"]["app"]
    return service["cap_drop"], service.get("cap_add", [])


def kubernetes(document):
    assert set(document) == {"securityContext"}, document
    context = document["securityContext"]
    assert set(context) <= {"allowPrivilegeEscalation", "capabilities"}, context
    # Absent beside CAP_SYS_ADMIN, which implies it.
    assert context.get("allowPrivilegeEscalation", False) is False, context
    capabilities = context["capabilities"]
    assert set(capabilities) <= {"add", "drop"}, capabilities
    add = capabilities.get("add", [])
    assert ("allowPrivilegeEscalation" in context) == ("SYS_ADMIN" not in add), context
    return capabilities["drop"], add


drop, add = {"compose": compose, "kubernetes": kubernetes}[sys.argv[1]](yaml.safe_load(sys.stdin))
print(names(drop))
print(names(add))
