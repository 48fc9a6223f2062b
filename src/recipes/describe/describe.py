"""describe.py SOURCES OUT NAME TRIPLET VERSIONS: writes the definitions of a target for a triplet, one set for each kind of disk that its machine may have, or `unsupported`.

What GCC's and binutils' configure would do is asked of their own scripts (config.sub, config.gcc, genmultilib, config.bfd); of glibc the
preconfigure scripts are read, and of Linux the tables of its own tests, which boot kernels under qemu.
"""
import fnmatch
import glob
import os
import re
import subprocess
import sys

SOURCES, OUT, NAME, TRIPLET, VERSIONS = sys.argv[1:]

# qemu's names of its programs where they are not config.sub's of the CPU: configs/targets of qemu.
QEMU_USER = [(r"mips(isa)?64(r\d)?(el)?-.*abin32", r"mipsn32\3"), (r"mips(isa)?(\d\d)?(r\d)?(el)?-.*", r"mips\2\4"), (r"i[3-7]86-.*", "i386"),
             (r"powerpc(64)?(le)?-.*", r"ppc\1\2"), (r"arm(v\d\w*?)?(eb|b)-.*", "armeb"), (r"arm.*", "arm"), (r"sh4?eb-.*", "sh4eb"), (r"sh4?(le)?-.*", "sh4"),
             (r"hppa.*", "hppa"), (r"alpha.*", "alpha"), (r"sparcv9-.*", "sparc32plus"), (r"xtensa(eb)?-.*", r"xtensa\1"), (r"m68k?.*", "m68k")]
QEMU_SYSTEM = [(r"mipsn32(el)?", r"mips64\1"), (r"armeb", "arm"), (r"aarch64_be", "aarch64"), (r"ppc64le", "ppc64"), (r"sparc32plus", "sparc64")]


class Unsupported(Exception):
    pass


def read(path):
    with open(f"{SOURCES}/{path}", encoding="utf-8", errors="replace") as file:
        return file.read()


def exists(path):
    return os.path.exists(f"{SOURCES}/{path}")


def find(pattern):
    return sorted(os.path.relpath(path, SOURCES) for path in glob.glob(f"{SOURCES}/{pattern}"))


def shell(script, *arguments, given=""):
    done = subprocess.run(["sh", "-c", script, "sh", *arguments], input=given, capture_output=True, text=True, errors="replace", check=False)
    return done.returncode, done.stdout, " ".join(line.strip("* ") for line in done.stderr.splitlines() if line.strip("* "))


def first(rules, name):
    return next((re.sub(f"^(?:{pattern})$", to, name) for pattern, to in rules if re.fullmatch(pattern, name)), None)


def canonical():
    status, output, error = shell(f'sh {SOURCES}/gcc/config.sub "$1"', TRIPLET)
    if status:
        raise Unsupported(f"gcc's config.sub: {error}")
    if "-linux-" not in output:
        raise Unsupported(f"gcc's config.sub: {output.strip()} is no triplet of Linux; expected one such as {TRIPLET.split('-')[0]}-linux-gnu")
    return output.strip()


def of_gcc(target):
    """What config.gcc sets, which is a part of GCC's configure."""
    names = ["cpu_type", "tm_file", "tmake_file", "tm_defines", "with_arch", "with_cpu", "with_abi", "with_float", "TM_MULTILIB_CONFIG"]
    status, output, error = shell(f"""
        srcdir={SOURCES}/gcc/gcc target=$1 target_alias=$2 target_noncanonical=$2 target_cpu=${{1%%-*}}
        enable_threads=posix enable_multilib=no enable_multiarch=no enable_obsolete=no gas_flag=yes gnu_ld_flag=yes
        with_multilib_list=default with_multilib_generator=default
        . $srcdir/config.gcc >&2
        for name in {' '.join(names)}; do eval "value=\\$$name"; echo $name="$value" | tr '\\n' ' '; echo; done""", target, TRIPLET)
    if status:
        raise Unsupported(f"gcc/config.gcc: {error}")
    return dict(line.strip().split("=", 1) for line in output.splitlines() if "=" in line)


