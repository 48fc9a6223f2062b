"""merge.py TARGET TRIPLET EMULATORS DIRECTORY OUT: GROUP.tsv files -> verify.json and verify.txt; fails if a check has failed."""
import json
import os
import sys


def main(target, triplet, emulators, directory, out):
    checks = []
    for file_name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, file_name)) as file:
            rows = [line.rstrip("\n").split("\t") for line in file]
        if not rows:
            rows = [["(no results)", "fail", f"{file_name} is empty"]]
        checks += [{"group": file_name.removesuffix(".tsv"), "check": name, "result": result, "detail": detail} for name, result, detail in rows]
    failed = sum(check["result"] != "pass" for check in checks)
    summary = f"{target} ({triplet}): {len(checks) - failed} checks passed, {failed} failed, by {emulators}"
    width = max(len(check["check"]) for check in checks)
    table = [f"{check['result']:4}  {check['group']:9}  {check['check']:{width}}  {check['detail']}".rstrip() for check in checks]
    with open(os.path.join(out, "verify.json"), "w") as file:
        json.dump({"target": target, "triplet": triplet, "emulators": emulators.split("; "), "passed": len(checks) - failed, "failed": failed, "checks": checks}, file, indent=2)
        file.write("\n")
    with open(os.path.join(out, "verify.txt"), "w") as file:
        file.write("\n".join([*table, "", summary, ""]))
    print("\n".join([*table, "", summary]))
    return 1 if failed else 0


sys.exit(main(*sys.argv[1:]))
