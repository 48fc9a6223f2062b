using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>One package that the host tools were made of, and the digest of its file.</summary>
public sealed record Package(string Name, string Version, Digest Sha256)
{
    /// <summary>What its file is called in a mirror.</summary>
    public string FileName(string provider) =>
        $"{Name}_{Version.Replace(":", "%3a", StringComparison.Ordinal)}{(provider == "debian" ? ".deb" : provider == "alpine" ? ".apk" : "")}";
}
