using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing;

namespace Bootstrap.Tests.Publishing;

public class ToolchainManifestTests
{
    [Theory]
    [InlineData(ToolchainKind.Native, "m68k-toolchain-1.0")]
    [InlineData(ToolchainKind.Cross, "m68k-cross-toolchain-1.0-x86_64")]
    public void Published_files_are_named_after_the_target_the_kind_and_the_version(ToolchainKind kind, string expected)
    {
        var manifest = new ToolchainManifest(
            Target: "m68k",
            Triplet: "m68k-linux-gnu",
            Kind: kind,
            Version: "1.0",
            Content: Digest.Of("tree"),
            Bytes: 0,
            Files: 0,
            Sources: [],
            HostTools: new PublishedHostTools("debian", Digest.Of("host tools"), []),
            Steps: ImmutableSortedDictionary<string, Digest>.Empty);

        Assert.Equal(expected, manifest.BaseName);
    }
}
