"""describe.py SOURCES OUT NAME TRIPLET VERSIONS: writes the definitions of a target for a triplet, one set for each kind of disk that its machine may have; or
`unsupported`, the reasons, a line each, and after an empty line how to go on.

What GCC's and binutils' configure would do is asked of their own scripts (config.sub, config.gcc, genmultilib, config.bfd); of glibc the
preconfigure scripts are read, and of Linux the tables of its own tests, which boot kernels under qemu.
"""
import difflib
import fnmatch
import glob
import os
import re
import subprocess
import sys

SOURCES, OUT, NAME, TRIPLET, VERSIONS = sys.argv[1:]

# qemu's names of its programs where they are not config.sub's of the CPU: configs/targets of qemu. Of mips the ABI decides.
QEMU_USER = [(r"i[3-7]86-.*", "i386"), (r"powerpc(64)?(le)?-.*", r"ppc\1\2"), (r"arm(v\d\w*?)?(eb|b)-.*", "armeb"), (r"arm.*", "arm"),
             (r"sh4?a?eb-.*", "sh4eb"), (r"sh(4a?)?(le)?-.*", "sh4"), (r"hppa(1.1|2.0)?-.*", "hppa"), (r"alpha.*", "alpha"), (r"sparcv9-.*", "sparc32plus"), (r"m68k?.*", "m68k")]
QEMU_MIPS = {"N32": "mipsn32", "64": "mips64", "32": "mips"}
QEMU_SYSTEM = [(r"mipsn32(el)?", r"mips64\1"), (r"armeb", "arm"), (r"aarch64_be", "aarch64"), (r"ppc64le", "ppc64"), (r"sparc32plus", "sparc64")]
# Of those that have one, qemu's default machine, which Linux' tests leave out.
DEFAULT_MACHINE = {"alpha": "clipper"}


class Unsupported(Exception):
    """The reason, and how to go on where other versions of the sources do not help."""


def read(path):
    if not exists(path):
        return ""
    with open(f"{SOURCES}/{path}", encoding="utf-8", errors="replace") as file:
        return file.read()


def exists(path):
    return os.path.exists(f"{SOURCES}/{path}")


def find(pattern):
    return sorted(os.path.relpath(path, SOURCES) for path in glob.glob(f"{SOURCES}/{pattern}", recursive=True))


def shell(script, *arguments, given=""):
    done = subprocess.run(["sh", "-c", script, "sh", *arguments], input=given, capture_output=True, text=True, errors="replace", check=False, timeout=120)
    return done.returncode, done.stdout, " ".join(line.strip("* ") for line in done.stderr.splitlines() if line.strip("* "))[:300]


def first(rules, name):
    return next((re.sub(f"^(?:{pattern})$", to, name) for pattern, to in rules if re.fullmatch(pattern, name)), None)


def canonical():
    status, output, error = shell(f'sh {SOURCES}/gcc/config.sub "$1"', TRIPLET)
    if status:
        cpu, known = TRIPLET.split("-")[0], re.findall(r"\b[a-z]\w+", " ".join(re.findall(r"^\s*\|.*", read("gcc/config.sub"), re.M)))
        near = difflib.get_close_matches(cpu, known)
        raise Unsupported(f"gcc's config.sub: {error}", "A triplet begins with a CPU that config.sub knows" + (f": did you mean {' or '.join(map(repr, near))}?" if near else "."))
    if not re.search("-linux-gnu[^-]*$", output):
        raise Unsupported(f"the recipes build glibc for Linux, and config.sub calls this {output.strip()}; expected a triplet such as {TRIPLET.split('-')[0]}-linux-gnu")
    return output.strip()


