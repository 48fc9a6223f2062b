using System.Diagnostics;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>The program, killed while it publishes one toolchain in place of another.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class KilledPublicationTests : IDisposable
{
    private readonly SmallCheckout _checkout;
    private readonly string _root = Directory.CreateTempSubdirectory("bootstrap-killed-").FullName;

    public KilledPublicationTests(SmallWorld world) => _checkout = world.Checkout();

    private string Published => Path.Combine(_root, "published");

    public void Dispose() => TreeRemover.Remove(_root);

    [Theory]
    [InlineData("tar", "sha256sum --check --strict --quiet SHA256SUMS")]
    [InlineData("oci", "skopeo inspect oci:.:toy-1")]
    [InlineData("ostree", "ostree --repo=. fsck --quiet && ostree --repo=. rev-parse toolchain/toy/1")]
    [InlineData("buildstream", "grep -q ref: elements/toolchain/toy.bst && cd files && sha256sum --check --strict --quiet SHA256SUMS")]
    public async Task A_publishing_killed_at_any_moment_leaves_a_publication_that_holds(string form, string consume)
    {
        await BuildAsync("one");
        await PublishAsync(form);
        for (var i = 0; i < Math.Max(2, KillCount.Value / 5); i++)
        {
            await BuildAsync($"two {i}");
            using var publishing = _checkout.Start("publish", "toy", "--to", form, Published, "--as-version", "1");
            await Task.Delay(Random.Shared.Next(150, 1000));
            publishing.Kill(entireProcessTree: true);
            await publishing.WaitForExitAsync();

            var (exitCode, output, error) = await _checkout.RunAsync("publish", "--verify", Published);
            Assert.True(exitCode == 0, output + error);
            using var processes = new ProcessRunner();
            var consumed = await processes.RunAsync(TestCommand.Of("sh", "-euc", consume) with { WorkingDirectory = Published }, CancellationToken.None);
            Assert.True(consumed.ExitCode == 0, consumed.Error);
        }

        await PublishAsync(form);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(Published, "*", SearchOption.AllDirectories), IsScratch);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("oci")]
    [InlineData("oci-archive")]
    [InlineData("ostree")]
    [InlineData("buildstream")]
    public async Task A_first_publishing_killed_at_any_moment_can_be_done_again(string form)
    {
        await BuildAsync("one");
        var clock = Stopwatch.StartNew();
        await PublishAsync(form);
        var whole = clock.Elapsed;
        for (var i = 0; i < Math.Max(4, KillCount.Value / 5); i++)
        {
            TreeRemover.Remove(Published);
            Directory.CreateDirectory(Published);
            using var publishing = _checkout.Start("publish", "toy", "--to", form, Place(form), "--as-version", "1");
            await Task.Delay(whole * Random.Shared.NextDouble());
            publishing.Kill(entireProcessTree: true);
            await publishing.WaitForExitAsync();

            await PublishAsync(form);
            var (exitCode, output, error) = await _checkout.RunAsync("publish", "--verify", Published);
            Assert.True(exitCode == 0, output + error);
            Assert.DoesNotContain(Directory.GetFileSystemEntries(Published, "*", SearchOption.AllDirectories), IsScratch);
        }
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("ostree")]
    public async Task An_interrupted_publishing_takes_what_it_had_not_finished_with_it(string form)
    {
        // Ten thousand files that no compressor is done with at once, which take a moment to remove.
        _checkout.Recipe("native-sysroot", "mkdir -p /out/usr/lib; cd /out/usr/lib; for i in $(seq 10000); do echo $i > $i; done; head -c 60000000 /dev/urandom > large");
        _checkout.Recipe("cross-toolchain", "mkdir -p /out/bin\ntouch /out/bin/gcc");
        _checkout.Recipe("all", "true", "needs: [native-sysroot, {step: cross-toolchain, at: /cross}]");
        await _checkout.BuildAsync();
        foreach (var signal in (string[])["-INT", "-TERM"])
        {
            using var publishing = _checkout.Start("publish", "toy", "--to", form, Published, "--as-version", "1");
            while (!Directory.Exists(Published) || !Directory.GetFiles(Published, "*", SearchOption.AllDirectories).Any(IsGrowing))
                await Task.Delay(20);
            await Task.Delay(300);
            Process.Start("kill", [signal, $"{publishing.Id}"]).WaitForExit();
            await publishing.WaitForExitAsync();

            Assert.Equal(130, publishing.ExitCode);
            Assert.DoesNotContain(Directory.GetFileSystemEntries(Published, "*", SearchOption.AllDirectories), IsScratch);
        }
    }

    private static bool IsGrowing(string path) => path.Contains("/.publishing-", StringComparison.Ordinal) && new FileInfo(path) is { Exists: true, Length: > 0 };

    private static bool IsScratch(string path) =>
        Path.GetFileName(path) is var name && (name.StartsWith(".publishing-", StringComparison.Ordinal) || name.StartsWith(".scratch-", StringComparison.Ordinal));

    // An archive is a file.
    private string Place(string form) => form == "oci-archive" ? Path.Combine(Published, "toy.tar") : Published;

    private async Task BuildAsync(string content)
    {
        _checkout.Recipe("native-sysroot", $"mkdir -p /out/usr/bin\necho {content} > /out/usr/bin/gcc\nhead -c 3000000 /dev/urandom > /out/usr/bin/cc1");
        _checkout.Recipe("cross-toolchain", $"mkdir -p /out/bin\necho {content} > /out/bin/gcc");
        _checkout.Recipe("all", "true", "needs: [native-sysroot, {step: cross-toolchain, at: /cross}]");
        await _checkout.BuildAsync();
    }

    private async Task PublishAsync(string form)
    {
        var (exitCode, _, error) = await _checkout.RunAsync("publish", "toy", "--to", form, Place(form), "--as-version", "1");
        Assert.True(exitCode == 0, error);
    }
}
