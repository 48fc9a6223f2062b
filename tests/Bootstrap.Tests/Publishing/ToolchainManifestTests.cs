using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing;

namespace Bootstrap.Tests.Publishing;

public class ToolchainManifestTests
{
    [Theory]
    [InlineData(ToolchainKind.Native, false, "m68k-toolchain-1.0")]
    [InlineData(ToolchainKind.Cross, false, "m68k-cross-toolchain-1.0-x86_64")]
    [InlineData(ToolchainKind.Native, true, "m68k-toolchain-1.0")]
    [InlineData(ToolchainKind.Cross, true, "m68k-cross-toolchain-1.0-aarch64")]
    public void Published_files_are_named_after_the_target_the_kind_the_version_and_where_they_run(ToolchainKind kind, bool arm64, string expected)
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
            Variables: ImmutableSortedDictionary<string, string>.Empty.Add("libdir", "lib"),
            Steps: ImmutableSortedDictionary<string, Digest>.Empty)
        {
            Machine = arm64 ? BuildMachine.Arm64 : BuildMachine.X64,
        };

        Assert.Equal(expected, manifest.BaseName);
    }
}
