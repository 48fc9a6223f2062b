using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>Single files under the digest of their content.</summary>
internal sealed class BlobShelf(StoreAccess access)
{
    private const UnixFileMode Mode = (UnixFileMode)0b110_100_100;

    public string? Find(Digest sha256)
    {
        using var use = access.Use();
        access.Pin(sha256);
        var path = access.Layout.Blob(sha256);
        return File.Exists(path) ? path : null;
    }

    public string Add(string file, Digest sha256)
    {
        var actual = Digest.OfFile(file);
        if (actual != sha256)
            throw new StoreException($"'{file}' has the SHA-256 {actual}; expected {sha256}.");
        File.SetUnixFileMode(file, Mode);
        FileSystem.Sync(file);
        using var use = access.Use();
        access.Pin(sha256);
        var path = access.Layout.Blob(sha256);
        FileSystem.Rename(file, path);
        FileSystem.Sync(access.Layout.Blobs);
        return path;
    }
}