def of_gcc(target):
    """What config.gcc sets, which is a part of GCC's configure."""
    names = ["cpu_type", "tm_file", "tmake_file", "tm_defines", "with_arch", "with_cpu", "with_abi", "with_float", "TM_MULTILIB_CONFIG", "target_cpu_default", "target_cpu_default2"]
    status, output, error = shell(f"""
        srcdir={SOURCES}/gcc/gcc target=$1 target_alias=$2 target_noncanonical=$2 target_cpu=${{1%%-*}}
        enable_threads=posix enable_multilib=no enable_multiarch=no enable_obsolete=no gas_flag=yes gnu_ld_flag=yes
        with_multilib_list=default with_multilib_generator=default
        . $srcdir/config.gcc >&2
        for name in {' '.join(names)}; do eval "value=\\$$name"; echo $name="$value" | tr '\\n' ' '; echo; done""", target, TRIPLET)
    if status:
        raise Unsupported(f"gcc/config.gcc: {error}")
    values = dict(line.strip().split("=", 1) for line in output.splitlines() if "=" in line)
    if not values.get("tm_file") or not values.get("tmake_file"):
        raise Unsupported("gcc/config.gcc: it sets no tm_file and tmake_file")
    return values


def abi_of(gcc, target, bits):
    """The default ABI as GCC's macros of loaders end, where it has several of them: config.gcc's for mips, else by the width."""
    found = re.search(r"MIPS_ABI_DEFAULT=ABI_(\w+)", gcc["tm_defines"])
    return found.group(1) if found else "32" if not target.startswith("mips") or bits == 32 else "64"


def of_bfd(target):
    """The vector of bfd/config.bfd, and the file that has it with the byte order, number and width of ELF; and what else may be in the header."""
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
            return vector, path.removeprefix("binutils/"), code, found.group(1).lower(), int(number, 0), bits, others_of(path)
    raise Unsupported(f"binutils' bfd: no file has {vector} as an ELF vector")


def others_of(path):
    """Another number of the machine that is no older one, and the header's macros for flags of the ABI."""
    text = read(path)
    numbers = [each for each in re.findall(r"#\s*define\s+ELF_MACHINE_ALT\d\s+(\w+)", text) if not re.search("OLD|CYGNUS", each)]
    header = next((header for header in re.findall(r'#include "(elf/\w+[.]h)"', text) if re.search(r"define EF_", read(f"binutils/include/{header}"))), "")
    named = dict(re.findall(r"#\s*define\s+(EF_\w*(?:ABI|FLOAT)\w*)(?:\s+(0x[0-9a-fA-F]+|[0-9]+)\b)?", read(f"binutils/include/{header}"))) if header else {}
    flags = [f"{name} {value}".strip() for name, value in named.items()]
    return numbers, f"include/{header}", flags


def of_glibc(target, endian):
    """The directory of a port, which a preconfigure script names for the CPU; NEWS says of some that they are no more."""
    cpu = target.split("-")[0]
    news = re.sub(r"\s+", " ", read("glibc/NEWS"))
    ended = re.search(rf"\* ([^.]*\b{re.escape(cpu)}[-*]*-linux-gnu\b[^.]*(?:no longer supported|has been removed)[.])", news)
    since = ended and re.findall(r"\bVersion ([0-9.]+[0-9])", news[:ended.start()])
    for path in find("glibc/sysdeps/*/preconfigure"):
        text = read(path)
        taken = [pattern.strip() for arm in re.findall(r"^([a-z][^()\n]*)\)", text, re.M) for pattern in arm.split("|")]
        base = re.search(r"\bbase_machine=(\w+)", text)
        if not ended and base and exists(f"glibc/sysdeps/unix/sysv/linux/{base.group(1)}") and any(fnmatch.fnmatchcase(cpu, pattern) for pattern in taken):
            path, base = path.removeprefix("glibc/"), base.group(1)
            # For one CPU of several the script may name a directory that is still to be written.
            for patterns, machine in re.findall(rf"^([a-z][^()\n]*)\)\s.*[ \t]machine=({base}/[-\w./]+)[ \t]*;;", text, re.M):
                if any(fnmatch.fnmatchcase(cpu, each.strip()) for each in patterns.split("|")) and not exists(f"glibc/sysdeps/{machine}"):
                    raise Unsupported(f"glibc: {path} calls it {machine}, and there is no sysdeps/{machine}")
            order = f"sysdeps/{base}/bits/endianness.h"
            known = re.findall(r"define\s+__BYTE_ORDER\s+__(LITTLE|BIG)_ENDIAN", read(f"glibc/{order}"))
            if len(known) == 1 and endian and known[0].lower() != endian:
                raise Unsupported(f"glibc: {order} knows it as {known[0].lower()}-endian only, and the target is {endian}-endian")
            refusals = re.findall(r'as_fn_error \S+ "([^"]*)"', text)
            return base, path, [each for each in refusals if not re.match("Unable|Cannot|Unknown", each) and "$" not in each]
    if since:
        raise Unsupported(f"glibc's NEWS of {since[-1]}: {ended.group(1)}", f"A version of glibc before {since[-1]} has it, which a release of yours can name: docs/trust.md, 'Releases'.")
    raise Unsupported(f"glibc's NEWS: {ended.group(1)}" if ended else f"glibc: no sysdeps/*/preconfigure takes '{cpu}', so there is no port of it")


