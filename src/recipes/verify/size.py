"""size.py SYSROOT PARTS TRIPLET RESULTS LIMIT: the sizes of a sysroot's files by the part that each is of, and whether all are at most LIMIT MB."""
import collections
import os
import sys


def files(tree):
    for directory, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(directory, name)
            if not os.path.islink(path):
                yield os.path.relpath(path, tree), os.stat(path)


def in_sysroot(path, triplet):
    """Where a file of a step is in the sysroot: libraries come out below the cross compiler's directories."""
    for prefix, place in (f"cross/{triplet}/sysroot/", ""), (f"cross/{triplet}/", "usr/"), ("cross/", "usr/"):
        if path.startswith(prefix):
            return place + path[len(prefix):]
    return path


def megabytes(size):
    return f"{size / 1e6:.1f} MB"


def main(sysroot, parts, triplet, results, limit):
    part_of = {}
    for part in sorted(os.listdir(parts)):
        for path, _ in files(os.path.join(parts, part)):
            part_of.setdefault(in_sysroot(path, triplet), part)
    sizes, counts, seen = collections.Counter(), collections.Counter(), set()
    for path, status in files(sysroot):
        if (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            part = part_of.get(path, "others")
            sizes[part] += status.st_size
            counts[part] += 1
    total = sum(sizes.values())
    is_small = not limit or total <= int(limit) * 1_000_000
    rows = [("native sysroot", is_small, f"{megabytes(total)}{f', at most {limit} MB' if limit else ''}")]
    rows += [(part, True, f"{megabytes(size)} in {counts[part]} files") for part, size in sizes.most_common()]
    os.makedirs(os.path.dirname(results), exist_ok=True)
    with open(results, "w") as file:
        for name, passed, detail in rows:
            print(f"{name}: {detail}")
            file.write(f"{name}\t{'pass' if passed else 'fail'}\t{detail}\n")


main(*sys.argv[1:])
