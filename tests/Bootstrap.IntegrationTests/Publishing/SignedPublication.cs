using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Publishing.Verification;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>A publication in one form, signed with a key in a keyring of these tests.</summary>
internal sealed class SignedPublication(string form) : IDisposable
{
    private const string User = "publisher@example.org";
    private static readonly Lazy<Task<string>> Home = new(MakeHomeAsync);

    public Publication Publication { get; } = new();

    public string Directory => Publication.Directory;

    public string Documents => Publication.InPublished(form switch { "tar" => "", "buildstream" => "files", _ => "bootstrap" });

    public string Keyring => Path.Combine(Publication.Root, "key.gpg");

    public void Dispose() => Publication.Dispose();

    public static async Task<SignedPublication> OfAsync(string form)
    {
        var signed = new SignedPublication(form);
        await signed.PublishAsync();
        await signed.GpgAsync("--output", signed.Keyring, "--export", User);
        return signed;
    }

    public async Task PublishAsync()
    {
        await Home.Value;
        var signer = await Signer.WithAsync(Publication.Processes, User, CancellationToken.None);
        await Publication.PublishAsAsync(form, null, null, signer, CancellationToken.None, Publication.Published());
    }

    /// <summary>Signs tarballs and documents that were changed, as whoever has the key can.</summary>
    public async Task ResignAsync()
    {
        await ShellAsync("""
            sum=$(sha256sum m68k-toolchain-1.tar.gz | cut -c 1-64)
            old=$(sed -n 's/  m68k-toolchain-1.tar.gz$//p' SHA256SUMS)
            sed -i "s/$old/$sum/" m68k-toolchain-1.provenance.json
            sha256sum m68k-* > SHA256SUMS
            sed -i "s/\"list\": \".*\"/\"list\": \"$(sha256sum SHA256SUMS | cut -c 1-64)\"/; s/\"m68k-.*\": [0-9]*/\"x\": 0/; s/\"x\": 0,$/\"y\": 0,/" PUBLISHED.json
            sed -i '/"y": 0/d' PUBLISHED.json
            """);
        foreach (var name in (string[])["SHA256SUMS", "PUBLISHED.json"])
            await GpgAsync("--yes", "--armor", "--detach-sign", Path.Combine(Documents, name));
    }

    public async Task<PublicationCheck[]> CheckAsync(string? newerThan = null) =>
        [.. await new PublicationVerifier(Publication.Processes, Keyring, newerThan).CheckAsync(Directory, CancellationToken.None)];

    public async Task<string[]> FailuresAsync(string? newerThan = null) =>
        [.. (await CheckAsync(newerThan)).Where(check => check.Trouble is not null).Select(check => $"{check.What}: {check.Trouble}")];

    public Task<string> ShellAsync(string script) => RunAsync("sh", "-euc", script);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await Publication.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    private async Task GpgAsync(params string[] arguments) => await RunAsync("gpg", ["--homedir", await Home.Value, "--batch", .. arguments]);

    // gpg's agent holds on to a home: one for all tests, until they have ended.
    private static async Task<string> MakeHomeAsync()
    {
        var home = System.IO.Directory.CreateTempSubdirectory("bootstrap-gpg-").FullName;
        Environment.SetEnvironmentVariable("GNUPGHOME", home);
        using var processes = new ProcessRunner();
        var made = await processes.RunAsync(
            TestCommand.Of("gpg", "--batch", "--passphrase", "", "--quick-generate-key", $"Publisher <{User}>", "ed25519", "sign", "never"), CancellationToken.None);
        Assert.True(made.ExitCode == 0, made.Error);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            using var last = new ProcessRunner();
            last.RunAsync(TestCommand.Of("gpgconf", "--homedir", home, "--kill", "all"), CancellationToken.None).GetAwaiter().GetResult();
            TreeRemover.Remove(home);
        };
        return home;
    }
}