def library_directory(gcc, target, bits, abi):
    """Where GCC without multilibs has its libraries: genmultilib's answer for the default ABI."""
    default = {"N32": {"mabi=n32"}, "64": {"mabi=64"}}.get(abi, {"m64", "mabi=lp64", "mabi=lp64d"} if bits == 64 else {"m32", "m31", "mabi=32"})
    lines = [f"srcdir = {SOURCES}/gcc/gcc", f"target = {target}", "if_multiarch =", "enable_multilib = no"]
    lines += [f"{name} = {gcc[name]}" for name in ("tm_defines", "TM_MULTILIB_CONFIG", "with_cpu")]
    lines += ["AWK = awk", f"target_cpu_default = {gcc['target_cpu_default2'] or gcc['target_cpu_default']}"]
    lines += [f"-include $(srcdir)/config/{path}" for path in gcc["tmake_file"].split()]
    parts = ["OPTIONS", "DIRNAMES", "MATCHES", "EXCEPTIONS", "EXTRA_OPTS", "EXCLUSIONS", "OSDIRNAMES", "REQUIRED"]
    # The fragments may define more.
    lines += ["describe:", "\t@echo tm_defines: $(tm_defines)", "\t@sh $(srcdir)/genmultilib " + " ".join(f"'$(MULTILIB_{part})'" for part in parts) + " '' '$(MULTILIB_REUSE)' false no"]
    status, output, error = shell("make -s -f - describe", given="\n".join(lines) + "\n")
    if status or "multilib_raw" not in output:
        raise Unsupported(f"gcc's genmultilib: {error or 'it says nothing of multilib_raw'}")
    for directory, options in re.findall(r'^"\.?:(\S+) (.*);",$', output, re.M):
        wanted = [option for option in options.split() if option[0] != "!"]
        if default & set(wanted) or not options.strip():
            return os.path.basename(directory), f"gcc's genmultilib: {directory} for {' '.join(f'-{option}' for option in wanted) or 'what it has as default'}"
    defines = re.search("tm_defines: (.*)", output)[1].split()
    return start_files(gcc["tm_file"].split(), defines) or ("lib", "gcc's genmultilib: no directory of its own for an ABI")


