using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>The program with real keys of gpg's, in a keyring of the test's own.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class SignedPublicationTests : IDisposable
{
    private readonly SmallCheckout _checkout;
    private readonly ProcessRunner _processes = new();
    private readonly string _root = Directory.CreateTempSubdirectory("bootstrap-signed-").FullName;

    public SignedPublicationTests(SmallWorld world)
    {
        _checkout = world.Checkout();
        _checkout.Recipe("native-sysroot", "mkdir -p /out/usr/bin\necho native > /out/usr/bin/gcc");
        _checkout.Recipe("cross-toolchain", "mkdir -p /out/bin\necho cross > /out/bin/gcc");
        _checkout.Recipe("all", "true", "needs: [native-sysroot, {step: cross-toolchain, at: /cross}]");
    }

    private string Published => Path.Combine(_root, "published");

    private string GpgHome => Path.Combine(_root, "gpg");

    public void Dispose()
    {
        _processes.RunAsync(TestCommand.Of("gpgconf", "--homedir", GpgHome, "--kill", "all"), CancellationToken.None).GetAwaiter().GetResult();
        _processes.Dispose();
        TreeRemover.Remove(_root);
    }

    [Theory]
    [InlineData("tar", "SHA256SUMS")]
    [InlineData("oci", "bootstrap/SHA256SUMS")]
    [InlineData("buildstream", "files/SHA256SUMS")]
    public async Task Checksums_are_signed_and_the_signature_is_checked(string form, string checksums)
    {
        var (key, stranger) = (await MakeKeyAsync("publisher"), await MakeKeyAsync("stranger"));
        await _checkout.BuildAsync();
        await SucceedAsync("publish", "toy", "--to", form, Published, "--as-version", "1", "--sign", "publisher@example.org");

        var verified = await AskAsync("gpgv", "--keyring", key, Path.Combine(Published, checksums + ".asc"), Path.Combine(Published, checksums));
        Assert.Contains("Good signature", verified.Error, StringComparison.Ordinal);
        Assert.Contains("(publisher <publisher@example.org>)", await SucceedAsync("publish", "--verify", Published), StringComparison.Ordinal);
        await SucceedAsync("publish", "--verify", Published, "--keyring", key);
        var (exitCode, output, _) = await RunAsync("publish", "--verify", Published, "--keyring", stranger);
        Assert.Equal(1, exitCode);
        Assert.Matches("FAILED +signature +it is made with key [0-9A-F]{16}, which is unknown", output);
        Assert.Equal(2, (await RunAsync("publish", "--verify", Published, "--keyring", key + "-of-nobody")).ExitCode);
        await File.AppendAllTextAsync(Path.Combine(Published, checksums), $"{Digest.Of("x")}  x\n");
        Assert.Contains("bad signature: key", (await RunAsync("publish", "--verify", Published)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ostree_client_pulls_only_what_the_right_key_has_signed()
    {
        var (key, stranger) = (await MakeKeyAsync("publisher"), await MakeKeyAsync("stranger"));
        await _checkout.BuildAsync();
        await SucceedAsync("publish", "toy", "--to", "ostree", Published, "--as-version", "1");
        // What was there unsigned is signed, and stays the same commit.
        Assert.Contains("unchanged", await SucceedAsync("publish", "toy", "--to", "ostree", Published, "--as-version", "1", "--sign", "publisher@example.org"), StringComparison.Ordinal);

        Assert.Equal(0, (await PullAsync("right", key)).ExitCode);
        var refused = await PullAsync("wrong", stranger);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("public key not found", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("ostree")]
    [InlineData("oci")]
    public async Task Nothing_unsigned_is_published_beside_what_is_signed(string form)
    {
        await MakeKeyAsync("publisher");
        await _checkout.BuildAsync();
        await SucceedAsync("publish", "toy", "--to", form, Published, "--as-version", "1", "--sign", "publisher@example.org");

        var (exitCode, _, error) = await RunAsync("publish", "toy", "--to", form, Published, "--as-version", "1");

        Assert.Equal(2, exitCode);
        Assert.Contains("is signed, and this would not be", error, StringComparison.Ordinal);
        await SucceedAsync("publish", "--verify", Published);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_named_and_none_is_made()
    {
        await MakeKeyAsync("publisher");
        await _checkout.BuildAsync();

        var (exitCode, _, error) = await RunAsync("publish", "toy", "--to", "tar", Published, "--sign", "nobody@example.org");

        Assert.Equal(3, exitCode);
        Assert.Contains("gpg has no secret key 'nobody@example.org'", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Published));
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        await SmallCheckout.ResultAsync(_checkout.StartWithin([$"GNUPGHOME={GpgHome}"], arguments));

    private async Task<string> SucceedAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.True(exitCode == 0, output + error);
        return output;
    }

    private async Task<ProcessResult> PullAsync(string name, string key)
    {
        var client = Path.Combine(_root, name);
        await AskAsync("ostree", "init", $"--repo={client}", "--mode=archive");
        await AskAsync("ostree", "remote", $"--repo={client}", "add", $"--gpg-import={key}", "--set=gpg-verify=true", "--set=gpg-verify-summary=true", "origin", $"file://{Published}");
        return await _processes.RunAsync(TestCommand.Of("ostree", "pull", $"--repo={client}", "origin", "toolchain/toy/1"), CancellationToken.None);
    }

    private async Task<string> MakeKeyAsync(string name)
    {
        Directory.CreateDirectory(GpgHome, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await AskAsync("gpg", "--homedir", GpgHome, "--batch", "--passphrase", "", "--quick-generate-key", $"{name} <{name}@example.org>", "rsa3072", "sign", "never");
        var file = Path.Combine(_root, $"{name}.gpg");
        await AskAsync("gpg", "--homedir", GpgHome, "--batch", "--output", file, "--export", $"{name}@example.org");
        return file;
    }

    private async Task<ProcessResult> AskAsync(string program, params string[] arguments)
    {
        var result = await _processes.RunAsync(TestCommand.Of(program, arguments), CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }
}
