using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Definitions;

/// <summary>A small definition directory without a problem, in which a test replaces files.</summary>
public sealed class DefinitionTree : IDisposable
{
    public const string Target = """
        name: m68k
        description: Motorola 68020 and later, 32-bit big-endian
        triplet: m68k-linux-gnu
        emulator: m68k
        goals: [compiler]
        variables:
          gcc-options: [--with-arch=m68k, --disable-werror]
        patches: {gcc: [patches/a.patch]}
        """;

    public const string Emulator = """
        name: m68k
        user-program: qemu-m68k
        cpu: m68040
        elf: {bits: 32, endian: big, machine: 4}
        trial: 7001 722a 4e40
        system:
          program: qemu-system-m68k
          machine: virt,gic-version=3
          cpu: m68020
          memory: 1024
          console: ttyGF0
          disk: virtio-blk-device
          network: virtio-net-device
          kernel-arguments: [console=ttyGF0, root=/dev/vda2]
          firmware: {name: u-boot-m68k, option: kernel}
        """;

    public const string Headers = """
        name: headers
        summary: Headers of the kernel
        stage: cross
        runs-on: host
        run: make headers
        """;

    public const string Compiler = """
        name: compiler
        summary: GCC for C and C++
        stage: cross
        runs-on: host
        needs: [headers, {step: headers, at: /in/headers}]
        sources: [gcc]
        tools: {gcc: "12.2", make: "4.4", gawk: ""}
        environment:
          TARGET: ${triplet}
          OPTIONS: "${gcc-options} ${more-options} $$HOME"
        variables: {gcc-options: {type: words, pattern: '-.+', expected: options, meaning: Options of GCC.}, more-options: {type: words, default: [-a, -b], meaning: More.}}
        continues: headers
        files: checks
        run: |
          ./configure $OPTIONS
          make
        """;

    public const string Source = """
        name: gcc
        version: 14.2.0
        licence: GPL-3.0-or-later WITH GCC-exception-3.1
        upstream:
          urls: [https://ftp.gnu.org/gnu/gcc/gcc-14.2.0/gcc-14.2.0.tar.xz, http://example.org/gcc-14.2.0.tar.xz]
          sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        debian:
          source: gcc-14
          suite: trixie
          file: gcc-14_14.2.0.orig.tar.gz
          within: gcc-14-14.2.0/gcc-14.2.0-dfsg.tar.xz
          sha256: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
          patches: [../patches/b.patch]
        patches: []
        """;

    public const string HostTools = """
        name: debian
        provider: debian
        default: trixie
        packages: [gcc, g++, libc6-dev]
        links: {usr/bin/awk: gawk}
        releases:
          trixie: {end-of-life: 2030-06-30}
          forky: {}
        emulators:
          user: {package: qemu-user, file: usr/bin/PROGRAM}
          common: [base-files, dash]
          programs: {qemu-system-misc: [qemu-system-m68k, qemu-system-sh4]}
          firmware: {u-boot-m68k: {package: u-boot-qemu, file: usr/lib/u-boot/m68k/u-boot.elf}}
        """;

    public const string AlpineHostTools = """
        name: alpine
        provider: alpine
        default: "3.20"
        packages: [build-base, py3-pip, libX11]
        releases:
          "3.20":
            version: 3.20.3
            end-of-life: 2026-04-01
            root:
              urls: [https://example.org/alpine-minirootfs-3.20.3-x86_64.tar.gz]
              sha256: cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc
            repositories: [https://example.org/alpine/v3.20/main]
        """;

    public DefinitionTree()
    {
        Write("targets/m68k.yaml", Target);
        Write("targets/patches/a.patch", "patch a");
        Write("qemu/m68k.yaml", Emulator);
        Write("src/recipes/headers.yaml", Headers);
        Write("src/recipes/compiler.yaml", Compiler);
        Write("src/recipes/checks/hello.c", "int main(void) { return 0; }");
        Write("src/sources/gcc.yaml", Source);
        Write("src/patches/b.patch", "patch b");
        Write("src/host-tools/debian.yaml", HostTools);
        Write("src/host-tools/alpine.yaml", AlpineHostTools);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("definitions-").FullName;

    public string PathOf(string path) => Path.Combine(Root, path);

    /// <summary>Replaces a piece of a file that is there.</summary>
    public void Edit(string path, string piece, string replacement)
    {
        var text = File.ReadAllText(PathOf(path));
        Assert.Contains(piece, text, StringComparison.Ordinal);
        File.WriteAllText(PathOf(path), text.Replace(piece, replacement, StringComparison.Ordinal));
    }

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    public DefinitionSet Read(params string[] furtherDirectories) => DefinitionReader.Read([Root, .. furtherDirectories]);

    /// <summary>The message that reading ends with, paths relative to the directory; empty where reading succeeds.</summary>
    public string Problems(params string[] furtherDirectories)
    {
        try
        {
            Read(furtherDirectories);
            return "";
        }
        catch (DefinitionException problems)
        {
            return problems.Message.Replace(Root + "/", "", StringComparison.Ordinal).Replace(Root, "(root)", StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
