using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>One package that the host tools were made of, and the digest of its file.</summary>
public sealed record Package(string Name, string Version, Digest Sha256)
{
    /// <summary>What its file is called in a mirror.</summary>
    public string FileName(string provider) => (provider, Name) switch
    {
        ("alpine", AlpineRoot.PackageName) => $"{Name}-{Version}.tar.gz",
        ("alpine", _) => $"{Name}-{Version}.apk",
        // apt writes the colon after an epoch as %3a.
        _ => $"{Name}_{Version.Replace(":", "%3a", StringComparison.Ordinal)}.deb",
    };
}
