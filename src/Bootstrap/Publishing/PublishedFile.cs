using Bootstrap.Platform;

namespace Bootstrap.Publishing;

/// <summary>A finished file of a publication.</summary>
public sealed record PublishedFile(string Path, long Bytes, Digest Sha256)
{
    public string Name => System.IO.Path.GetFileName(Path);

    internal static PublishedFile Of(string path) => new(path, new FileInfo(path).Length, Digest.OfFile(path));
}
