"""compare.py NATIVE ACCELERATED TARGET RESULT: fails unless both directories hold the same files, and says where the first difference is."""

import pathlib
import subprocess
import sys


def lines(*command):
    # A linked program and an object are shown alike, without the name of the file that they come from.
    shown = subprocess.run(command, capture_output=True, text=True, errors="replace").stdout.splitlines()
    return [line for line in shown if "file format" not in line and not line.startswith("File:")]


def both(native, accelerated):
    return f"\n    native       {native.strip()}\n    accelerated  {accelerated.strip()}"


def words(native, accelerated):
    """What both compilers say of a file: the first line that differs."""
    one, other = (file.read_text(errors="replace").splitlines() if file.exists() else [] for file in (native, accelerated))
    return both(*next((pair for pair in zip(one + [""], other + [""]) if pair[0] != pair[1]), ("", "")))


def first_difference(target, native, accelerated):
    """The first line of the disassembly that differs, with its function, or else of the symbols, or of the dump of all sections."""
    for what, options in (("function", ["-dr"]), ("symbol", ["-t"]), ("section", ["-s"])):
        place = None
        one, other = (lines(f"{target}-objdump", *options, str(file)) for file in (native, accelerated))
        for left, right in zip(one + [""], other + [""]):
            if left.endswith(">:") or left.startswith("Contents of section"):
                place = left
            if left != right:
                return f"in {what} {place or '(none)'}{both(left, right)}"
    return "in bytes that belong to no section"


def main(native, accelerated, target, result):
    native, accelerated = pathlib.Path(native), pathlib.Path(accelerated)
    names = sorted({file.relative_to(tree) for tree in (native, accelerated) for file in tree.rglob("*") if file.is_file()})
    compared = [name for name in names if name.suffix not in (".command", ".refused")]
    different = []
    for name in names:
        one, other = native / name, accelerated / name
        if not one.exists() or not other.exists():
            said = words(one, other) if name.suffix == ".refused" else ""
            different.append((name, f"made by the {'native' if one.exists() else 'accelerated'} programs alone{said}"))
        elif one.read_bytes() != other.read_bytes():
            different.append((name, f"the compilers say other things{words(one, other)}" if name.suffix == ".refused" else first_difference(target, one, other)))
    for name, where in different[:20]:
        base = name.with_suffix("") if name.suffix == ".refused" else name
        command = native / f"{base}.command"
        print(f"different: {name}, {where}\n    {command.read_text().strip() if command.exists() else ''}", file=sys.stderr)
    objects = sum(name.parts[0] == "object" for name in compared)
    size = sum((native / name).stat().st_size for name in compared if (native / name).exists())
    refused = sum(name.suffix == ".refused" and (native / name).exists() and (accelerated / name).exists() for name in names)
    said = f"{objects} objects and {len(compared) - objects} programs of {size:,} bytes compared, {len(different)} different; {refused} sources refused by both alike"
    print(said)
    if different:
        sys.exit(f"the accelerator does not say what the native compilers say of {len(different)} files: both results of each are in the trees of proof-native and proof-accelerated")
    if len(compared) < 100:
        sys.exit(f"{len(compared)} files compared are too few for a proof, expected at least 100")
    pathlib.Path(result).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(result).write_text(f"accelerated programs emit the native ones' bytes\tpass\t{said}\n")


main(*sys.argv[1:])