def start_files(headers, defines):
    """Where such a GCC looks for its start files, where a header of config.gcc's names another place than gcc.cc does."""
    for header in reversed(headers):
        text = read(f"gcc/gcc/config/{header}")
        if not re.search(r"#\s*define\s+STANDARD_STARTFILE_PREFIX_2\b", text):
            continue
        # Constants of headers that are left out: which numbers they are does not matter, if they differ.
        constants = [f"{name}={value}" for value, name in enumerate(sorted(set(re.findall(r"==\s*([A-Za-z_]\w*)", text))), 1)]
        text = re.sub(r"^\s*#\s*(include|error)\b.*", "", text, flags=re.M) + "\nstart files: STANDARD_STARTFILE_PREFIX_2\n"
        _, output, _ = shell('exec gcc -E -P -undef -x c "$@" -', *(f"-D{each}" for each in defines + constants), given=text)
        place = "".join(re.findall(r'"([^"]*)"', output.split("start files:")[-1]))
        if place.startswith("/usr/"):
            return place.removeprefix("/usr/").strip("/"), f"gcc/config/{header}: STANDARD_STARTFILE_PREFIX_2 is \"{place}\""
    return None


def loader(gcc, bits, base, abi):
    wanted = ["N32"] if abi == "N32" else ["64", ""] if bits == 64 else ["32", ""]
    for suffix in wanted:
        for header in reversed(gcc["tm_file"].split()):
            path = f"gcc/gcc/config/{header}"
            found = re.search(rf"#\s*define\s+(GLIBC_DYNAMIC_LINKER{suffix})\s+(.*)", read(path).replace("\\\n", " "))
            if found:
                places = set(re.findall(r"/(lib\w*)/", found.group(2)))
                where = f"{path.removeprefix('gcc/')}: {found.group(1)} {' '.join(found.group(2).split())}"
                if len(places) == 1 and "SPEC \"/" not in found.group(2):
                    return places.pop(), where
                path = f"sysdeps/unix/sysv/linux/{base}/configure.ac"
                places = set(re.findall(r"LIBC_SLIBDIR_RTLDDIR\(\[[^]]*\], \[([^]]*)\]\)", read(f"glibc/{path}")))
                return (places.pop() if len(places) == 1 else "lib"), f"{where}; glibc: {path}"
    return "lib", "no GLIBC_DYNAMIC_LINKER in what config.gcc names"


def of_linux(names):
    """The directory in arch, by the first table of Linux that has one of these names of the CPU."""
    for name in names:
        if exists(f"linux/arch/{name}/Kconfig"):
            return name, f"arch/{name}"
    for path in find("linux/tools/testing/kunit/qemu_configs/*.py"):
        if (found := field(read(path), "qemu_arch")) in names and exists(f"linux/arch/{field(read(path), 'linux_arch')}/Kconfig"):
            return field(read(path), "linux_arch"), f"{path.removeprefix('linux/')}: qemu_arch '{found}'"
    commands = re.findall(r"-e (/[^\s)]+|s/[^\s)]+)", read("linux/scripts/subarch.include"))
    for name in names:
        _, output, _ = shell('name=$1; shift; printf %s "$name" | sed "$@"', name, *(word for each in commands for word in ("-e", each.replace("$$", "$"))))
        if output != name and exists(f"linux/arch/{output}/Kconfig"):
            return output, f"scripts/subarch.include for {name}"
    for path in find("linux/arch/*/Makefile"):
        if found := next((name for name in names if re.search(rf"\b{name}-(unknown-)?linux", read(path))), None):
            return path.split("/")[2], f"{path.removeprefix('linux/')}: {found}-linux"
    for name in names:
        if len(found := find(f"linux/arch/*/configs/{glob.escape(name)}*_defconfig")) and len({path.split("/")[2] for path in found}) == 1:
            return found[0].split("/")[2], found[0].removeprefix("linux/")
    raise Unsupported(f"Linux: no directory in arch, no configuration of tools/testing/kunit, no Makefile and no defconfig there knows {' or '.join(names)}")


def is_like_plain(target, gcc):
    """Whether GCC's configure makes no difference between this triplet and the same without its ABI, and names none."""
    try:
        return not re.search("-gnu$", target) and "ABI_DEFAULT" not in gcc["tm_defines"] and of_gcc(re.sub("-gnu[^-]*$", "-gnu", target)) == gcc
    except Unsupported:
        return False


