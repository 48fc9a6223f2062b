using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>Foreign programs run in a sandbox that holds no emulator, and nowhere else.</summary>
public sealed class EmulationTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task A_foreign_program_runs_where_the_root_holds_nothing_but_it()
    {
        Assert.Equal((42, ForeignProgram.Line), await fixture.RunAsync(Foreign(Emulator("m68k", 32, ForeignProgram.Machine))));
    }

    [Fact]
    public async Task It_does_not_run_without_its_emulation()
    {
        var (exitCode, log) = await fixture.ShellAsync("/foreign/hello", Mount.ReadOnly("/foreign", [Root()]));
        Assert.Equal(126, exitCode);
        Assert.Contains("Exec format error", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_does_not_run_outside_while_its_sandbox_does()
    {
        var spec = fixture.Spec("sh", "-c", "/foreign/hello; echo $?; touch /build/up; read -r line </build/go") with { Emulation = Emulator("m68k", 32, ForeignProgram.Machine) };
        var build = fixture.Make("both");
        await fixture.Processes.RunAsync(TestCommand.Of("mkfifo", build + "/go"), CancellationToken.None);
        var run = fixture.RunAsync(spec with { Mounts = spec.Mounts.Add(Mount.Writable("/build", build)).Add(Mount.ReadOnly("/foreign", [Root()])) });
        await Eventually.Is(() => File.Exists(build + "/up") || run.IsCompleted);

        var outside = await fixture.Processes.RunAsync(TestCommand.Of("sh", "-c", "\"$1\"", "sh", Root() + "/hello"), CancellationToken.None);
        Assert.Equal(126, outside.ExitCode);

        await File.WriteAllTextAsync(build + "/go", "go\n");
        Assert.Equal((0, ForeignProgram.Line + "42\n"), await run);
    }

    [Fact]
    public async Task A_foreign_shell_starts_foreign_programs_by_their_names()
    {
        SharedAlpine.Require(SharedAlpine.Foreign);
        var root = fixture.Make("s390x");
        await fixture.Processes.RunAsync(TestCommand.Of("tar", "-xzf", SharedAlpine.Find(SharedAlpine.Foreign)!, "-C", root), CancellationToken.None);
        var spec = fixture.Spec("sh", "-c", "uname -m; for name in one two; do basename /x/$name; done | sort -r") with { Root = [root], Mounts = [] };
        Assert.Equal((0, "s390x\ntwo\none\n"), await fixture.RunAsync(spec with { Emulation = Emulator("s390x", 64, 22), Environment = spec.Environment.SetItem("PATH", "/usr/bin:/bin") }));
    }

    [Fact]
    public async Task The_cpu_is_the_one_asked_for()
    {
        var emulation = Emulator("m68k", 32, ForeignProgram.Machine);
        Assert.Equal(42, (await fixture.RunAsync(Foreign(emulation with { Cpu = "m68040" }))).ExitCode);
        var (exitCode, log) = await fixture.RunAsync(Foreign(emulation with { Cpu = "no-such-cpu" }));
        Assert.NotEqual(42, exitCode);
        Assert.Contains("no-such-cpu", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_program_runs_where_the_path_of_the_store_holds_a_colon()
    {
        var emulation = Emulator("m68k", 32, ForeignProgram.Machine);
        var program = Path.Combine(fixture.Make("a:b|c"), "qemu-m68k");
        if (!File.Exists(program))
            File.Copy(emulation.Program, program);
        Assert.Equal((42, ForeignProgram.Line), await fixture.RunAsync(Foreign(emulation with { Program = program })));
    }

    [Fact]
    public async Task Before_Linux_6_7_an_emulator_that_runs_its_programs_children_needs_no_handler()
    {
        // In place of a qemu that was built for it: the contract is its arguments, and that it closes the descriptor.
        const string Script = """
            #!/bin/sh
            test "$1 $2" != "-own-exec -version" || exit 0
            test "$1 $2 $3 $4" = "-own-exec -close-fd 6 --" || exit 9
            shift 4
            echo "emulated: $*"
            exec 6<&- "$@"
            """;
        var program = Path.Combine(fixture.Make("own exec", ("qemu-m68k", Script)), "qemu-m68k");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        var spec = fixture.Spec("sh", "-c", "ls /proc/self/fd | grep -c 6") with { Emulation = Emulator("m68k", 32, ForeignProgram.Machine) with { Program = program } };
        Assert.Equal((1, "emulated: sh -c ls /proc/self/fd | grep -c 6\n0\n"), await fixture.RunAsync(spec, await BeforeLinux67Async()));
    }

    [Fact]
    public async Task Before_Linux_6_7_any_other_emulator_is_refused_with_the_commands_for_root()
    {
        var emulation = Emulator("m68k", 32, ForeignProgram.Machine);
        var sandbox = await BeforeLinux67Async();
        var refused = await Assert.ThrowsAsync<HostException>(() => fixture.RunAsync(Foreign(emulation), sandbox));
        Assert.StartsWith($"This kernel has no private binfmt_misc, and the programs of {Path.GetFileName(emulation.Program)} would be run by ", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{emulation.Program}|OPF' > /proc/sys/fs/binfmt_misc/register".Replace('|', ':'), refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_emulator_that_the_store_has_lost_is_named()
    {
        var emulation = new Emulation("/store/usr/bin/qemu-m68k", new ElfIdentity(32, true, ForeignProgram.Machine), null);
        var exception = await Assert.ThrowsAsync<StoreException>(() => fixture.RunAsync(Foreign(emulation)));
        Assert.Contains("'/store/usr/bin/qemu-m68k'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("bootstrap store verify", exception.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_program_runs_where_the_store_is_in_the_shared_memory()
    {
        var work = Directory.CreateDirectory(Path.Combine("/dev/shm", Path.GetRandomFileName()));
        try
        {
            var exitCode = await fixture.Sandbox.RunAsync(
                Foreign(Emulator("m68k", 32, ForeignProgram.Machine)), work.FullName, fixture.Scratch + "/shared-memory.log", CancellationToken.None);
            Assert.Equal(42, exitCode);
        }
        finally
        {
            TreeRemover.Remove(work.FullName);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/usr/include/sys")]
    [InlineData("/below/only")]
    [InlineData("/in")]
    [InlineData("/in/.hidden/deep")]
    [InlineData("/in/mount")]
    [InlineData("/tmp")]
    public async Task A_32_bit_program_without_large_file_support_reads_every_directory_that_it_can_not_write_to(string directory)
    {
        var root = fixture.Make("reading", ("usr/include/a.h", "a"), ("usr/include/sys/b.h", "b"), ("usr/include/sys/c.h", "c"));
        ForeignProgram.WriteReaderTo(root + "/read");
        var below = fixture.Make("below", ("below/only/file", "f"), ("usr/include/d.h", "d"));
        var one = fixture.Make("one", ("file", "f"), (".hidden/deep/file", "f"));
        if (!Path.Exists(one + "/link"))
            File.CreateSymbolicLink(one + "/link", ".hidden");
        var spec = Foreign(Emulator("m68k", 32, ForeignProgram.Machine)) with { Root = [root, below], Arguments = ["/read"], WorkingDirectory = directory };
        spec = spec with { Mounts = [Mount.ReadOnly("/in", [one]), Mount.ReadOnly("/in/mount", [one])] };
        Assert.Equal((42, ""), await fixture.RunAsync(spec));
    }

    private async Task<Sandbox> BeforeLinux67Async() =>
        new(fixture.Processes) { Host = await SandboxHost.FindAsync(fixture.Processes, fixture.Scratch, CancellationToken.None) with { BinfmtProblem = "not permitted" } };

    private SandboxSpec Foreign(Emulation? emulation) =>
        new() { Root = [Root()], Arguments = ["/hello"], Emulation = emulation, Environment = ImmutableSortedDictionary<string, string>.Empty };

    private string Root()
    {
        var root = fixture.Make("foreign");
        if (!File.Exists(root + "/hello"))
            ForeignProgram.WriteTo(root + "/hello");
        return root;
    }

    private static Emulation Emulator(string name, int bits, int machine) => new(
        ProcessRunner.Find($"qemu-{name}-static") ?? throw new HostException($"The tests need qemu-{name}-static.", "Install qemu-user-static."),
        new ElfIdentity(bits, BigEndian: true, machine),
        null);
}