def of_bfd(target):
    """The vector of bfd/config.bfd, and the file that has it with the number, width and byte order of ELF."""
    status, output, error = shell(f'targ=$1; . {SOURCES}/binutils/bfd/config.bfd; echo "$targ_defvec"', target)
    vector = output.strip()
    if status or not vector:
        raise Unsupported(f"binutils' bfd/config.bfd: {error or 'no vector for ' + target}")
    bits = 64 if "64" in vector.split("elf", 1)[-1][:2] else 32
    general = vector.replace(f"elf{bits}", "elfNN")
    for path in find("binutils/bfd/elf*.c"):
        found = re.search(rf"#\s*define\s+TARGET_(BIG|LITTLE)_SYM\s+({vector}|{general})\b", read(path))
        if found:
            code = re.search(r"#\s*define\s+ELF_MACHINE_CODE\s+(\w+)", read(path)).group(1)
            number = re.search(rf"#\s*define\s+{code}\s+(\w+)", read("binutils/include/elf/common.h")).group(1)
            return vector, path.removeprefix("binutils/"), code, f"bits: {bits}, endian: {found.group(1).lower()}, machine: {int(number, 0)}", bits
    raise Unsupported(f"binutils' bfd: no file has {vector} as an ELF vector")


def of_glibc(target):
    """The directory of a port, which a preconfigure script names for the CPU; NEWS says of some that they are no more."""
    cpu = target.split("-")[0]
    news = re.sub(r"\s+", " ", read("glibc/NEWS"))
    ended = re.search(rf"\* ([^.]*\b{re.escape(cpu)}[-*]*-linux-gnu\b[^.]*(?:no longer supported|has been removed)[.])", news)
    for path in find("glibc/sysdeps/*/preconfigure"):
        text = read(path)
        taken = [pattern.strip() for arm in re.findall(r"^([a-z][^()\n]*)\)", text, re.M) for pattern in arm.split("|")]
        base = re.search(r"\bbase_machine=(\w+)", text)
        if not ended and base and exists(f"glibc/sysdeps/unix/sysv/linux/{base.group(1)}") and any(fnmatch.fnmatchcase(cpu, pattern) for pattern in taken):
            return base.group(1), path.removeprefix("glibc/")
    raise Unsupported(f"glibc's NEWS: {ended.group(1)}" if ended else f"glibc: no sysdeps/*/preconfigure takes '{cpu}', so there is no port of it")


def library_directory(gcc, target, bits):
    """Where GCC without multilibs has its libraries: genmultilib's answer for the default ABI."""
    default = {"m64", "mabi=64", "mabi=lp64", "mabi=lp64d"} if bits == 64 else {"mabi=n32"} if "abin32" in target else {"mx32"} if "x32" in target else {"m32", "m31", "mabi=32"}
    lines = [f"srcdir = {SOURCES}/gcc/gcc", "if_multiarch =", "enable_multilib = no"]
    lines += [f"{name} = {gcc[name]}" for name in ("tm_defines", "TM_MULTILIB_CONFIG", "with_cpu")]
    lines += [f"-include $(srcdir)/config/{path}" for path in gcc["tmake_file"].split()]
    parts = ["OPTIONS", "DIRNAMES", "MATCHES", "EXCEPTIONS", "EXTRA_OPTS", "EXCLUSIONS", "OSDIRNAMES", "REQUIRED"]
    lines += ["describe:", "\t@sh $(srcdir)/genmultilib " + " ".join(f"'$(MULTILIB_{part})'" for part in parts) + " '' '$(MULTILIB_REUSE)' false no"]
    _, output, _ = shell("make -s -f - describe", given="\n".join(lines) + "\n")
    for directory, options in re.findall(r'^"\.?:(\S+) (.*);",$', output, re.M):
        if default & set(options.split()):
            return os.path.basename(directory), f"gcc's genmultilib: {directory} for -{', -'.join(option for option in options.split() if option[0] != '!')}"
    return "lib", "gcc's genmultilib: no directory of its own for an ABI"


