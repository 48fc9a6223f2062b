using Bootstrap.Platform;

namespace Bootstrap.Sandboxing;

/// <summary>The files of one sandbox's set-up, in the work directory of its run: links to trees, mount points, the script.</summary>
internal static class SandboxDirectory
{
    /// <summary>The name of the directory in the work directory.</summary>
    public const string Name = "sandbox";

    /// <summary>Makes it anew.</summary>
    /// <exception cref="StoreException">Something that is to be mounted isn't there.</exception>
    public static void Write(string directory, SandboxLayout layout, string script)
    {
        if (layout.Inputs.FirstOrDefault(path => !Path.Exists(path)) is { } missing)
            throw new StoreException($"'{missing}', which a sandbox is to see, is not there.", "'bootstrap verify' checks the store.");
        if (layout.Inputs.FirstOrDefault(path => !Path.IsPathFullyQualified(path) || path.Contains('\n')) is { } odd)
            throw new ArgumentException($"'{odd}' can't be mounted: an absolute path in one line was expected.");
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(Path.Combine(directory, SetupScript.Binfmt));
        foreach (var overlay in layout.Overlays)
        {
            Directory.CreateDirectory(Path.Combine(directory, overlay.Name));
            overlay.Skeleton?.WriteTo(Path.Combine(directory, overlay.SkeletonName));
            foreach (var (name, tree) in overlay.Links)
            {
                File.CreateSymbolicLink(Path.Combine(directory, name), tree);
            }
        }

        File.WriteAllText(Path.Combine(directory, OuterCommand.ScriptFile), script);
    }
}
