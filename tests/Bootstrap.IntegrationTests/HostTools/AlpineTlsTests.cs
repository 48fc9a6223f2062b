using Bootstrap.IntegrationTests.Sandboxing;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>What the host trusts and which proxy it names holds for apk while it has the network, and for nothing else.</summary>
public sealed class AlpineTlsTests
{
    private const string Elsewhere = "https://mirror.example.org/main";

    public static TheoryData<string> Users => HostToolsWorld.Users;

    public AlpineTlsTests() => SharedAlpine.Require(SharedAlpine.Host);

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_mirror_whose_authority_only_SSL_CERT_FILE_names(string user)
    {
        using var alpine = new AlpineWorld(user);
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        using var server = new TlsServer(alpine.Repository.Answer, "localhost", alpine.World.Root);
        var repository = $"https://localhost:{server.Port}/main";
        await alpine.AssertRefusedAsync(alpine.RunAtAsync(repository), "the certificate of the mirror, or of a proxy", "SSL_CERT_FILE=FILE");
        HostToolsWorld.Content(await alpine.RunWithAsync(repository, $"SSL_CERT_FILE={server.Authority}"));
    }

    [Fact]
    public async Task A_mirror_with_the_certificate_of_another_host()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        using var server = new TlsServer(alpine.Repository.Answer, "other.example.org", alpine.World.Root);
        await alpine.AssertRefusedAsync(
            alpine.RunWithAsync($"https://localhost:{server.Port}/main", $"SSL_CERT_FILE={server.Authority}"), "is not trusted here or is another host's");
    }

    [Theory]
    [InlineData("https_proxy")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("all_proxy")]
    public async Task A_proxy_that_looks_into_TLS(string variable)
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        alpine.Repository.Publish(AlpineWorld.Greeting with { Name = "hello", PostInstall = "env > /usr/share/environment" });
        using var proxy = new TlsServer(alpine.Repository.Answer, "mirror.example.org", alpine.World.Root);
        var named = $"{variable}=http://user:secret@127.0.0.1:{proxy.Port}";
        await alpine.AssertRefusedAsync(alpine.RunWithAsync(Elsewhere, named), "the certificate of the mirror, or of a proxy", "SSL_CERT_FILE=FILE");

        var made = await alpine.RunWithAsync(Elsewhere, named, $"SSL_CERT_FILE={proxy.Authority}", "no_proxy=localhost", "UNRELATED=x");
        var tree = alpine.World.Tree(HostToolsWorld.Content(made));
        var environment = File.ReadAllText(Path.Combine(tree, "usr/share/environment"));
        Assert.Contains("PATH=", environment, StringComparison.Ordinal);
        Assert.All(new[] { "proxy", "SSL_CERT_FILE", "UNRELATED" }, name => Assert.DoesNotContain(name, environment, StringComparison.OrdinalIgnoreCase));
    }
}