def loader(gcc, bits, target, base):
    wanted = ["N32"] if "abin32" in target else ["X32"] if "x32" in target else ["64", ""] if bits == 64 else ["32", ""]
    for suffix in wanted:
        for header in reversed(gcc["tm_file"].split()):
            path = f"gcc/gcc/config/{header}"
            text = read(path).replace("\\\n", " ") if exists(path) else ""
            found = re.search(rf'#\s*define\s+(GLIBC_DYNAMIC_LINKER{suffix})\s+(.*)', text)
            if found:
                places = set(re.findall(r"/(lib\w*)/", found.group(2)))
                where = f"{path.removeprefix('gcc/')}: {found.group(1)} {' '.join(found.group(2).split())}"
                if len(places) == 1 and "SPEC \"/" not in found.group(2):
                    return places.pop(), where
                path = f"sysdeps/unix/sysv/linux/{base}/configure.ac"
                places = set(re.findall(r"LIBC_SLIBDIR_RTLDDIR\(\[[^]]*\], \[([^]]*)\]\)", read(f"glibc/{path}"))) if exists(f"glibc/{path}") else set()
                return (places.pop() if len(places) == 1 else "lib"), f"{where}; glibc: {path}"
    return "lib", "no GLIBC_DYNAMIC_LINKER in what config.gcc names"


def of_linux(names):
    """The directory in arch, by the first table of Linux that has one of these names of the CPU."""
    for name in names:
        if exists(f"linux/arch/{name}/Kconfig"):
            return name, f"arch/{name}"
    for path in find("linux/tools/testing/kunit/qemu_configs/*.py"):
        if (found := field(read(path), "qemu_arch")) in names:
            return field(read(path), "linux_arch"), f"{path.removeprefix('linux/')}: qemu_arch '{found}'"
    commands = re.findall(r"-e (/[^\s)]+|s/[^\s)]+)", read("linux/scripts/subarch.include"))
    for name in names:
        _, output, _ = shell('name=$1; shift; printf %s "$name" | sed "$@"', name, *(word for each in commands for word in ("-e", each.replace("$$", "$"))))
        if output != name and exists(f"linux/arch/{output}/Kconfig"):
            return output, f"scripts/subarch.include for {name}"
    for path in find("linux/arch/*/Makefile"):
        if found := next((name for name in names if re.search(rf"\b{name}-(unknown-)?linux", read(path))), None):
            return path.split("/")[2], f"{path.removeprefix('linux/')}: {found}-linux"
    raise Unsupported(f"Linux: no directory in arch, no configuration of tools/testing/kunit and no Makefile there knows {' or '.join(names)}")


def field(text, name):
    found = re.search(rf"\b{name}\s*=\s*(?:'''(.*?)'''|'(.*?)')", text, re.S)
    return next((part for part in found.groups() if part is not None), None) if found else None


