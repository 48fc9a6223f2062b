using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.Publishing;

public sealed class SignedMirrorTests
{
    [Fact]
    public async Task A_mirror_counts_only_as_its_key_has_signed_it()
    {
        using var signed = await SignedPublication.OfAsync("tar");
        var mirror = Path.Combine(signed.Publication.Root, "mirror");
        var file = signed.Publication.InPublished("m68k-toolchain-1.json");
        using (var writer = MirrorWriter.Open(mirror, isSigned: true))
        {
            writer.Add(file, Digest.OfFile(file), "a.tar");
            var signer = await Bootstrap.Publishing.Signer.WithAsync(signed.Publication.Processes, "publisher@example.org", CancellationToken.None);
            await writer.FinishAsync(aside => signer.SignAsync(aside, CancellationToken.None));
        }

        using var store = ArtifactStore.Open(Path.Combine(signed.Publication.Root, "store"));
        async Task<bool> HasAsync()
        {
            using var mirrors = new MirrorSet(store, [mirror], new FetchSettings { MirrorKey = signed.Keyring }, _ => { });
            return await mirrors.HasAsync(Digest.OfFile(file), CancellationToken.None);
        }

        Assert.True(await HasAsync());
        Assert.Throws<DefinitionException>(() => MirrorWriter.Open(mirror));
        await File.AppendAllTextAsync(Path.Combine(mirror, "SHA256SUMS"), $"{Digest.Of("x")}  blobs/x\n");
        Assert.Contains("is not signed by a key of", (await Assert.ThrowsAsync<HostException>(HasAsync)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(mirror, "SHA256SUMS.asc"));
        await Assert.ThrowsAsync<HostException>(HasAsync);
    }
}
