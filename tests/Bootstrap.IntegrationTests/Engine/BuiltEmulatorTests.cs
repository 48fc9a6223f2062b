using System.Text.Json.Nodes;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>Emulators that recipes build, and the packages that recipes have for that.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class BuiltEmulatorTests : IDisposable
{
    private readonly SmallWorld _world;
    private readonly SmallCheckout _checkout;
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-built-emulators-").FullName;

    public BuiltEmulatorTests(SmallWorld world)
    {
        Host.Require(HostFacility.UserNamespaces);
        _world = world;
        _checkout = world.Checkout();
        _checkout.Emulators = "built";
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: target\nrun: \"true\"\n");
    }

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task A_built_emulator_is_a_step_of_the_plan_by_which_the_steps_of_the_target_run()
    {
        _checkout.Recipe("base", "mkdir /out/bin; cp /files/sh /out/bin/", "files: base");
        _checkout.Write("src/recipes/base/sh", "");
        ForeignProgram.WriteTo(Path.Combine(_checkout.Directory, "src/recipes/base/sh"));
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: target\nneeds: [base]\nrun: \"true\"\n");
        var (exitCode, _, error) = await _checkout.RunAsync("plan", "toy");
        Assert.Equal(2, exitCode);
        Assert.Contains("No recipe 'emulator-user' builds 'qemu-m68k'.", error, StringComparison.Ordinal);

        _checkout.Write("src/recipes/emulator-user/qemu", "");
        File.Copy(Path.Combine(InstalledEmulators.Tree, InstalledEmulators.UserProgram), Path.Combine(_checkout.Directory, "src/recipes/emulator-user/qemu"), overwrite: true);
        _checkout.Recipe("emulator-user", "mkdir -p /out/usr/bin; cp /files/qemu /out/usr/bin/qemu-m68k", "files: emulator-user");
        Assert.Matches("toy/all +depends on base, emulator-user\n", await _checkout.OutputAsync("plan", "toy"));
        Assert.Contains("ok       qemu-m68k: the recipe 'emulator-user' builds it, and has not yet\n", (await _checkout.RunAsync("doctor", "toy")).Output, StringComparison.Ordinal);
        // The program in the shell's place, which can only have been run by it.
        (exitCode, var output, _) = await _checkout.RunAsync("build", "toy");
        Assert.Equal(1, exitCode);
        Assert.Contains("Step toy/all failed with exit code 42.\n  hello from m68k\n", output, StringComparison.Ordinal);
        Assert.Contains("ok       qemu-m68k: runs a program of three instructions for cpu\n", (await _checkout.RunAsync("doctor", "toy")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_takes_along_the_commit_that_an_emulator_is_built_of()
    {
        var repository = Directory.CreateDirectory(Path.Combine(_directory, "fork")).FullName;
        File.Copy(Path.Combine(InstalledEmulators.Tree, InstalledEmulators.UserProgram), Path.Combine(repository, "qemu"));
        var commit = await GitAsync(repository);
        _checkout.Write("src/sources/qemu.yaml", $"name: qemu\nversion: \"1\"\nlicence: MIT\nupstream: {{urls: [https://does-not-exist.invalid/qemu-1.tar], sha256: {Digest.Of("none")}}}\n");
        _checkout.Target($"sources: {{qemu: {{git: \"file://{repository}\", commit: {commit}, version: \"9\"}}}}");
        _checkout.Recipe("emulator-user", "mkdir -p /out/usr/bin; cp /src/qemu/*/qemu /out/usr/bin/qemu-m68k", "sources: [qemu]");
        _checkout.Store = await _world.NewStoreAsync();
        await _checkout.OutputAsync("host-tools", "--update");
        var plan = await _checkout.OutputAsync("plan", "toy");
        var mirror = Path.Combine(_directory, "mirror");
        Assert.Contains($"commit {commit}", File.ReadAllText(Path.Combine(_checkout.Store, "pins/archives.json")), StringComparison.Ordinal);
        await _checkout.OutputAsync("sources", "mirror", mirror, "toy");

        // The repository is gone, and the store is an empty one.
        TreeRemover.Remove(repository);
        _checkout.Store = Path.Combine(_directory, "offline");
        var (exitCode, offline, said) = await _checkout.RunAsync("plan", "toy", "--offline", "--mirror", mirror);
        Assert.True(exitCode == 0, said);
        Assert.Equal(plan, offline);
        var (_, built, _) = await _checkout.RunAsync("build", "toy", "--to", "emulator-user", "--offline", "--mirror", mirror);
        Assert.Contains("toy/emulator-user built in ", built, StringComparison.Ordinal);

        // Emulators that are not built need no source of them, and what is said of it then is for nothing.
        Assert.DoesNotContain("no step of this plan", said, StringComparison.Ordinal);
        _checkout.Emulators = InstalledEmulators.Request;
        (exitCode, offline, said) = await _checkout.RunAsync("plan", "toy", "--offline", "--mirror", mirror);
        Assert.True(exitCode == 0, said);
        Assert.DoesNotContain("qemu", offline, StringComparison.Ordinal);
        Assert.Contains("target 'toy' replaces source 'qemu', which no step of this plan is made of: --emulators built builds it\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("no step of this plan", (await _checkout.RunAsync("plan", "toy", "--to", "all", "--offline", "--mirror", mirror)).Error, StringComparison.Ordinal);
    }

    private static async Task<string> GitAsync(string repository)
    {
        const string Script = "cd \"$1\"; git init --quiet; git add --all; git -c user.name=N -c user.email=n@example.org -c commit.gpgSign=false commit --quiet --message m; git rev-parse HEAD";
        using var processes = new ProcessRunner();
        var result = await processes.RunAsync(TestCommand.Of("sh", "-euc", Script, "sh", repository), CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output.Trim();
    }

    [Fact]
    public async Task Packages_of_a_recipe_are_in_its_host_tools_alone_and_in_pins_and_mirror()
    {
        _checkout.Emulators = null;
        _checkout.Store = await _world.NewStoreAsync();
        _checkout.Write("src/host-tools/debian.yaml", "name: debian\nprovider: debian\ndefault: trixie\npackages: [busybox-static]\nlinks: {usr/bin/sh: busybox, bin: usr/bin}\nreleases: {trixie: {}}\n");
        _checkout.Recipe("plain", "busybox ls /usr/share/media-types > /out/list || busybox touch /out/none");
        _checkout.Recipe("all", "busybox test -e /usr/share/bug-none; busybox ls /etc > /out/list", "needs: [plain]\npackages: {debian: [media-types]}");
        string[] debian = ["--host-tools", "debian"];
        var (exitCode, plan, said) = await _checkout.RunAsync(["plan", "toy", .. debian]);
        Assert.True(exitCode == 0, said);
        Assert.Contains("making the host tools (debian:trixie+media-types) for the first time\n", said, StringComparison.Ordinal);
        var pins = JsonNode.Parse(File.ReadAllText(Path.Combine(_checkout.Store, "pins/host-tools.json")))!;
        Assert.Equal("busybox-static", string.Join(' ', pins["debian:trixie"]!["packages"]!.AsArray().Select(each => (string)each!["name"]!)));
        Assert.Equal("busybox-static media-types", string.Join(' ', pins["debian:trixie+media-types"]!["packages"]!.AsArray().Select(each => (string)each!["name"]!)));
        string TreeOf(string title) => Path.Combine(_checkout.Store, "trees", (string)pins[title]!["content"]!, "tree");
        Assert.True(File.Exists(Path.Combine(TreeOf("debian:trixie+media-types"), "etc/mime.types")));
        Assert.False(File.Exists(Path.Combine(TreeOf("debian:trixie"), "etc/mime.types")));

        // A recipe without them keeps its key; listed, mirrored, and kept by a collection.
        Assert.Matches("for recipe   all, with packages of its own: debian:trixie[+]media-types, 2 packages", await _checkout.OutputAsync(["host-tools", .. debian]));
        var mirror = Path.Combine(_directory, "mirror");
        Assert.Matches("(?m)^media-types_.*[.]deb  ", await _checkout.OutputAsync(["sources", "mirror", mirror, "toy", .. debian]));
        await _checkout.OutputAsync(["gc", "toy", .. debian]);
        Assert.True(Directory.Exists(TreeOf("debian:trixie+media-types")));
        _checkout.Store = Path.Combine(_directory, "offline");
        Assert.Equal(plan, await _checkout.OutputAsync(["plan", "toy", .. debian, "--offline", "--mirror", mirror]));

        // The doctor asks for them too.
        string[] offline = [.. debian, "--offline", "--mirror", mirror];
        Assert.Contains("ok       host tools for recipe all: in the store (debian:trixie+media-types)\n", (await _checkout.RunAsync(["doctor", "toy", .. offline])).Output, StringComparison.Ordinal);
        _checkout.Recipe("all", "true", "packages: {debian: [media-types, tzdata]}");
        (exitCode, var doctored, _) = await _checkout.RunAsync(["doctor", "toy", .. offline]);
        Assert.Equal(3, exitCode);
        Assert.Contains("MISSING  host tools for recipe all: --offline, and neither the store nor a mirror has:\n", doctored, StringComparison.Ordinal);
        Assert.Contains("host tools for recipe all: to be made of Debian's packages (debian:trixie+media-types+tzdata)", (await _checkout.RunAsync(["doctor", "toy", .. debian])).Output, StringComparison.Ordinal);

        // Its tools are looked for in these, whatever the host tools of all have.
        _checkout.Recipe("all", "true", "tools: {busybox: \"\", none: \"\", other: \"1\"}\npackages: {debian: [media-types]}");
        (exitCode, _, said) = await _checkout.RunAsync(["plan", "toy", .. debian, "--offline", "--mirror", mirror]);
        Assert.Equal(2, exitCode);
        Assert.Contains("all.yaml:1:1: recipe 'all' calls none, other, which its host tools debian:trixie+media-types do not have.", said, StringComparison.Ordinal);

        // A set in another order is the same, and none besides is what all recipes have.
        _checkout.Recipe("all", "true", "packages: {debian: [], alpine: [media-types]}");
        Assert.Matches("toy/all +will run", await _checkout.OutputAsync(["plan", "toy", .. debian, "--offline", "--mirror", mirror]));
        foreach (var unknown in new[] { "no-such-package", "busybox-.+" })
        {
            _checkout.Recipe("all", "true", $"packages: {{debian: [media-types, {unknown}]}}");
            (exitCode, _, said) = await _checkout.RunAsync(["plan", "toy", .. debian]);
            Assert.Equal(3, exitCode);
            Assert.Contains($"all.yaml:1:1: with 'packages' of recipe 'all': The host tools could not be made of Debian's trixie: the mirror has no package of that name", said, StringComparison.Ordinal);
            Assert.Contains($"Unable to locate package {unknown}\n", said, StringComparison.Ordinal);
        }
        _checkout.Recipe("all", "true", "packages: {alpine: [media-types]}");
        (exitCode, _, said) = await _checkout.RunAsync(["plan", "toy", .. debian, "--offline", "--mirror", mirror]);
        Assert.Equal(2, exitCode);
        Assert.Contains("recipe 'all' needs packages of alpine, and the host tools are debian:trixie.", said, StringComparison.Ordinal);
        _checkout.Recipe("all", "true", "packages: {slackware: [media-types]}");
        Assert.Contains("all.yaml:", (await _checkout.RunAsync(["plan", "toy", .. debian])).Error, StringComparison.Ordinal);
    }
}
