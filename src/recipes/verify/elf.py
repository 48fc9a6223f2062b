"""elf.py SYSROOT RESULTS IDENTITY [FLAGS MASK]: every ELF file is of the target, e_flags of its ABI, and what it needs is in the sysroot."""
import os
import struct
import sys

EI_CLASS, EI_DATA, E_MACHINE = 4, 5, 18


def members(path):
    """The ELF files in a file: itself, or the members of an archive."""
    with open(path, "rb") as file:
        magic = file.read(8)
        if magic[:4] == b"\x7fELF":
            yield path, magic + file.read(56)
        if magic == b"!<thin>\n":
            raise ValueError("it is a thin archive, whose members are elsewhere")
        long_names = b""
        while magic == b"!<arch>\n" and (header := file.read(60)):
            name, number = header[:16].strip(), header[48:58].strip()
            size = int(number) if number.isdigit() else -1
            if not 0 <= size <= os.fstat(file.fileno()).st_size - file.tell():
                raise ValueError(f"the size of a member is '{number.decode(errors='replace')}'")
            start = file.read(size if name == b"//" else min(size, 64))
            file.seek(size - len(start) + size % 2, 1)
            if name == b"//":
                long_names = start
            if name.startswith(b"#1/") or start[:8] in (b"!<arch>\n", b"!<thin>\n"):
                raise ValueError("it is an archive of BSD's form, or of archives")
            if start[:4] == b"\x7fELF":
                yield f"{path}({name_of_member(name, long_names)})", start


def name_of_member(name, long_names):
    """As ar shows it: GNU's ends each by a slash, and has /N for a long one, which begins at N of the member //."""
    if name[:1] == b"/" and name[1:].isdigit():
        name = long_names[int(name[1:]):].split(b"\n")[0]
    return name.removesuffix(b"/").decode(errors="replace")


def identity(header, mask):
    endian = {1: "little", 2: "big"}.get(header[EI_DATA])
    bits = {1: 32, 2: 64}.get(header[EI_CLASS])
    order = ">" if endian == "big" else "<"
    machine, = struct.unpack_from(order + "H", header, E_MACHINE)
    # e_flags comes after three addresses (System V ABI, chapter 4).
    flags, = struct.unpack_from(order + "I", header, 48 if bits == 64 else 36)
    return f"{bits}-bit {endian}-endian, machine {machine}" + flags_of(flags & mask, mask)


def flags_of(value, mask):
    return f", flags 0x{value:x} of 0x{mask:x}" if mask else ""


def strings_of_dynamic(path):
    """The interpreter and the needed libraries of an executable or library, read by hand: host tools may not know the machine."""
    data = open(path, "rb").read()
    order = ">" if data[EI_DATA] == 2 else "<"
    wide = data[EI_CLASS] == 2
    table, = struct.unpack_from(order + ("Q" if wide else "I"), data, 32 if wide else 28)
    size, count = struct.unpack_from(order + "HH", data, 54 if wide else 42)
    segments = []
    for i in range(count):
        fields = struct.unpack_from(order + ("IIQQQQ" if wide else "IIIIII"), data, table + i * size)
        kind, (offset, address, length) = fields[0], ((fields[2], fields[3], fields[5]) if wide else (fields[1], fields[2], fields[4]))
        segments.append((kind, offset, address, length))
    interpreter, needed = None, []
    for kind, offset, _, length in segments:
        if kind == 3:
            interpreter = data[offset:offset + length].rstrip(b"\0").decode(errors="backslashreplace")
        if kind == 2:
            pairs = list(struct.iter_unpack(order + ("qQ" if wide else "iI"), data[offset:offset + length]))
            strtab = next(value for tag, value in pairs if tag == 5)
            base = next(strtab - address + at for kind, at, address, length in segments if kind == 1 and address <= strtab < address + length)
            needed = [data[base + value:data.index(b"\0", base + value)].decode(errors="backslashreplace") for tag, value in pairs if tag == 1]
    return interpreter, needed


def is_library(sysroot, path):
    """Whether there is an ELF file, seen from within the sysroot, at the end of whatever links."""
    for _ in range(40):
        if not os.path.islink(path):
            break
        target = os.readlink(path)
        path = sysroot + target if target.startswith("/") else os.path.join(os.path.dirname(path), target)
    if not os.path.isfile(path) or os.path.relpath(os.path.normpath(path), sysroot).startswith(".."):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def main(sysroot, results, expected, value="0", mask="0"):
    mask = int(mask, 0)
    expected += flags_of(int(value, 0), mask)
    wrong, unmet, count, dynamic, names = [], [], 0, [], set()
    for directory, _, files in os.walk(sysroot):
        for name in files:
            path = os.path.join(directory, name)
            if (os.path.isfile(path) or os.path.islink(path)) and is_library(sysroot, path):
                names.add(name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            try:
                for member, header in members(path):
                    count += 1
                    if (found := identity(header, mask)) != expected:
                        wrong.append(f"{os.path.relpath(member, sysroot)} is {found}")
                    elif member == path and struct.unpack_from(">H" if header[EI_DATA] == 2 else "<H", header, 16)[0] in (2, 3):
                        dynamic.append((path, *strings_of_dynamic(path)))
            except (ValueError, IndexError, StopIteration, struct.error) as error:
                wrong.append(f"{os.path.relpath(path, sysroot)} can't be read: {error or type(error).__name__}")
    for path, interpreter, needed in dynamic:
        if interpreter is not None and not (os.path.normpath(interpreter) == interpreter and is_library(sysroot, sysroot + interpreter)):
            unmet.append(f"{os.path.relpath(path, sysroot)} wants {interpreter}")
        unmet += [f"{os.path.relpath(path, sysroot)} needs {library}" for library in needed if library not in names]
    for line in wrong + unmet:
        print(line)
    checks = [
        (f"every ELF file is {expected}", count > 0 and not wrong, f"{count} files and archive members" if not wrong else f"{len(wrong)} are not: {wrong[0]}"),
        ("every interpreter and needed library is there", bool(dynamic) and not unmet, f"{len(dynamic)} programs and libraries" if not unmet else f"{len(unmet)} are not: {unmet[0]}"),
    ]
    os.makedirs(os.path.dirname(results), exist_ok=True)
    with open(results, "w", errors="backslashreplace") as file:
        for name, passed, detail in checks:
            detail = "".join(each if each.isprintable() else "?" for each in detail)
            file.write(f"{name}\t{'pass' if passed else 'fail'}\t{detail}\n")


main(*sys.argv[1:])
