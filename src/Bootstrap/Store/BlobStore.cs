namespace Bootstrap.Store;

/// <summary>Single files under the digest of their content.</summary>
public sealed class BlobStore
{
    private const UnixFileMode Mode = (UnixFileMode)0b110_100_100;
    private readonly StoreAccess _access;

    internal BlobStore(StoreAccess access) => _access = access;

    /// <summary>Where the file of this content lies, or null; found or made later, no collection removes it while this process lives.</summary>
    public string? Find(Digest sha256)
    {
        using var use = _access.Use();
        _access.Lease(sha256);
        var path = _access.Layout.Blob(sha256);
        return File.Exists(path) ? path : null;
    }

    /// <summary>Where a download of this content may grow over several runs; kept and collected like the blob itself.</summary>
    public string PartialPath(Digest sha256) => _access.Layout.Blob(sha256) + ".part";

    /// <summary>Moves a file on the store's file system into the store.</summary>
    /// <exception cref="StoreException">Its content is not what it should be; the file stays where it is.</exception>
    public string Add(string file, Digest sha256)
    {
        var actual = Digest.OfFile(file);
        if (actual != sha256)
            throw new StoreException($"'{file}' has the SHA-256 {actual}; expected {sha256}.");
        File.SetUnixFileMode(file, Mode);
        FileSystem.Sync(file);
        using var use = _access.Use();
        _access.Lease(sha256);
        var path = _access.Layout.Blob(sha256);
        FileSystem.Rename(file, path);
        FileSystem.Sync(_access.Layout.Blobs);
        return path;
    }
}
