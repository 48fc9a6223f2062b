using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>Makes a store where there is none, and touches nothing that is not a store of this version.</summary>
internal static class StoreOpening
{
    private const string VersionText = "bootstrap store 1\n";
    private const string NewVersionPrefix = "version.";

    /// <exception cref="StoreException">The directory is something else, a newer store, or can't be written.</exception>
    public static StoreLayout Open(string directory)
    {
        var layout = new StoreLayout(Path.GetFullPath(directory));
        try
        {
            Directory.CreateDirectory(layout.Root);
            if (!File.Exists(layout.Version))
                WriteVersion(layout);
            Check(layout);
            foreach (var part in layout.Directories)
                Directory.CreateDirectory(part);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw new StoreException($"The store can't be opened at '{layout.Root}': {failure.Message}", OtherDirectory, failure);
        }
        return layout;
    }

    private const string OtherDirectory = "Name another directory: --store DIR.";

    // The version is the first thing that a store gets: where there is anything else without one, it is not a store.
    private static void WriteVersion(StoreLayout layout)
    {
        var foreign = Directory.EnumerateFileSystemEntries(layout.Root).Select(path => Path.GetFileName(path)).FirstOrDefault(IsForeign);
        if (foreign is not null && !File.Exists(layout.Version))
        {
            throw new StoreException(
                $"'{layout.Root}' is not a store: it holds '{foreign}' but no file 'version'; expected a store or an empty directory.",
                OtherDirectory);
        }
        AtomicFile.Write(layout.Version, VersionText);
    }

    private static bool IsForeign(string name) =>
        name is not ("lost+found" or "version") && !name.StartsWith(NewVersionPrefix, StringComparison.Ordinal);

    private static void Check(StoreLayout layout)
    {
        var found = File.ReadAllText(layout.Version);
        if (found != VersionText)
        {
            var shown = found.Length > 60 ? found[..60] + "…" : found;
            throw new StoreException(
                $"'{layout.Version}' says '{shown.Trim()}'; expected '{VersionText.Trim()}'. The store was made by another version of this program.",
                OtherDirectory);
        }
    }
}
