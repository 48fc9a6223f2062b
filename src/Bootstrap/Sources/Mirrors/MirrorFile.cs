using Bootstrap.Platform;

namespace Bootstrap.Sources.Mirrors;

/// <summary>A file of a mirror: its content, and its path there.</summary>
internal sealed record MirrorFile(Digest Sha256, string Path);
