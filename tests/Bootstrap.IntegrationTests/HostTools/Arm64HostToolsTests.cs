using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.IntegrationTests.Sources;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>Host tools of the other build machine, made on this one and run by qemu-user.</summary>
public sealed class Arm64HostToolsTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>, IDisposable
{
    private readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Debian_s_compilers_for_arm64_pass_the_check_of_host_tools_under_emulation()
    {
        var release = TestStore.Release("debian", "trixie") with
        {
            Packages = ["bash", "coreutils", "dash", "g++", "gawk", "gcc", "grep", "libc6-dev", "sed"],
            Links = ImmutableSortedDictionary<string, string>.Empty.Add("usr/bin/awk", "gawk"),
        };
        var tools = await _store.ResolveAsync(HostToolsProviders.Parse("debian"), TestStore.Definitions(release), machine: BuildMachine.Arm64);
        var recipe = DefinitionReader.Read([Checkout.Root]).Recipes["host-tools-check"];
        var output = fixture.Make("out");
        var spec = new SandboxSpec
        {
            Root = [tools.Tree],
            Mounts =
            [
                Mount.ReadOnly("/files", [recipe.Files!.Path]),
                Mount.Writable("/build", fixture.Make("build")),
                Mount.Writable("/out", output),
            ],
            WorkingDirectory = "/build",
            Environment = StepVariables.EnvironmentOf(Machine.Host).Add("TOOLS", "gcc>=12 g++>=12 gawk sed grep"),
            Arguments = ["/bin/sh", "-euc", "uname -m\n" + recipe.Commands],
            Emulation = new Emulation(ProcessRunner.Find("qemu-aarch64-static")!, new ElfIdentity(64, BigEndian: false, BuildMachine.Arm64.ElfMachine), null),
        };

        var (exitCode, log) = await fixture.RunAsync(spec);

        Assert.True(exitCode == 0, log);
        Assert.StartsWith("aarch64\n", log, StringComparison.Ordinal);
        Assert.Contains("g++ -static\tcompiles, links, runs\n", log, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "usr/share/bootstrap/host-tools-check")));
    }
}
