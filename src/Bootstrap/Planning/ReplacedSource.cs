using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Planning;

/// <summary>Puts what a target builds in place of a source into the form of a source.</summary>
internal static class ReplacedSource
{
    public static Source Of(Source replaced, Replacement replacement, IReadOnlyDictionary<UnpackedOrigin, Digest> archives) => replaced with
    {
        Version = replacement.Version,
        Upstream = replacement.Origin switch
        {
            TarballOrigin origin => origin.Tarball,
            CommitOrigin origin => new UpstreamTarball([new Uri($"git+{origin.Repository}@{origin.Commit}")], archives[origin]),
            DirectoryOrigin origin => new UpstreamTarball([], archives[origin]),
            _ => throw new ArgumentOutOfRangeException(nameof(replacement)),
        },
        Debian = null,
        Patches = replacement.Patches,
        Location = replacement.Location,
    };
}
