"""compose.py OUT ORIGIN=DIRECTORY[:AT]...: lay trees over each other; two different files at one path are an error."""
import filecmp
import os
import shutil
import stat
import sys


def kind(path):
    mode = os.lstat(path).st_mode
    return "a link" if stat.S_ISLNK(mode) else "a directory" if stat.S_ISDIR(mode) else "a file"


def difference(old, new):
    if kind(old) != kind(new):
        return f"{kind(old)} and {kind(new)}"
    if os.path.islink(new):
        return None if os.readlink(old) == os.readlink(new) else f"links to {os.readlink(old)} and {os.readlink(new)}"
    if os.path.isdir(new):
        return None
    if os.stat(old).st_mode != os.stat(new).st_mode:
        return "different modes"
    return None if filecmp.cmp(old, new, shallow=False) else "different content"


def place(source, destination):
    if os.path.islink(source):
        os.symlink(os.readlink(source), destination)
    elif os.path.isdir(source):
        os.mkdir(destination)
        shutil.copymode(source, destination)
    else:
        shutil.copy(source, destination)


def main(out, parts):
    origins, conflicts = {}, []
    for part in parts:
        origin, _, place_spec = part.partition("=")
        tree, _, at = place_spec.partition(":")
        base = os.path.join(out, at.strip("/"))
        os.makedirs(base, exist_ok=True)
        for directory, directories, files in os.walk(tree):
            for name in [*sorted(directories), *sorted(files)]:
                source = os.path.join(directory, name)
                destination = os.path.join(base, os.path.relpath(source, tree))
                if not os.path.lexists(destination):
                    place(source, destination)
                    origins[destination] = origin
                elif problem := difference(destination, source):
                    path = os.path.relpath(destination, out)
                    if name in directories:
                        directories.remove(name)
                    conflicts.append(f"/{path}: {problem}, from {origins.get(destination, 'the composition itself')} and from {origin}")
    for conflict in conflicts:
        print(conflict, file=sys.stderr)
    return 1 if conflicts else 0


sys.exit(main(sys.argv[1], sys.argv[2:]))
