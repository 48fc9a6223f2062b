using Bootstrap.Platform;

namespace Bootstrap.Sandboxing;

/// <summary>The files of one sandbox's set-up, in the work directory of its run: links to trees, mount points, merged trees, the script.</summary>
internal static class SandboxDirectory
{
    /// <summary>The name of the directory in the work directory.</summary>
    public const string Name = "sandbox";

    /// <summary>Makes it anew.</summary>
    /// <exception cref="StoreException">Something that is to be mounted isn't there.</exception>
    public static void Write(string directory, SandboxLayout layout, string script, bool merge)
    {
        if (layout.Inputs.FirstOrDefault(path => !Path.Exists(path)) is { } missing)
            throw new StoreException($"'{missing}', which a sandbox is to see, is not there.", "'bootstrap store verify' checks the store.");
        if (layout.Inputs.FirstOrDefault(path => !Path.IsPathFullyQualified(path) || path.Contains('\n')) is { } odd)
            throw new ArgumentException($"'{odd}' can't be mounted: an absolute path in one line was expected.");
        TreeRemover.Remove(directory);
        Directory.CreateDirectory(Path.Combine(directory, SetupScript.Binfmt));
        foreach (var overlay in layout.Overlays)
        {
            overlay.Skeleton?.WriteTo(Path.Combine(directory, overlay.SkeletonName));
            if (merge)
                Merge(overlay, directory);
            else
                Prepare(overlay, directory);
        }

        File.WriteAllText(Path.Combine(directory, OuterCommand.ScriptFile), script);
    }

    private static void Prepare(Overlay overlay, string directory)
    {
        Directory.CreateDirectory(Path.Combine(directory, overlay.Name));
        foreach (var (name, tree) in overlay.Links)
            File.CreateSymbolicLink(Path.Combine(directory, name), tree);
    }

    // What is written to is a copy already; links to the store's own files are for reading only.
    private static void Merge(Overlay overlay, string directory)
    {
        var place = Path.Combine(directory, overlay.Name);
        if (overlay.Writable is { } continued)
        {
            File.CreateSymbolicLink(place, continued.Upper);
            return;
        }

        TreeMerger.Merge([.. overlay.Lower, .. overlay.Skeleton is null ? [] : (string[])[Path.Combine(directory, overlay.SkeletonName)]], place);
    }
}
