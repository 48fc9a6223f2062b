using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>One package that the host tools were made of, and the digest of its file.</summary>
public sealed record Package(string Name, string Version, Digest Sha256);