def field(text, name):
    found = re.search(rf"\b{name}\s*=\s*(?:'''(.*?)'''|'(.*?)')", text, re.S)
    return next((part for part in found.groups() if part is not None), None) if found else None


def machines_of(system, user, arch, endian):
    """The machines that Linux' own tests boot: nolibc's Makefile has one, and a configuration of kunit's may have another."""
    path, table = next(((path, read(path)) for path in find("linux/tools/testing/selftests/nolibc/Makefile*") if "QEMU_ARGS_" in read(path)), (None, ""))
    values = dict(re.findall(r"^([A-Z_]+_[a-z0-9_]+)\s*=\s*(.*?)\s*(?:#.*)?$", table, re.M))
    others = ((file, read(file)) for file in find("linux/tools/testing/kunit/qemu_configs/*.py"))
    kunit, text = next(((file, text) for file, text in others if field(text, "qemu_arch") == system and f"CPU_{'LITTLE' if endian == 'big' else 'BIG'}_ENDIAN=y" not in text), (None, ""))
    known = [name[len("QEMU_ARGS_"):] for name in values if name.startswith("QEMU_ARGS_")]
    known = [name for name in known if values.get(f"QEMU_ARCH_{name}", name) == system]
    mine = next((name for name in known if values.get(f"QEMU_ARCH_USER_{name}", values.get(f"QEMU_ARCH_{name}", name)) == user), known[0] if known else None)
    where = ([f"{path}: {mine}"] if mine else []) + ([kunit] if kunit else [])
    in_kunit = " ".join(re.findall(r"'([^']*)'", (re.search(r"extra_qemu_params=\[(.*?)\]", text, re.S) or [None, ""])[1]))
    in_nolibc = values.get(f"QEMU_ARGS_{mine}", "")
    option = lambda arguments, names: next(iter(re.findall(rf"(?:^|\s)-(?:{names}) ([\w.-]+)", arguments)), None)
    machine = lambda arguments: option(arguments, "M|machine")
    # nolibc compiles for a machine of its own choice, which GCC's default is not where it says so.
    is_other = kunit and "-march=" in values.get(f"CFLAGS_{mine}", "")
    choices = [each for each in ("" if is_other else in_nolibc, in_kunit) if each] or [""]
    console = re.search(r"console=([A-Za-z0-9,]+)", f"{choices[0]} {field(text, 'kernel_command_line')}")
    # By machine, of which the first stays.
    return list({machine(arguments): {
        "where": [each.removeprefix("linux/") for each in where],
        "machine": machine(arguments) or (DEFAULT_MACHINE.get(system) if where else None),
        "cpu": option(arguments, "cpu"),
        "memory": re.sub("[Mm]$", "", option(arguments, "m") or ""),
        "console": console and console[1],
        # Each is one port more than the one that all their machines have.
        "serial": 1 + len(re.findall(r"(?:^|\s)-serial\s", arguments)),
        "image": field(text, "kernel_path") or values.get(f"IMAGE_{mine}") or "vmlinux",
        # nolibc's configuration is of nolibc's machine.
        "config": values.get(f"DEFCONFIG_{mine}", "defconfig").split()[0] if machine(arguments) in (machine(in_nolibc), None) else "defconfig",
        "options": [each for each in (field(text, "kconfig") or "").split() if re.fullmatch(r"CONFIG_[A-Z0-9_]+=\S+", each) and "CMDLINE" not in each],
    } for arguments in reversed(choices)}.values())[::-1]


def of_kconfig(arch, pattern):
    """The first match in the architecture's Kconfig, and the file that has it."""
    found = ((re.search(pattern, read(path), re.M), path.removeprefix("linux/")) for path in find(f"linux/arch/{arch}/**/Kconfig*"))
    return next((each for each in found if each[0]), (None, None))


