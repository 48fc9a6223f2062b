using System.Formats.Tar;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;
using Bootstrap.Tests.Sources;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>Every way in which Alpine's host tools can't be had is told apart, and none of them leaves anything in the store.</summary>
public sealed class AlpineFailureTests
{
    public static TheoryData<string> Users => HostToolsWorld.Users;

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_mirror_that_does_not_answer(string user)
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(user);
        await alpine.AssertRefusedAsync(
            alpine.RunAtAsync("http://127.0.0.1:1/main"), "the mirror can't be reached (http://127.0.0.1:1/main)", "--host-tools debian");
        await alpine.AssertRefusedAsync(alpine.RunAtAsync("http://does-not-exist.invalid/main"), "the mirror can't be reached");
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_mirror_without_such_a_repository(string user)
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(user);
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "the mirror has no such repository", "x86_64/APKINDEX.tar.gz");
    }

    [Fact]
    public async Task A_web_page_instead_of_an_index_is_said_to_be_one_and_a_proxy_is_named()
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        using var server = new HttpTestServer(_ => new Answer(200, "<!DOCTYPE html><title>Sign in</title>"u8.ToArray()));
        await alpine.AssertRefusedAsync(alpine.RunAtAsync(server.Url("main").ToString()), $"a web page ('Sign in') came from {server.Url("main/x86_64/APKINDEX.tar.gz")}");
        await alpine.AssertRefusedAsync(
            alpine.RunWithAsync("http://mirror.example.org/main", "HTTP_PROXY=user:geheim@127.0.0.1:1"),
            "the mirror can't be reached (http://mirror.example.org/main, through the proxy HTTP_PROXY=http://127.0.0.1:1)");
        await alpine.AssertRefusedAsync(
            alpine.RunWithAsync("http://mirror.example.org/main", "all_proxy=socks5://127.0.0.1:1"), "it knows proxies of http:// only");
        HostToolsWorld.Content(await Published(alpine).RunWithAsync(alpine.Repository.Url, "http_proxy=http://127.0.0.1:1", "no_proxy=127.0.0.0/8"));
    }

    private static AlpineWorld Published(AlpineWorld alpine)
    {
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        return alpine;
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task An_index_that_is_not_signed_by_a_known_key(string user)
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(user);
        using var stranger = new ApkSigner("stranger@example.org-1");
        alpine.Repository.Publish(stranger, AlpineWorld.Hello, AlpineWorld.Greeting);
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "an index is not signed by a key that is trusted here", "UNTRUSTED signature", "--apk-key");
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task An_index_that_was_changed_after_it_was_signed(string user)
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(user);
        using var forger = new ApkSigner("test@example.org-1");
        alpine.Repository.Publish(forger, AlpineWorld.Hello, AlpineWorld.Greeting);
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "an index is not what its signature was made for, or is damaged", "BAD signature");
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        alpine.Repository.DamageIndex();
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "an index is not what its signature was made for, or is damaged");
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_package_that_does_not_exist(string user)
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(user);
        alpine.Repository.Publish(AlpineWorld.Greeting);
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "the mirror has no package of that name", "hello (no such package)", "alpine.yaml");
        alpine.Repository.Publish(AlpineWorld.Hello);
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "the mirror has no package of that name", "greeting (no such package)");
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_package_that_is_damaged_or_gone(string user)
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(user);
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        alpine.Repository.Damage(AlpineWorld.Greeting);
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "a package is not what its signature was made for, or is damaged", "greeting");
        alpine.Repository.Replace(AlpineWorld.Greeting, AlpineWorld.Greeting with { Files = [new ApkFile("usr/share/greeting", "hostile")] });
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "a package is not what its signature was made for, or is damaged", "greeting");
        alpine.Repository.Remove(AlpineWorld.Greeting);
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "the mirror's index names a package that the mirror does not have", "greeting");
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_package_with_files_of_another_user(string user)
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(user);
        alpine.Repository.Publish(new ApkPackage("hello", "1.0-r0", [new ApkFile("var/lib/owned", "x", Owner: 33)]));
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "a package has files of another user than root");
    }

    [Fact]
    public async Task A_package_that_only_the_index_vouches_for()
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        using var stranger = new ApkSigner("stranger@example.org-1");
        alpine.Repository.PublishSignedBy(stranger, AlpineWorld.Greeting with { Name = "hello" });
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "a package is not signed by a key that is trusted here", "UNTRUSTED signature");
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_disk_that_is_full(string user)
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(user);
        alpine.Repository.Publish(new ApkPackage("hello", "1.0-r0", [new ApkFile("usr/share/large", new string('x', 50_000_000))]));
        var key = alpine.Repository.Signer.WriteKey(alpine.World.Root);
        var store = Path.Combine(alpine.World.Root, "home", "small");
        var small = await alpine.World.RunAsync(
            ["bwrap", "--dev-bind", "/", "/", "--dir", store, "--size", "40000000", "--tmpfs", store, "--"],
            ["host-tools", "--host-tools", "alpine", "--alpine-root", alpine.Root, "--apk-repository", alpine.Repository.Url, "--apk-key", key, "--store", store]);
        Assert.Contains("the disk is full", small.Error, StringComparison.Ordinal);
        Assert.Contains("No space left on device", small.Error, StringComparison.Ordinal);
        Assert.Equal(3, small.ExitCode);
    }

    [Fact]
    public async Task A_root_that_is_not_there_or_is_another_than_the_pinned_one()
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        await alpine.AssertRefusedAsync(alpine.World.RunAsync("--host-tools", "alpine", "--alpine-root", "/no/such/file"), "There is no file '/no/such/file'");
        await alpine.AssertRefusedAsync(
            alpine.World.RunAsync("--host-tools", "alpine"), "could not be fetched", "http://127.0.0.1:1/minirootfs.tar.gz", "--alpine-root FILE");
        var other = Path.Combine(alpine.World.Root, "other");
        File.WriteAllText(other, "other");
        await alpine.AssertRefusedAsync(
            alpine.World.RunAsync("--host-tools", "alpine", "--alpine-root", other), "is not the mini root file system of alpine:3.20 (3.20.3): its SHA-256 is ",
            $"vouch for it: --alpine-root-sha256 {Digest.OfFile(other)}");
        await alpine.AssertRefusedAsync(
            alpine.World.RunAsync("--host-tools", "alpine", "--alpine-root", other, "--alpine-root-sha256", $"{Digest.Of("third")}"),
            $"has SHA-256 {Digest.OfFile(other)}, and --alpine-root-sha256 says {Digest.Of("third")}");
    }

    [Fact]
    public async Task A_root_of_another_release_than_is_asked_for_is_told_by_its_name()
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        alpine.World.Write("more/host-tools/newer.yaml", """
            name: newer
            provider: alpine
            default: "9.9"
            packages: [hello]
            releases:
              "9.9":
                version: 9.9.0
                root: {urls: [http://127.0.0.1:1/root], sha256: 0000000000000000000000000000000000000000000000000000000000000000}
                repositories: [http://127.0.0.1:1/main]
            """);
        await alpine.AssertRefusedAsync(
            alpine.RunAsync("--definitions", Path.Combine(alpine.World.Root, "checkout/more"), "--host-tools", "newer"),
            "is not the mini root file system of newer:9.9 (9.9.0)", "It is that of another release: --host-tools alpine:3.20.");
    }

    [Theory]
    [InlineData("--alpine-root-sha256 is the checksum of a file that is not named", "--alpine-root-sha256", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("'12' is no SHA-256; expected 64 lower-case hexadecimal digits", "--alpine-root", "/etc/passwd", "--alpine-root-sha256", "12")]
    [InlineData("no release '3.99' of 'alpine'", "--host-tools", "alpine:3.99")]
    [InlineData("no release 'woody' of 'debian'", "--host-tools", "debian:woody")]
    [InlineData("no host tools called 'gentoo'; expected auto, alpine[:RELEASE], debian[:SUITE], path:DIRECTORY-OR-TARBALL, ostree:", "--host-tools", "gentoo")]
    public async Task What_can_not_be_meant(string expected, params string[] options)
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self, real: false);
        var result = await alpine.World.RunAsync(options);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task A_root_with_an_entry_that_would_leave_it()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self, real: false);
        alpine.ReplaceRoot(ApkPackage.Tar([ApkPackage.Text("bin/sh", "#!"), ApkPackage.Text("../escaped", "hostile")], cut: false));
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "was refused: its entry '../escaped' has '..' in the name");
    }

    [Fact]
    public async Task A_file_that_is_no_root_of_Alpines_though_the_user_vouches_for_it()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self, real: false);
        alpine.ReplaceRoot(ApkPackage.Tar([ApkPackage.Text("bin/sh", "#!")], cut: false));
        await alpine.AssertRefusedAsync(alpine.RunAsync(), "is no mini root file system of Alpine: it has no sbin/apk");
    }

    [Fact]
    public async Task A_device_node_in_the_root_is_left_out_and_said()
    {
        SharedAlpine.Require(SharedAlpine.Host);
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        alpine.Repository.Publish(AlpineWorld.Greeting with { Name = "hello" });
        var device = new PaxTarEntry(TarEntryType.CharacterDevice, "dev/null") { DeviceMajor = 1, DeviceMinor = 3 };
        alpine.ReplaceRoot([.. ApkPackage.Tar([device], cut: true), .. alpine.RealRoot()]);
        var result = await alpine.RunAsync();
        Assert.Contains("left out of the host tools, being no file, directory or link: dev/null", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData("/srv/alpine")]
    [InlineData("ftp://example.org/main")]
    [InlineData("http://example.org/a b")]
    [InlineData("http://example.org/main?a=1")]
    public async Task A_repository_that_is_no_URL(string repository)
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self, real: false);
        var result = await alpine.RunAtAsync(repository);
        Assert.Contains($"--apk-repository '{repository}' is not a URL; expected http or https", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }
}
