#!/usr/bin/env python3
"""Replays a policy kit with pycasbin, which shares no line with the hub: python replay_policy.py KIT"""

import csv
import os
import sys

import casbin


def main():
    if len(sys.argv) != 2:
        print("usage: python replay_policy.py KIT")
        return 2
    place = lambda name: os.path.join(sys.argv[1], name)
    try:
        enforcer = casbin.Enforcer(place("model.conf"), place("policy.csv"))
        with open(place("questions.csv"), encoding="utf-8", newline="") as file:
            rows = [(number, [cell.strip() for cell in row]) for number, row in enumerate(csv.reader(file), 1)]
    except (OSError, RuntimeError) as error:
        print(f"the kit cannot be read: {error}")
        return 2
    questions = [(number, row) for number, row in rows if row and not row[0].startswith("#")]
    if not questions or any(len(row) != 14 or row[12] not in ("allow", "deny") for _, row in questions):
        print("the kit cannot be read: questions.csv has a row that is no question, or none at all")
        return 2
    differences = 0
    for number, row in questions:
        answer = "allow" if enforcer.enforce(*row[:12]) else "deny"
        if answer != row[12]:
            differences += 1
            print(f"questions.csv line {number}: casbin says {answer}, the hub says {row[12]}: {', '.join(row)}")
    print(f"asked={len(questions)} differences={differences}")
    return 1 if differences else 0


sys.exit(main())
