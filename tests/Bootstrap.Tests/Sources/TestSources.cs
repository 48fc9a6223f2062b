using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;

namespace Bootstrap.Tests.Sources;

/// <summary>Sources and settings as the tests of fetching need them.</summary>
internal static class TestSources
{
    public static FetchSettings Impatient { get; } = new()
    {
        TrustsMirrors = true,
        Retries = 2,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        StallTimeout = TimeSpan.FromSeconds(20),
    };

    public static Source Source(byte[] content, params Uri[] urls) => new()
    {
        Name = "mpc",
        Version = "1.3.1",
        Licence = "LGPL-3.0-or-later",
        Upstream = new UpstreamTarball([.. urls], DigestOf(content)),
        Debian = null,
        Patches = [],
        Location = new Location("src/sources/mpc.yaml", 1, 1),
    };

    public static Source WithDebian(this Source source) => source with
    {
        Debian = new DebianTarball
        {
            Package = "mpclib3",
            Suite = "trixie",
            File = "mpclib3_1.3.1.orig.tar.gz",
            Sha256 = Digest.Of("debian"),
            Patches = [],
        },
    };

    public static Digest DigestOf(byte[] content) => Digest.Of(new MemoryStream(content));

    public static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(7).NextBytes(content);
        return content;
    }
}

/// <summary>Keeps every report, in order.</summary>
internal sealed class Recorder : IProgress<Advance>
{
    public ImmutableList<Advance> Reports { get; private set; } = [];

    public void Report(Advance value) => Reports = Reports.Add(value);
}
