using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>Writes a tree of the store as one <c>.tar.gz</c>, the same bytes for the same tree.</summary>
public sealed class TreePacker(ProcessRunner processes)
{
    /// <summary>Packs the tree; a file of the same name is replaced once the new one is whole.</summary>
    /// <exception cref="HostException">The directory can't be written to.</exception>
    /// <exception cref="StoreException">The tree is not what its manifest says.</exception>
    public async Task<PublishedFile> PackAsync(string tree, Manifest manifest, string directory, string name, CancellationToken cancel)
    {
        try
        {
            var file = Path.Combine(Directory.CreateDirectory(Path.GetFullPath(directory)).FullName, name + ".tar.gz");
            var aside = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file)!, $".packing-{Path.GetRandomFileName()}")).FullName;
            try
            {
                var tar = Path.Combine(aside, name + ".tar");
                await new CompressedArchive(processes).WriteAsync(tree, manifest, tar, [CompressedArchive.Gzip], cancel);
                FileSystem.Sync(tar + CompressedArchive.Gzip);
                FileSystem.Rename(tar + CompressedArchive.Gzip, file);
            }
            finally
            {
                TreeRemover.Remove(aside);
            }
            return PublishedFile.Of(file);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw new HostException($"Packing into '{directory}' failed: {failure.Message}", null, failure);
        }
    }
}
