"""initramfs.py ROOT TABLE INITRAMFS: an archive of a root file system that Linux unpacks into memory, with owners, modes and devices of the table.

Format: Linux, Documentation/driver-api/early-userspace/buffer-format.rst ("newc").
"""
import os
import stat
import sys

TYPES = {"c": stat.S_IFCHR, "b": stat.S_IFBLK}


def entries(root):
    """Path, mode and content of what is in the tree, parents first; the same for each run."""
    for directory, directories, files in os.walk(root):
        directories.sort()
        for name in sorted([*directories, *files]):
            path = os.path.join(directory, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                yield os.path.relpath(path, root), mode, os.fsencode(os.readlink(path))
            elif stat.S_ISDIR(mode):
                yield os.path.relpath(path, root), mode, b""
            else:
                with open(path, "rb") as file:
                    yield os.path.relpath(path, root), mode, file.read()


def table(text):
    """Mode, owner, group, and type and numbers of a device, by path."""
    found = {}
    for entry in text.split():
        path, mode, uid, gid, *device = entry.split(":")
        found[path.strip("/")] = int(mode, 8), int(uid), int(gid), device
    return found


def write(out, number, path, mode, uid=0, gid=0, device=(0, 0), content=b""):
    name = path.encode(errors="surrogateescape") + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = [number, mode, uid, gid, links, int(os.environ["SOURCE_DATE_EPOCH"]), len(content), 0, 0, *device, len(name), 0]
    for part in b"070701" + b"".join(b"%08x" % field for field in fields) + name, content:
        out.write(part + bytes(-out.tell() - len(part) & 3))


def main(root, text, path):
    special = table(text)
    for name, (*_, device) in special.items():
        found = os.path.join(root, name)
        if not device and (os.path.islink(found) or not os.path.exists(found)):
            sys.exit(f"image-table: '/{name}' is no file or directory of the root file system")
        if os.path.realpath(found) != os.path.normpath(os.path.join(os.path.realpath(root), name)) or os.path.normpath(name) != name or name.startswith("../"):
            sys.exit(f"image-table: '/{name}' leads through a link, '.' or '..', expected the place itself")
        if device and not os.path.isdir(os.path.dirname(found)):
            sys.exit(f"image-table: '/{name}' lies in no directory of the root file system")
    with open(path, "wb") as out:
        number = 0
        for number, (name, mode, content) in enumerate(entries(root), 1):
            permissions, uid, gid, device = special.pop(name, (stat.S_IMODE(mode), 0, 0, []))
            if device:
                sys.exit(f"image-table: '/{name}' is in the root file system already, expected a new name for a device")
            write(out, number, name, stat.S_IFMT(mode) | permissions, uid, gid, content=content)
        for name, (permissions, uid, gid, device) in special.items():
            number += 1
            write(out, number, name, TYPES[device[0]] | permissions, uid, gid, (int(device[1]), int(device[2])))
        if not os.path.lexists(os.path.join(root, "init")):
            write(out, number + 1, "init", stat.S_IFLNK | 0o777, content=b"sbin/init")
        write(out, 0, "TRAILER!!!", 0)


main(*sys.argv[1:])
