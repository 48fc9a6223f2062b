using Bootstrap.Platform;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>Builds from a mirror directory alone, on an empty store, in a network namespace that has no network.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class OfflineBuildTests : IDisposable
{
    private static readonly string[] NoNetwork = ["unshare", "--user", "--map-current-user", "--net"];

    private readonly SmallWorld _world;
    private readonly SmallCheckout _checkout;
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-offline-").FullName;
    private readonly Digest _archive;

    public OfflineBuildTests(SmallWorld world)
    {
        _world = world;
        _checkout = world.Checkout();
        _archive = WriteArchive("greeting", $"hello {_checkout.Salt}");
        _checkout.Write("src/sources/greeting.yaml", $$"""
            name: greeting
            version: "1"
            licence: MIT
            upstream: {urls: [https://does-not-exist.invalid/greeting-1.tar], sha256: {{_archive}} }
            """);
        _checkout.Recipe("all", "cp /src/greeting/greeting /out/greeting", "sources: [greeting]");
    }

    private string Upstream => Path.Combine(_directory, "upstream");

    private string Mirror => Path.Combine(_directory, "mirror");

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task A_mirror_directory_is_all_that_a_build_on_an_empty_store_needs()
    {
        await MirrorAsync();
        var (exitCode, output, error) = await BuildAsync("empty", "--mirror", Mirror);
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("toy/all built", output, StringComparison.Ordinal);
        Assert.Contains("host tools made", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_says_whether_the_mirrors_have_all_that_a_build_needs_and_pins_nothing()
    {
        await MirrorAsync();
        var (withMirror, with, _) = await RunAsync("doctor", "empty", "--mirror", Mirror);
        Assert.Equal(0, withMirror);
        Assert.Contains("ok       host tools: to be made without the network\n", with, StringComparison.Ordinal);
        Assert.Contains("ok       sources: all can be obtained; 1 not downloaded yet\n", with, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory, "empty", "pins")));

        var (exitCode, without, _) = await RunAsync("doctor", "empty", "--mirror", Upstream);
        Assert.Equal(3, exitCode);
        Assert.Contains("MISSING  host tools: --offline, and neither the store nor a mirror has:\n", without, StringComparison.Ordinal);
        Assert.Contains("ok       sources: ", without, StringComparison.Ordinal);

        var (_, nowhere, _) = await RunAsync("doctor", "empty", "--sources", "upstream");
        Assert.Matches("MISSING  sources: --offline, and neither the store nor a mirror has:\n +greeting 1 [(]upstream: greeting-1[.]tar, ", nowhere);
    }

    [Fact]
    public async Task A_second_mirror_run_copies_nothing_and_the_index_holds()
    {
        await MirrorAsync();
        Assert.Contains("greeting-1.tar  3.1 kB, was there", await MirrorAsync(), StringComparison.Ordinal);
        using var processes = new ProcessRunner();
        var check = TestCommand.Of("sha256sum", "--check", "--strict", "SHA256SUMS") with { WorkingDirectory = Mirror };
        Assert.Equal(0, (await processes.RunAsync(check, CancellationToken.None)).ExitCode);
    }

    [Fact]
    public async Task Packages_that_the_store_has_lost_are_named_with_how_to_get_them_and_the_sources_are_mirrored()
    {
        _checkout.Store = await _world.NewStoreAsync();
        var (exitCode, output, error) = await _checkout.RunAsync("sources", "mirror", Mirror, "toy", "--mirror", Upstream);
        Assert.Equal((3, "greeting-1.tar  3.1 kB\n"), (exitCode, output));
        Assert.Matches(@"no longer has these packages that they were made of:\n(  \S+\.deb\n)+  Fetch the packages again: '\S*bootstrap host-tools --update[^\n]*'", error);
        Assert.Equal(["SHA256SUMS", "blobs", "pins"], Directory.GetFileSystemEntries(Mirror).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_missing_is_named_before_anything_is_built()
    {
        var (exitCode, output, error) = await BuildAsync("empty");
        Assert.Equal(3, exitCode);
        Assert.Equal("", output);
        Assert.Contains("--offline, and neither the store nor a mirror has:\n  greeting 1 in any form\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain("unused", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_tools_that_would_have_to_be_fetched_are_missing_too()
    {
        var (exitCode, _, error) = await BuildAsync("bare", "--mirror", Upstream, "--host-tools", "debian");
        Assert.Equal(3, exitCode);
        Assert.Contains("host tools (debian:trixie)", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host-tools", "--update", "--offline")]
    [InlineData("sources", "fetch", "--update", "--offline")]
    [InlineData("build", "toy", "--offline", "--mirror", "http://127.0.0.1:1/")]
    public async Task What_contradicts_itself_is_a_mistake_of_the_command_line(params string[] arguments) =>
        Assert.Equal(2, (await _checkout.RunAsync(arguments)).ExitCode);

    [Fact]
    public async Task A_replaced_source_is_built_for_its_target_and_built_again_when_a_file_of_it_changes()
    {
        var mine = Directory.CreateDirectory(Path.Combine(_directory, "mine")).FullName;
        var text = Path.Combine(mine, "greeting");
        await File.WriteAllTextAsync(text, _checkout.Salt);
        _checkout.Target($$"""sources: {greeting: {dir: {{mine}} } }""");
        Assert.Equal(["source-greeting", "all"], await _checkout.BuildAsync());
        Assert.Empty(await _checkout.BuildAsync());
        await File.WriteAllTextAsync(text, $"{_checkout.Salt} too");
        Assert.Equal(["source-greeting", "all"], await _checkout.BuildAsync());
        File.SetLastWriteTimeUtc(text, DateTime.UnixEpoch);
        Assert.Empty(await _checkout.BuildAsync());
    }

    /// <summary>A mirror that stands for upstream, of one archive with one file.</summary>
    private Digest WriteArchive(string name, string text)
    {
        var tree = Directory.CreateDirectory(Path.Combine(_directory, "archive")).FullName;
        File.WriteAllText(Path.Combine(tree, name), text);
        var file = Path.Combine(_directory, "greeting.tar");
        System.Formats.Tar.TarFile.CreateFromDirectory(tree, file, includeBaseDirectory: false);
        var digest = Digest.OfFile(file);
        using var writer = MirrorWriter.Open(Upstream);
        writer.Add(file, digest, "greeting-1.tar");
        writer.FinishAsync().GetAwaiter().GetResult();
        return digest;
    }

    /// <summary>Mirrors what the store of all tests has, whose host tools are made of Debian's packages.</summary>
    private async Task<string> MirrorAsync()
    {
        var (exitCode, output, error) = await _checkout.RunAsync("sources", "mirror", Mirror, "toy", "--mirror", Upstream);
        Assert.True(exitCode == 0, error);
        return output;
    }

    private Task<(int ExitCode, string Output, string Error)> BuildAsync(string store, params string[] options) => RunAsync("build", store, options);

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string command, string store, params string[] options) => SmallCheckout.ResultAsync(
        _checkout.Start(NoNetwork, [command, "toy", "--offline", .. options, "--store", Path.Combine(_directory, store)]));
}
