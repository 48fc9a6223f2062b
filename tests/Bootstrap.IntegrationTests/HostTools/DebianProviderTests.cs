using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.IntegrationTests.Sources;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>Real apt, the machine's own mirror, the smallest system that has a shell.</summary>
public sealed class DebianProviderTests : IDisposable
{
    private readonly TestStore _first = new();
    private readonly TestStore _second = new();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task Host_tools_are_the_same_in_every_store_stay_pinned_and_can_be_made_again()
    {
        var made = await ResolveAsync(_first);
        var elsewhere = await ResolveAsync(_second);
        Assert.Equal(made.Artifact.Content, elsewhere.Artifact.Content);
        Assert.Equal(made.Artifact.Key, elsewhere.Artifact.Key);
        Assert.Equal("busybox-static", Assert.Single(made.Packages).Name);
        Assert.Equal("busybox", new FileInfo(Path.Combine(made.Tree, "usr/bin/sh")).LinkTarget);
        Assert.False(Directory.Exists(Path.Combine(made.Tree, "usr/share/doc")));
        Assert.False(File.Exists(Path.Combine(made.Tree, "etc/resolv.conf")));

        // A mirror that can't be reached shows that none is asked.
        var again = await ResolveAsync(_first, mirror: "http://127.0.0.1:1/debian");
        Assert.Equal("pinned", again.Reason);
        Assert.Equal(made.Tree, again.Tree);

        _first.Store.Drop(new Difference(made.Artifact.Tree, "", "", made.Artifact.Content));
        var remade = await ResolveAsync(_first, mirror: "http://127.0.0.1:1/debian");
        Assert.Contains("the store does not have them", remade.Reason);
        Assert.Equal(made.Artifact.Content, remade.Artifact.Content);

        // Without the package only the mirror can help, and this one does.
        _first.Store.Drop(new Difference(made.Artifact.Tree, "", "", made.Artifact.Content));
        File.Delete(_first.Store.Blobs.Find(made.Packages[0].Sha256)!);
        Assert.Equal(made.Artifact.Content, (await ResolveAsync(_first)).Artifact.Content);
        Assert.NotNull(_first.Store.Blobs.Find(made.Packages[0].Sha256));
    }

    [Fact]
    public async Task A_pinned_version_that_nobody_has_any_more_is_named_with_the_way_out()
    {
        var made = await ResolveAsync(_first);
        var pin = JsonNode.Parse(_first.Store.ReadLockFile("host-tools")!)!;
        var package = pin["debian:trixie"]!["packages"]![0]!;
        package["version"] = "0:1.0-1";
        package["sha256"] = Digest.Of("lost").Hex;
        _first.Store.WriteLockFile("host-tools", pin.ToJsonString());
        _first.Store.Drop(new Difference(made.Artifact.Tree, "", "", made.Artifact.Content));
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(_first));
        Assert.Contains("no longer has a version that is pinned", failure.Message);
        Assert.Contains("busybox-static", failure.Message);
        Assert.Contains("host-tools --update", failure.Hint);
    }

    [Fact]
    public async Task Auto_takes_Debian_where_Alpine_s_mirror_can_not_be_reached_and_never_asks_again()
    {
        var made = await ResolveAsync(_first, choice: HostToolsRequest.Auto);
        Assert.Equal("debian", made.Kind.Name);
        Assert.Contains(_first.Notices, notice => notice.StartsWith("host tools: debian, as Alpine's mirror can't be reached (http://127.0.0.1:1", StringComparison.Ordinal));

        _first.Notices.Clear();
        var again = await ResolveAsync(_first, mirror: "http://127.0.0.1:1/debian", choice: HostToolsRequest.Auto);
        Assert.Equal(made.Artifact.Content, again.Artifact.Content);
        Assert.Contains("can't be reached", again.Choice);
        Assert.Empty(_first.Notices);

        await ResolveAsync(_first, choice: HostToolsRequest.Auto, update: true);
        Assert.Equal(2, _first.Notices.Count);
    }

    [Fact]
    public async Task A_package_that_does_not_exist_is_named_and_leaves_nothing()
    {
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(_first, packages: ["no-such-package"]));
        Assert.Contains("has no package of that name", failure.Message);
        Assert.Contains("no-such-package", failure.Message);
        _first.AssertEmpty();
    }

    [Fact]
    public async Task A_suite_that_does_not_exist_is_told_apart()
    {
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(_first, suite: "no-such-suite"));
        Assert.Contains("has no such suite", failure.Message);
        _first.AssertEmpty();
    }

    [Fact]
    public async Task A_mirror_that_does_not_answer_is_told_apart()
    {
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(_first, mirror: "http://127.0.0.1:1/debian"));
        Assert.Contains("can't be reached", failure.Message);
        _first.AssertEmpty();
    }

    [Fact]
    public async Task An_archive_that_nobody_signed_is_refused()
    {
        var suite = Directory.CreateDirectory(Path.Combine(_second.Directory, "mirror/dists/trixie")).FullName;
        File.WriteAllText(Path.Combine(suite, "Release"), "Origin: Debian\nSuite: trixie\nCodename: trixie\nArchitectures: amd64\nComponents: main\nDate: Sat, 01 Jan 2022 00:00:00 UTC\n");
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(_first, mirror: $"file://{_second.Directory}/mirror"));
        Assert.Contains("is not signed by Debian's archive keys", failure.Message);
        _first.AssertEmpty();
    }

    [Fact]
    public async Task A_cancelled_run_ends_at_once_and_leaves_nothing()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var cancel = new CancellationTokenSource();
        var run = ResolveAsync(_first, mirror: $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/debian", cancel: cancel.Token);
        using var asked = await silent.AcceptTcpClientAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        _first.AssertEmpty();
        // The end of the stream: the child that asked is gone.
        await asked.GetStream().CopyToAsync(Stream.Null);
    }

    private static Task<HostToolsSysroot> ResolveAsync(
        TestStore store,
        string? mirror = null,
        string suite = "trixie",
        string[]? packages = null,
        HostToolsRequest? choice = null,
        bool update = false,
        CancellationToken cancel = default)
    {
        var release = TestStore.Release("debian", suite) with
        {
            Packages = [.. packages ?? ["busybox-static"]],
            Links = ImmutableSortedDictionary<string, string>.Empty.Add("usr/bin/sh", "busybox"),
        };
        return store.ResolveAsync(choice ?? HostToolsProviders.Parse("debian"), TestStore.Definitions(release), mirror, update, cancel: cancel);
    }
}
