"""merge.py TARGET TRIPLET EMULATORS DIRECTORY OUT: GROUP.tsv files -> verify.json and verify.txt; fails if a check has failed.

KNOWN_FAILURES, a list in JSON, names checks that fail for a known reason under these emulators: they fail the verification where they pass again.
"""
import json
import os
import sys


def judge(checks, known):
    """Mark what was known to fail; what is known and passes, or is no check at all, fails."""
    for failure in known:
        found = [check for check in checks if failure["check"] in (check["check"], f"{check['group']}: {check['check']}")]
        group = failure["check"].partition(": ")[0]
        # Without the image there is nothing to say of its checks.
        if group == "image" and all(check["group"] != group for check in checks):
            continue
        if not found:
            checks.append({"group": "known", "check": failure["check"], "result": "fail", "detail": "there is no such check: correct 'known-failures'"})
        for check in found:
            if check["result"] == "known":
                check.update(result="fail", detail="it stands in 'known-failures' twice, with and without its group")
            elif check["result"] == "fail":
                check.update(result="known", detail=f"{failure['because']}; it said: {check['detail']}")
            else:
                check.update(result="fail", detail=f"it passes again: take it out of 'known-failures' ({failure['because']})")


def row(line):
    """Name, result and detail of a check; whatever is no result has failed."""
    name, result, detail = [*line.split("\t", 2), "", ""][:3]
    detail = "".join(each if each.isprintable() else " " for each in detail)
    return (name, result, detail) if result in ("pass", "fail") else (name, "fail", f"'{result}' is no result, expected pass or fail: {detail}")


def main(target, triplet, emulators, directory, out):
    checks = []
    for file_name in sorted(os.listdir(directory)):
        # What programs say is in it, whatever that is.
        with open(os.path.join(directory, file_name), encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            rows = [row(line.rstrip("\n")) for line in file] or [("(no results)", "fail", f"{file_name} is empty")]
        checks += [{"group": file_name.removesuffix(".tsv"), "check": name, "result": result, "detail": detail} for name, result, detail in rows]
    if not checks:
        checks = [{"group": "none", "check": "(no results)", "result": "fail", "detail": f"{directory} has no results"}]
    judge(checks, json.loads(os.environ.get("KNOWN_FAILURES") or "[]"))
    count = {result: sum(check["result"] == result for check in checks) for result in ("pass", "fail", "known")}
    known = f", {count['known']} known to fail" if count["known"] else ""
    summary = f"{target} ({triplet}): {count['pass']} checks passed, {count['fail']} failed{known}, by {emulators}"
    width = max(len(check["check"]) for check in checks)
    # What failed is below all else, where a log is looked at.
    by_result = sorted(checks, key=lambda check: check["result"] == "fail")
    table = [f"{check['result']:5} {check['group']:9}  {check['check']:{width}}  {check['detail']}".rstrip() for check in by_result]
    steps = {"image": "image-check", "prove": "prove"}
    groups = dict.fromkeys(check["group"] for check in by_result if check["result"] == "fail")
    table += [f"'bootstrap log {target} {steps.get(group, f'verify-{group}')}' has more of it." for group in groups if group not in ("none", "known")]
    with open(os.path.join(out, "verify.json"), "w") as file:
        numbers = {"passed": count["pass"], "failed": count["fail"], "known-to-fail": count["known"]}
        variables = json.loads(os.environ.get("VARIABLES") or "{}")
        json.dump({"target": target, "triplet": triplet, "emulators": emulators.split("; "), "variables": variables, **numbers, "checks": checks}, file, indent=2)
        file.write("\n")
    with open(os.path.join(out, "verify.txt"), "w") as file:
        file.write("\n".join([*table, "", summary, ""]))
    print("\n".join([*table, "", summary]))
    return 1 if count["fail"] else 0


sys.exit(main(*sys.argv[1:]))
