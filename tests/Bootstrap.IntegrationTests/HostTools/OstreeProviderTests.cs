using Bootstrap.Platform;
using Bootstrap.Tests;
using Bootstrap.Tests.Sources;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>The real ostree and gpg, with a small repository on this machine.</summary>
public sealed class OstreeProviderTests : IDisposable
{
    private readonly ProcessRunner _processes = new();
    private readonly HostToolsWorld _world = new(HostToolsWorld.Self);

    public OstreeProviderTests()
    {
        _world.Write("src/host-tools/debian.yaml", "name: debian\nprovider: debian\ndefault: trixie\npackages: [none]\nreleases: {trixie: {}}\n");
        _world.Write("src/host-tools/alpine.yaml", $$"""
            name: alpine
            provider: alpine
            default: "1"
            packages: [none]
            releases:
              "1":
                version: "1"
                root: {urls: [http://127.0.0.1:1/root], sha256: {{Digest.Of("root")}}}
                repositories: [http://127.0.0.1:1/main]
            """);
    }

    private string Repository => Path.Combine(_world.Root, "repo");

    private string GpgHome => Path.Combine(_world.Root, "gpg");

    public void Dispose()
    {
        if (Directory.Exists(GpgHome))
            _processes.RunAsync(TestCommand.Of("gpgconf", "--homedir", GpgHome, "--kill", "all"), CancellationToken.None).GetAwaiter().GetResult();
        _processes.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task A_branch_is_taken_tidied_and_pinned_to_its_commit_until_an_update()
    {
        var first = await CommitAsync("one");
        var made = await RunAsync($"ostree:{Repository}#sdk/1");
        var content = HostToolsWorld.Content(made);
        var tree = _world.Tree(content);
        Assert.Equal("one", File.ReadAllText(Path.Combine(tree, "usr/bin/sh")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(tree, "var")));
        Assert.Contains(first, File.ReadAllText(Path.Combine(_world.Store, "pins/host-tools.json")), StringComparison.Ordinal);

        await CommitAsync("two");
        Assert.Equal(content, HostToolsWorld.Content(await RunAsync($"ostree:{Repository}#sdk/1")));
        _world.LoseArtifacts();
        Assert.Equal(content, HostToolsWorld.Content(await RunAsync($"ostree:{Repository}#sdk/1")));
        Assert.NotEqual(content, HostToolsWorld.Content(await RunAsync($"ostree:{Repository}#sdk/1", "--update")));
        Assert.Equal(content, HostToolsWorld.Content(await RunAsync($"ostree:file://{Repository}#{first}")));
    }

    [Fact]
    public async Task A_commit_has_to_be_signed_by_the_key_that_is_given()
    {
        var (key, stranger) = (await MakeKeyAsync("publisher"), await MakeKeyAsync("stranger"));
        await CommitAsync("signed", "--gpg-sign=publisher@example.org", $"--gpg-homedir={GpgHome}");
        HostToolsWorld.Content(await RunAsync($"ostree:{Repository}#sdk/1", "--ostree-key", key));

        TreeRemover.Remove(_world.Store);
        await AssertRefusedAsync("the commit is not signed by the key that was given", $"ostree:{Repository}#sdk/1", "--ostree-key", stranger);
        await CommitAsync("unsigned");
        await AssertRefusedAsync("the commit is not signed by the key that was given", $"ostree:{Repository}#sdk/1", "--ostree-key", key);
        await AssertRefusedAsync("There is no key '/no/such/key'", $"ostree:{Repository}#sdk/1", "--ostree-key", "/no/such/key");
    }

    [Fact]
    public async Task What_is_not_there_or_is_no_root_is_named()
    {
        await CommitAsync("one");
        await AssertRefusedAsync("the repository has no such branch or commit", $"ostree:{Repository}#sdk/2");
        await AssertRefusedAsync("the repository has no such branch or commit", $"ostree:{Repository}#{Digest.Of("none")}");
        await AssertRefusedAsync("the repository can't be reached", "ostree:http://127.0.0.1:1/repo#sdk/1");
        await AssertRefusedAsync("there is no repository", $"ostree:{_world.Root}/nowhere#sdk/1");
        Directory.Delete(Path.Combine(_world.Root, "root/usr/bin"), recursive: true);
        await OstreeAsync("commit", "--branch=sdk/1", Path.Combine(_world.Root, "root"));
        await AssertRefusedAsync("has no bin/sh; expected a root file system", $"ostree:{Repository}#sdk/1");
    }

    [Fact]
    public async Task Offline_only_a_repository_of_this_machine_is_asked()
    {
        await CommitAsync("one");
        using var server = new HttpTestServer(request =>
            Path.Combine(Repository, request.Path.TrimStart('/')) is var file && File.Exists(file) ? Answer.File(File.ReadAllBytes(file)) : Answer.Of(404));
        var remote = $"ostree:{server.Url("")}#sdk/1";
        HostToolsWorld.Content(await RunAsync(remote));
        HostToolsWorld.Content(await RunAsync(remote, "--offline"));
        _world.LoseArtifacts();
        var asked = server.Requests.Count;
        var result = await RunAsync(remote, "--offline");
        Assert.Equal((3, asked), (result.ExitCode, server.Requests.Count));
        Assert.Contains("--offline, and neither the store nor a mirror has:\n  host tools (ostree:", result.Error, StringComparison.Ordinal);
        HostToolsWorld.Content(await RunAsync($"ostree:{Repository}#sdk/1", "--offline"));
    }

    private Task<ProcessResult> RunAsync(string choice, params string[] options) => _world.RunAsync(["--host-tools", choice, .. options]);

    private async Task AssertRefusedAsync(string expected, string choice, params string[] options)
    {
        var result = await RunAsync(choice, options);
        Assert.True(result.Error.Contains(expected, StringComparison.Ordinal), $"'{expected}' is not in:\n{result.Error}");
        Assert.Equal(3, result.ExitCode);
        _world.AssertStoreEmpty();
    }

    /// <summary>Commits a root file system whose shell says this, and returns the commit.</summary>
    private async Task<string> CommitAsync(string shell, params string[] options)
    {
        if (!Directory.Exists(Repository))
            await OstreeAsync("init", "--mode=archive");
        var root = Directory.CreateDirectory(Path.Combine(_world.Root, "root")).FullName;
        Directory.CreateDirectory(Path.Combine(root, "usr/bin"));
        Directory.CreateDirectory(Path.Combine(root, "var/cache/left"));
        if (!Path.Exists(Path.Combine(root, "bin")))
            File.CreateSymbolicLink(Path.Combine(root, "bin"), "usr/bin");
        await File.WriteAllTextAsync(Path.Combine(root, "usr/bin/sh"), shell);
        return (await OstreeAsync(["commit", "--branch=sdk/1", .. options, root])).Trim();
    }

    private Task<string> OstreeAsync(params string[] arguments) => ToolAsync(["ostree", .. arguments, $"--repo={Repository}"]);

    private async Task<string> MakeKeyAsync(string name)
    {
        Directory.CreateDirectory(GpgHome, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = Path.Combine(_world.Root, name + ".gpg");
        string[] gpg = ["gpg", "--homedir", GpgHome, "--batch", "--passphrase", ""];
        await ToolAsync([.. gpg, "--quick-generate-key", $"{name}@example.org", "rsa2048", "sign", "never"]);
        await ToolAsync([.. gpg, "--output", file, "--export", $"{name}@example.org"]);
        return file;
    }

    private async Task<string> ToolAsync(string[] words)
    {
        var result = await _processes.RunAsync(TestCommand.Of(words[0], [.. words[1..]]), CancellationToken.None);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', words)}: {result.Error}");
        return result.Output;
    }
}
