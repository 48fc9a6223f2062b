using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Tests.Sources;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>What the environment and the configuration of this machine's apt say holds for the apt that fetches for us, or is refused with a reason.</summary>
public sealed class AptConfigurationTests : IDisposable
{
    private const string Far = "http://far.example.org/debian";
    private readonly HostToolsWorld _world = new(HostToolsWorld.Self);

    public AptConfigurationTests()
    {
        Assert.SkipUnless(HostProgram.AptGet.Installed is not null && HostProgram.DpkgDeb.Installed is not null, "apt is not installed.");
        const string releases = "default: trixie\npackages: [busybox-static]\nreleases: {trixie: {}}\n";
        _world.Write("src/host-tools/debian.yaml", $"name: debian\nprovider: debian\n{releases}");
        _world.Write("src/host-tools/alpine.yaml", $$"""
            name: alpine
            provider: alpine
            default: "1"
            packages: [none]
            releases:
              "1":
                version: "1"
                root: {urls: [http://127.0.0.1:1/root], sha256: {{new string('0', 64)}}}
                repositories: [http://127.0.0.1:1/main]
            """);
    }

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("http_proxy=http://user:geheim@127.0.0.1:1", "http_proxy=http://127.0.0.1:1")]
    [InlineData("HTTP_PROXY=127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1")]
    [InlineData("all_proxy=socks5://127.0.0.1:1", "all_proxy=socks5://127.0.0.1:1")]
    public async Task A_proxy_of_the_environment_is_gone_through_and_named(string variable, string named) =>
        await AssertRefusedAsync([variable], Far, $"the mirror can't be reached ({Far}, through the proxy {named})");

    [Theory]
    [InlineData("http_proxy=http://127.0.0.1:port", "http_proxy is 'http://127.0.0.1:port', which is no proxy")]
    [InlineData("http_proxy=socks4://127.0.0.1:1", "apt knows no such proxy")]
    [InlineData("SSL_CERT_FILE=/no/such/file", "SSL_CERT_FILE is '/no/such/file', and there is no such file")]
    public async Task What_apt_can_t_use_is_named(string variable, string expected) => await AssertRefusedAsync([variable], Far, expected);

    [Theory]
    [InlineData("no_proxy=127.0.0.0/8")]
    [InlineData("no_proxy=*")]
    public async Task A_mirror_that_is_to_be_asked_directly_is_and_its_login_page_is_said_to_be_one(string direct)
    {
        using var server = new HttpTestServer(_ => new Answer(200, "<!DOCTYPE html><title>Sign in</title>"u8.ToArray()));
        await AssertRefusedAsync(["http_proxy=http://127.0.0.1:1", direct], server.Url("debian").ToString(), "a web page came instead of the suite's release file");
        Assert.Contains(server.Requests, request => request.Path == "/debian/dists/trixie/InRelease");
    }

    [Fact]
    public async Task An_authority_that_only_the_environment_names_is_trusted_by_apt_and_ostree()
    {
        using var server = new TlsServer(_ => null, "localhost", _world.Root);
        var mirror = $"https://localhost:{server.Port}/debian";
        var directory = Directory.CreateDirectory(Path.Combine(_world.Root, "authorities")).FullName;
        File.Copy(server.Authority, Path.Combine(directory, "own.pem"));
        await AssertRefusedAsync([], mirror, "the certificate of the mirror, or of a proxy that looks into TLS, is not trusted here", "SSL_CERT_FILE=FILE");
        await AssertRefusedAsync([$"SSL_CERT_FILE={server.Authority}"], mirror, "the mirror has no such suite");
        await AssertRefusedAsync([$"SSL_CERT_DIR={directory}"], mirror, "the mirror has no such suite");
        if (HostProgram.Ostree.Installed is null)
            return;
        ImmutableArray<string> command = ["host-tools", "--host-tools", $"ostree:https://localhost:{server.Port}/repo#sdk", "--store", _world.Store];
        Assert.Contains("is not trusted here", (await _world.RunAsync(["env"], command)).Error, StringComparison.Ordinal);
        var trusted = await _world.RunAsync(["env", $"SSL_CERT_FILE={server.Authority}"], command);
        Assert.Contains("the repository has no such branch or commit", trusted.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_of_auth_conf_is_used_and_what_the_settings_say_of_proxies_comes_first()
    {
        using var server = new HttpTestServer(request => Answer.Of(request.Headers.ContainsKey("Authorization") ? 503 : 401));
        var authority = server.Url("").Authority;
        _world.Write("etc/sources.list.d/a.sources", $"Types: deb\nURIs: http://{authority}/debian\nSuites: trixie\nComponents: main\n");
        var settings = $"Acquire::http::Proxy::127.0.0.1 \"DIRECT\";";
        await AssertRefusedAsync(["http_proxy=http://127.0.0.1:1", Configured(settings)], null, "the mirror wants a login");
        _world.Write("etc/auth.conf.d/a.conf", $"machine http://{authority}/debian login user password geheim\n");
        await AssertRefusedAsync(["http_proxy=http://127.0.0.1:1", Configured(settings)], null, "the mirror answers with an error of its own");
    }

    [Fact]
    public async Task Each_entry_that_is_not_taken_is_named_with_its_file_line_and_reason()
    {
        var list = _world.Write("etc/sources.list", "# A comment.\ndeb cdrom:[Debian GNU/Linux 13 _Trixie_]/ trixie main\ndeb http://user:geheim@archive.example/ubuntu noble main\n");
        var sources = _world.Write("etc/sources.list.d/a.sources", "Types: deb\nEnabled: off\nURIs: http://off.example/debian\nSuites: trixie\nComponents: main\n\nTypes: deb\nURIs: http://one.example/debian\nSuites: ./\n");
        var odd = _world.Write("etc/sources.list.d/a b.list", "deb http://one.example/debian trixie main\n");
        var directory = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(sources)!, "d.list")).FullName;
        await AssertRefusedAsync(
            [Configured("")], null, "names no mirror of Debian's archive",
            $"{list}:2: cdrom:[Debian GNU/Linux 13 _Trixie_]/: apt can't read discs",
            $"{list}:3: http://***@archive.example/ubuntu: its path does not end in 'debian'",
            $"{sources}:7: http://one.example/debian: it has other suites",
            $"{odd}: apt reads no file of such a name", $"{directory}: ", "--debian-mirror https://HOST/debian");
    }

    [Fact]
    public async Task Settings_that_this_user_may_not_read_are_named()
    {
        Assert.SkipUnless(HostToolsWorld.Users.Count > 1, "Only root can run it as somebody without the right to read a file.");
        using var world = new HostToolsWorld(HostToolsWorld.Ordinary);
        foreach (var file in new[] { "debian", "alpine" })
            world.Write($"src/host-tools/{file}.yaml", File.ReadAllText(Path.Combine(_world.Root, $"checkout/src/host-tools/{file}.yaml")));
        var secret = world.Write("parts/90proxy", "Acquire::http::Proxy \"http://proxy.example\";\n");
        var list = world.Write("etc/sources.list", "deb http://127.0.0.1:1/debian trixie main\n");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        var configuration = world.Write("apt.conf", $"Dir::Etc \"{Path.GetDirectoryName(list)}\";\nDir::Etc::Parts \"{Path.GetDirectoryName(secret)}\";\nAcquire::Retries \"0\";\n");
        ImmutableArray<string> command = ["host-tools", "--host-tools", "debian", "--store", world.Store];
        var unread = await world.RunAsync(["env", "APT_CONFIG=" + configuration], command);
        Assert.Contains($"could not be fetched (Unable to read {secret} - open (13: Permission denied)): the mirror can't be reached", unread.Error, StringComparison.Ordinal);
        File.SetUnixFileMode(list, UnixFileMode.UserRead);
        Assert.Contains($"\n  {list}: Access to the path", (await world.RunAsync(["env", "APT_CONFIG=" + configuration], command)).Error, StringComparison.Ordinal);
    }

    private string Configured(string settings)
    {
        var etc = Path.Combine(_world.Root, "checkout/etc");
        return "APT_CONFIG=" + _world.Write("apt.conf", $"Dir::Etc \"{etc}\";\nDir::Etc::Parts \"/no/such\";\nAcquire::Retries \"0\";\n{settings}\n");
    }

    private async Task AssertRefusedAsync(string[] variables, string? mirror, params string[] expected)
    {
        string[] named = mirror is null ? [] : ["--debian-mirror", mirror];
        var result = await _world.RunAsync(["env", .. variables], ["host-tools", "--host-tools", "debian", .. named, "--store", _world.Store]);
        Assert.All(expected, words => Assert.Contains(words, result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("geheim", result.Error + result.Output, StringComparison.Ordinal);
        Assert.Equal(3, result.ExitCode);
        _world.AssertStoreEmpty();
    }
}