def byte_order_option(arch, endian):
    """What a kernel of both byte orders wants for this one, and a warning where Linux calls that broken."""
    name = f"CPU_{endian.upper()}_ENDIAN"
    found, path = of_kconfig(arch, rf"^config {name}\n(?:[ \t].*\n|\n)+")
    if not found or 'bool "' not in found[0]:
        return [], None
    is_broken = re.search(r"depends on.*\bBROKEN\b", found[0])
    return [f"CONFIG_{name}=y"], f"{path}: {name} depends on BROKEN" if is_broken else None


def write(path, lines):
    os.makedirs(os.path.dirname(f"{OUT}/{path}"), exist_ok=True)
    with open(f"{OUT}/{path}", "w", encoding="utf-8") as file:
        file.write("\n".join(line for line in lines if line is not None) + "\n")


def supported(target):
    """What GCC, binutils and glibc say, or all reasons of those that do not have the target."""
    refusals = []

    def ask(source, *arguments):
        try:
            return source(*arguments)
        except Unsupported as why:
            refusals.append(why.args)

    gcc, bfd = ask(of_gcc, target), ask(of_bfd, target)
    glibc = ask(of_glibc, target, bfd and bfd[3])
    if len(refusals) == 1:
        raise Unsupported(*refusals[0])
    if refusals:
        raise Unsupported("\n".join(each[0] for each in refusals), "Older versions of each may, which a release of yours can name: docs/trust.md, 'Releases'.")
    return gcc, bfd, glibc