def machine_of(system, user, arch):
    """The machine that Linux' own tests boot: nolibc's Makefile, else a configuration of kunit's."""
    path = next((path for path in ("Makefile.nolibc", "Makefile") if exists(f"linux/tools/testing/selftests/nolibc/{path}")
                 and "QEMU_ARGS_" in read(f"linux/tools/testing/selftests/nolibc/{path}")), None)
    table = read(f"linux/tools/testing/selftests/nolibc/{path}") if path else ""
    values = dict(re.findall(r"^([A-Z_]+_[a-z0-9_]+)\s*=\s*(.*?)\s*(?:#.*)?$", table, re.M))
    kunit = {file: read(file) for file in find("linux/tools/testing/kunit/qemu_configs/*.py")}
    kunit = next(((file, text) for file, text in kunit.items() if field(text, "qemu_arch") == system and field(text, "linux_arch") == arch), (None, ""))
    known = [name[len("QEMU_ARGS_"):] for name in values if name.startswith("QEMU_ARGS_")]
    known = [name for name in known if values.get(f"QEMU_ARCH_{name}", name) == system]
    mine = next((name for name in known if values.get(f"QEMU_ARCH_USER_{name}", values.get(f"QEMU_ARCH_{name}", name)) == user), known[0] if known else None)
    where = []
    if mine:
        where.append(f"tools/testing/selftests/nolibc/{path}: {mine}")
    if kunit[0]:
        where.append(kunit[0].removeprefix("linux/"))
    arguments = values.get(f"QEMU_ARGS_{mine}") or " ".join(re.findall(r"'([^']*)'", (re.search(r"extra_qemu_params=\[(.*?)\]", kunit[1], re.S) or [None, ""])[1]))
    line = " ".join([arguments, field(kunit[1], "kernel_command_line") or ""])
    option = lambda names: next(iter(re.findall(rf"(?:^|\s)-(?:{names}) ([\w.-]+)", arguments)), None)
    console = re.search(r"console=([A-Za-z0-9]+)", line)
    memory = option("m")
    return {
        "where": where,
        "machine": option("M|machine"),
        "cpu": option("cpu"),
        "memory": re.sub("[Mm]$", "", memory) if memory else None,
        "console": console.group(1) if console else None,
        "console-argument": (re.search(r"console=([A-Za-z0-9,]+)", line) or [None, None])[1],
        "image": field(kunit[1], "kernel_path") or values.get(f"IMAGE_{mine}") or "vmlinux",
        "config": values.get(f"DEFCONFIG_{mine}", "defconfig").split()[0],
        "options": [each for each in (field(kunit[1], "kconfig") or "").split() if re.fullmatch(r"CONFIG_[A-Z0-9_]+=\S+", each) and "CMDLINE" not in each],
    }


def big_endian_option(arch, elf):
    """What a kernel of both byte orders wants to be big-endian, and a warning where Linux calls that broken."""
    found = [block for path in find(f"linux/arch/{arch}/Kconfig") for block in re.findall(r"^config CPU_BIG_ENDIAN\n(?:[ \t].*\n|\n)+", read(path), re.M)]
    if not found or "endian: big" not in elf or 'bool "' not in found[0]:
        return [], None
    return ["CONFIG_CPU_BIG_ENDIAN=y"], f"arch/{arch}/Kconfig: CPU_BIG_ENDIAN depends on BROKEN" if re.search(r"depends on.*\bBROKEN\b", found[0]) else None


def write(path, lines):
    os.makedirs(os.path.dirname(f"{OUT}/{path}"), exist_ok=True)
    with open(f"{OUT}/{path}", "w", encoding="utf-8") as file:
        file.write("\n".join(line for line in lines if line is not None) + "\n")


