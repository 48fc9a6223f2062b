using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Tests;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.IntegrationTests.Sources;

/// <summary>Signatures by real keys, checked by the real gpgv.</summary>
public sealed class SignatureCheckTests(SignatureCheckTests.Keys keys) : IClassFixture<SignatureCheckTests.Keys>
{
    private const string Content = "a release";

    [Fact]
    public async Task A_signature_by_a_key_of_the_keyring_holds_and_names_the_key() =>
        Assert.Equal($"{keys.Fingerprint} (Somebody <somebody@example.org>)", await CheckAsync(Content, await keys.SignAsync(Content), ofTar: false, keys.Keyring));

    [Fact]
    public async Task A_signature_of_the_tar_within_a_compressed_file_holds() =>
        Assert.StartsWith(keys.Fingerprint, await CheckAsync(Content, await keys.SignAsync(Content), ofTar: true, keys.Other, keys.Keyring), StringComparison.Ordinal);

    [Fact]
    public async Task A_signature_of_something_else_is_bad()
    {
        var failure = await Assert.ThrowsAsync<BuildException>(async () => await CheckAsync(Content, await keys.SignAsync("something else"), ofTar: false, keys.Keyring));
        Assert.Contains("toy 1 (toy-1.tar.xz, by http://127.0.0.1:", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"bad signature: key {keys.Fingerprint[^16..]} (Somebody", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"keyring: {keys.Keyring}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_by_a_key_that_the_keyring_lacks_is_unknown()
    {
        var failure = await Assert.ThrowsAsync<BuildException>(async () => await CheckAsync(Content, await keys.SignAsync(Content), ofTar: false, keys.Other));
        Assert.Contains($"it is made with key {keys.Fingerprint[^16..]}, which is unknown", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"keyring: {keys.Other}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_signature_at_all_does_not_hold() =>
        Assert.Contains("does not hold", (await Assert.ThrowsAsync<BuildException>(() => CheckAsync(Content, [1, 2, 3], ofTar: false, keys.Keyring))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_signature_that_can_t_be_had_is_no_signature() =>
        Assert.Contains("the server has no such file", (await Assert.ThrowsAsync<BuildException>(() => CheckAsync(Content, null, ofTar: false, keys.Keyring))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_keyring_that_is_not_there_or_in_the_form_for_people_is_a_mistake()
    {
        await Assert.ThrowsAsync<DefinitionException>(() => CheckAsync(Content, [], ofTar: false, "/does/not/exist"));
        var armoured = Path.Combine(keys.Directory, "armoured");
        await File.WriteAllTextAsync(armoured, "-----BEGIN PGP PUBLIC KEY BLOCK-----\n");
        Assert.Contains("gpg --dearmor", (await Assert.ThrowsAsync<DefinitionException>(() => CheckAsync(Content, [], ofTar: false, armoured))).Hint, StringComparison.Ordinal);
    }

    private static async Task<string> CheckAsync(string content, byte[]? signature, bool ofTar, params string[] keyrings)
    {
        using var store = new TestStore();
        using var server = new Bootstrap.Tests.Sources.HttpTestServer(_ => signature is null ? Answer.Of(404) : Answer.File(signature));
        var archive = Path.Combine(store.Directory, "archive");
        await File.WriteAllTextAsync(archive, content);
        if (ofTar)
        {
            await store.Processes.RunAsync(TestCommand.Of("xz", archive), CancellationToken.None);
            archive += ".xz";
        }

        var source = new Source
        {
            Name = "toy",
            Version = "1",
            Licence = "MIT",
            Upstream = new UpstreamTarball([new Uri("https://example.org/toy-1.tar.xz")], Digest.OfFile(archive))
            {
                Signature = new TarballSignature([server.Url("toy-1.sig")], ofTar),
            },
            Debian = null,
            Patches = [],
            Location = new Location("toy.yaml", 1, 1),
        };
        using var check = new SignatureCheck(store.Store, store.Processes, new FetchSettings { Retries = 1 }, keyrings);
        return await check.CheckAsync(new PinnedSource(source, SourceVariant.Upstream), archive, CancellationToken.None);
    }

    /// <summary>Two keys made for these tests, each in a keyring of its own.</summary>
    public sealed class Keys : IAsyncLifetime
    {
        private readonly ProcessRunner _processes = new();

        // Short: gpg-agent's socket lies in it.
        public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("gpg-").FullName;

        public string Fingerprint { get; private set; } = "";

        public string Keyring => Path.Combine(Directory, "keyring.gpg");

        public string Other => Path.Combine(Directory, "other.gpg");

        public async ValueTask InitializeAsync()
        {
            File.SetUnixFileMode(Directory, (UnixFileMode)0b111_000_000);
            await MakeAsync("Somebody <somebody@example.org>", Keyring);
            await MakeAsync("Nobody <nobody@example.org>", Other);
            var listing = await GpgAsync(null, "--with-colons", "--list-keys", "somebody@example.org");
            Fingerprint = listing.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        }

        public async ValueTask DisposeAsync()
        {
            await _processes.RunAsync(TestCommand.Of("gpgconf", "--homedir", Directory, "--kill", "all"), CancellationToken.None);
            _processes.Dispose();
            TreeRemover.Remove(Directory);
        }

        public async Task<byte[]> SignAsync(string content)
        {
            var file = Path.Combine(Directory, Path.GetRandomFileName());
            await GpgAsync(content, "--local-user", Fingerprint, "--detach-sign", "--output", file);
            return await File.ReadAllBytesAsync(file);
        }

        private async Task MakeAsync(string user, string keyring)
        {
            await GpgAsync(null, "--quick-generate-key", user, "ed25519", "sign", "never");
            await GpgAsync(null, "--output", keyring, "--export", user.Split('<')[1].TrimEnd('>'));
        }

        private async Task<string> GpgAsync(string? input, params string[] arguments)
        {
            string[] words = ["--homedir", Directory, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", .. arguments];
            var result = await _processes.RunAsync(TestCommand.Of("gpg", words) with { StandardInput = input }, CancellationToken.None);
            return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException(result.Error);
        }
    }
}