def describe():
    target = canonical()
    cpu = target.split("-")[0]
    gcc, (vector, bfd_file, code, endian, number, bits, (numbers, flags_header, flags)), (base, preconfigure, refusals) = supported(target)
    abi = abi_of(gcc, target, bits)
    bits = {"N32": 32, "64": 64}.get(abi, bits)
    user = QEMU_MIPS[abi] + ("el" if endian == "little" else "") if target.startswith("mips") else first(QEMU_USER, target) or cpu
    system = first(QEMU_SYSTEM, user) or user
    arch, arch_by = of_linux(list(dict.fromkeys([cpu, user, base, system])))
    libdir, libdir_by = library_directory(gcc, target, bits, abi)
    loader_directory, loader_by = loader(gcc, bits, base, abi)
    machines = machines_of(system, user, arch, endian)
    byte_order, broken = byte_order_option(arch, endian)
    # The other choices put words of the kernel's own in the place of what qemu's -append says.
    deaf, deaf_by = of_kconfig(arch, r"^\s*default (CMDLINE_(?:OVERWRITE|OVERRIDE|FORCE))$")
    hears = ["CONFIG_CMDLINE_FROM_BOOTLOADER=y"] if deaf and of_kconfig(arch, "^config CMDLINE_FROM_BOOTLOADER$")[0] else []
    # GCC for an sh4 knows -m4-nofpu only where its libraries would be made for that too; they need not be.
    nofpu = arch == "sh" and "sh4" in cpu and re.search(r"-m4-nofpu\b", read("linux/arch/sh/Makefile"))
    n32, n32_by = of_kconfig(arch, "^config MIPS32_N32$") if abi == "N32" else (None, None)
    options = list(dict.fromkeys(machines[0]["options"] + byte_order + hears + (["CONFIG_MIPS32_N32=y"] if n32 else [])))
    ending = target.split("-")[-1]
    naming = ["gcc/config.sub", "gcc/gcc/config.gcc", "gcc/configure", *find("gcc/gcc/config/*/t-*"), *find("glibc/sysdeps/**/*configure*")]
    chosen = f"gcc/config.gcc takes {ending} like gnu: do gcc-options choose the ABI? And w" if is_like_plain(target, gcc) else "W"
    if ending != "gnu" and not any(fnmatch.fnmatchcase(ending, name) for path in naming for name in re.findall(r"\bgnu[a-z0-9_]+\*?", read(path))):
        chosen = f"no configuration of GCC's or glibc's names {ending}: a slip, or do gcc-options choose the ABI? And w"
    doubts = [f"{', '.join(numbers)} in place of {code} ({bfd_file})"] if numbers else []
    doubts += [f"flags that tell this ABI from others ({flags_header}: {', '.join(flags[:6])})"] if flags else []
    defaults = ", ".join(f"{name.replace('_', '-')} {gcc[name]}" for name in ("with_arch", "with_cpu", "with_abi", "with_float") if gcc.get(name))
    configs = [os.path.basename(path) for path in find(f"linux/arch/{arch}/configs/*_defconfig")]
    known = f" arch/{arch}/configs has {', '.join(configs[:8])}{', …' if len(configs) > 8 else ''}" if configs else ""
    kernel_by = f"Linux' {'; '.join(machines[0]['where'])}" if machines[0]["where"] else f"No test of Linux boots this CPU.{known}"
    versions = ", ".join(" ".join(each.split("=")[:2]) for each in VERSIONS.split())
    # A list of pieces has 128 of them then (SG_CHUNK_SIZE), and a request of virtio_blk two less than the queue, which has 256 in qemu.
    _, one_list_by = of_kconfig(arch, r"^\s*select ARCH_NO_SG_CHAIN$")
    # Linux' tests call the console of s390 what it was called before; programs have it by the driver's name.
    sclp_by = "drivers/s390/char/sclp_vt220.c"
    sclp = arch == "s390" and re.search(r'^#define SCLP_VT220_DEVICE_NAME\s+"(\w+)"', read(f"linux/{sclp_by}"), re.M)
    # Where it is an option, the kernel takes what stands there, whatever the machine has.
    size, size_by = of_kconfig(arch, r'^config MEMORY_SIZE\n(?:[ \t].*\n)*?\s*default "?(0x[0-9a-fA-F]+)"?$')
    board = (str(int(size[1], 16) >> 20), f"MEMORY_SIZE of {size_by}") if size else ("512", "a guess")

    def target_file(machine, fragment, goals="native-sysroot, cross-toolchain, verify", then=f"'report' in place of 'verify' once 'bootstrap boot {NAME}', which builds the image whatever the goals, shows a login"):
        return [
            f"# Written by 'bootstrap new {TRIPLET}' from {versions}. The comment above a line says where it was read.",
            f"name: {NAME}",
            f"description: {target}",
            f"# gcc's config.sub: {target}; gcc/config.gcc: config/{gcc['cpu_type']}; glibc: sysdeps/unix/sysv/linux/{base}, by {preconfigure}",
            f"triplet: {TRIPLET}",
            f"emulator: {NAME}",
            f"# {preconfigure} says for some: {'; '.join(refusals)}" if refusals else None,
            f"# {then}{'' if fragment is not None else f', which wants a machine in qemu/{NAME}.yaml'}.",
            f"goals: [{goals}]",
            "variables:",
            f"  # Linux' {arch_by}",
            f"  linux-arch: {arch}",
            f"  # {libdir_by}",
            f"  libdir: {libdir}",
            f"  # {loader_by}",
            f"  loader-directory: {loader_directory}",
            f"  # gcc/config.gcc, where gcc-options has nothing else: {defaults}" if defaults else None,
            "  # Linux' arch/sh/Makefile compiles the kernel with -m4-nofpu" if nofpu else None,
            "  gcc-options: ['--with-multilib-list=m4,m4-nofpu']" if nofpu else None,
            f"  # Question: {chosen}hat does the document of the ABI say? 'bootstrap abi' measures what the cross compiler takes for it.",
            "  # abi-facts: []",
            f"  # {kernel_by}",
            f"  # {broken}" if broken else None,
            f"  # {deaf_by}: {deaf[1]} is the default" if hears else None,
            f"  # {n32_by}: MIPS32_N32 runs programs of this ABI" if n32 else None,
            f"  kernel-config: {machine['config']}",
            f"  kernel-fragments: [{', '.join(each for each in ('system', '32-bit' if bits == 32 else '', fragment) if each)}]",
            f"  kernel-options: [{', '.join(options)}]" if options else None,
            f"  kernel-image: {machine['image']}",
        ]

    def emulator_file(machine, disk, network):
        memory, memory_by = (machine["memory"], "theirs") if machine["memory"] else board
        console = "" if sclp else f"'console={machine['console']}', "
        is_bound = one_list_by and (disk or "").startswith("virtio-blk")
        return [
            f"# Written by 'bootstrap new {TRIPLET}' from {versions}. The comment above a line says where it was read.",
            f"name: {NAME}",
            f"user-program: qemu-{user}",
            f"# binutils' bfd/config.bfd: {vector}; {bfd_file}: {code}, a number in include/elf/common.h",
            f"# Question: {' or '.join(doubts)}? 'bootstrap abi' prints what an object has." if doubts else None,
            f"elf: {{bits: {bits}, endian: {endian}, machine: {number}}}",
        ] + ([] if not disk else [
            f"# Linux' {'; '.join(machine['where'])}; disk and network are the first with which qemu starts it, memory is {memory_by}.",
            "system:",
            f"  program: qemu-system-{system}",
            f"  machine: {machine['machine']}",
            f"  cpu: {machine['cpu']}" if machine["cpu"] else None,
            f"  memory: {memory}",
            f"  # Linux' {sclp_by}; without 'console=' the kernel takes it" if sclp else None,
            f"  console: {sclp[1]}0" if sclp else f"  console: {machine['console'].split(',')[0]}",
            f"  serial: {machine['serial']}" if machine["serial"] > 1 else None,
            f"  # Linux' {one_list_by}: ARCH_NO_SG_CHAIN; a queue of qemu's size has requests of more pieces than a list takes" if is_bound else None,
            f"  disk: {disk}{',queue-size=128' if is_bound else ''}",
            f"  network: {network}" if network else None,
            f"  kernel-arguments: [{console}root=PARTLABEL=root, rootwait=60, rw, panic=-1]",
        ])

    # In the order in which they are tried: the first with which the machine starts is the one. Then without a machine, and without an emulator.
    fixed = ("", "virtio-blk-ccw", "virtio-net-ccw") if arch == "s390" else ("virtio-mmio", "virtio-blk-device", "virtio-net-device")
    kinds = [fixed, ("virtio-pci", "virtio-blk-pci", "virtio-net-pci"), ("", "ide-hd", None)]
    tries = [(machine, *kind) for machine in machines if machine["machine"] and machine["console"] for kind in kinds]
    drafts = [(target_file(machine, fragment), emulator_file(machine, *devices)) for machine, fragment, *devices in tries + [(machines[0], None, None, None)]]
    drafts.append((target_file(machines[0], "", "cross-toolchain", "'native-sysroot' and 'verify' besides, once there is an emulator"), drafts[-1][1]))
    for number, (of_target, of_emulator) in enumerate(drafts):
        write(f"{number:02}/targets/{NAME}.yaml", of_target)
        write(f"{number:02}/qemu/{NAME}.yaml", of_emulator)
    write("program", [f"qemu-system-{system}"])


try:
    describe()
except Unsupported as why:
    write("unsupported", [why.args[0], "", *(why.args[1:] or ["Other versions may: 'bootstrap releases' lists them, --release takes them."])])
except (ArithmeticError, AttributeError, LookupError, OSError, ValueError, subprocess.SubprocessError) as why:
    sys.exit(f"the sources are not like those that this script knows, {VERSIONS} among them: {type(why).__name__}: {why}")