def describe():
    target = canonical()
    cpu = target.split("-")[0]
    gcc = of_gcc(target)
    vector, bfd_file, code, elf, bits = of_bfd(target)
    base, preconfigure = of_glibc(target)
    user = first(QEMU_USER, target) or cpu
    system = first(QEMU_SYSTEM, user) or user
    arch, arch_by = of_linux(list(dict.fromkeys([cpu, user, base, system])))
    libdir, libdir_by = library_directory(gcc, target, bits)
    loader_directory, loader_by = loader(gcc, bits, target, base)
    machine = machine_of(system, user, arch)
    byte_order, broken = big_endian_option(arch, elf)
    options = machine["options"] + [each for each in byte_order if each not in machine["options"]]
    defaults = ", ".join(f"{name.replace('_', '-')} {gcc[name]}" for name in ("with_arch", "with_cpu", "with_abi", "with_float") if gcc.get(name))
    configs = [os.path.basename(path) for path in find(f"linux/arch/{arch}/configs/*_defconfig")]
    kernel_by = f"Linux' {'; '.join(machine['where'])}" if machine["where"] else f"No test of Linux boots this CPU. Its configurations, in arch/{arch}/configs: {', '.join(configs)}"
    versions = ", ".join(" ".join(each.split("=")[:2]) for each in VERSIONS.split())
    boots = machine["machine"] and machine["console"]

    def target_file(fragment):
        return [
            f"# Written by 'bootstrap new {TRIPLET}' from {versions}; above each line is where it was read.",
            f"name: {NAME}",
            f"description: {target}",
            f"# gcc's config.sub: {target}; gcc/config.gcc: config/{gcc['cpu_type']}; glibc: sysdeps/unix/sysv/linux/{base}, by {preconfigure}",
            f"triplet: {TRIPLET}",
            f"emulator: {NAME}",
            "# 'report' in place of 'verify' once the machine boots.",
            "goals: [native-sysroot, cross-toolchain, verify]",
            "variables:",
            f"  # Linux' {arch_by}",
            f"  linux-arch: {arch}",
            f"  # {libdir_by}",
            f"  libdir: {libdir}",
            f"  # {loader_by}",
            f"  loader-directory: {loader_directory}",
            f"  # gcc/config.gcc, where gcc-options has nothing else: {defaults}" if defaults else None,
            f"  # Question: what does the document of the ABI say? 'bootstrap abi {NAME}' measures what the cross compiler takes for it.",
            "  # abi-facts: []",
            f"  # {kernel_by}",
            f"  # {broken}" if broken else None,
            f"  kernel-config: {machine['config']}",
            f"  kernel-fragments: [{', '.join(each for each in ('system', '32-bit' if bits == 32 else '', fragment) if each)}]",
            f"  kernel-options: [{', '.join(options)}]" if options else None,
            f"  kernel-image: {machine['image']}",
        ]

    def emulator_file(disk, second_disk, network):
        return [
            f"# Written by 'bootstrap new {TRIPLET}' from {versions}; above each line is where it was read.",
            f"name: {NAME}",
            f"user-program: qemu-{user}",
            f"# binutils' bfd/config.bfd: {vector}; {bfd_file}: {code}, a number in include/elf/common.h",
            f"elf: {{{elf}}}",
        ] + ([] if not disk else [
            f"# Linux' {'; '.join(machine['where'])}",
            "system:",
            f"  program: qemu-system-{system}",
            f"  machine: {machine['machine']}",
            f"  cpu: {machine['cpu']}" if machine["cpu"] else None,
            f"  memory: {machine['memory'] or '512'}",
            f"  console: {machine['console']}",
            f"  disk: {disk}",
            f"  second-disk: {second_disk}",
            f"  network: {network}" if network else None,
            f"  kernel-arguments: ['console={machine['console-argument']}', root=PARTLABEL=root, rootwait=60, rw, panic=-1]",
        ])

    # In the order in which they are tried: the first with which the machine starts is the one.
    kinds = [("virtio-mmio", "virtio-blk-device", "/dev/vda", "virtio-net-device"), ("virtio-pci", "virtio-blk-pci", "/dev/vdb", "virtio-net-pci"),
             ("", "virtio-blk-ccw", "/dev/vdb", "virtio-net-ccw"), ("", "ide-hd", "/dev/sdb", None)] if boots else []
    for number, (fragment, *devices) in enumerate(kinds + [("", None, None, None)]):
        write(f"{number}/targets/{NAME}.yaml", target_file(fragment))
        write(f"{number}/qemu/{NAME}.yaml", emulator_file(*devices))
    write("program", [f"qemu-system-{system}"])


try:
    describe()
except Unsupported as why:
    write("unsupported", [str(why)])
