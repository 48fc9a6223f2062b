namespace Bootstrap.Sandboxing;

/// <summary>How a specification becomes mounts: what is overlaid first, what is then bound, and where.</summary>
internal sealed record SandboxLayout(ImmutableArray<Overlay> Overlays, ImmutableArray<Bind> Binds)
{
    private static readonly ImmutableArray<string> Taken = ["/proc", "/dev"];

    /// <summary>The overlays and binds of a specification; the root is the first of both.</summary>
    public static SandboxLayout Of(SandboxSpec spec)
    {
        var mounts = Sort(spec.Mounts);
        var overlays = ImmutableArray.CreateBuilder<Overlay>();
        var binds = ImmutableArray.CreateBuilder<Bind>();

        void Lay(string at, bool writable, ImmutableArray<string> lower, Skeleton? skeleton, ContinuedMount? continued)
        {
            var name = $"{overlays.Count}";
            overlays.Add(new Overlay(name, Distinct(lower), skeleton, continued));
            binds.Add(new Bind(writable, name, IsOverlay: true, at));
        }
        Lay("/", writable: false, spec.Root, Skeleton.OfRoot(mounts), null);
        foreach (var mount in mounts)
        {
            switch (mount)
            {
                case ReadOnlyMount tree when Distinct(tree.Layers) is [var single] && Skeleton.Of(tree.At, mounts).IsEmpty:
                    binds.Add(new Bind(Writable: false, single, IsOverlay: false, tree.At));
                    break;
                case ReadOnlyMount trees:
                    Lay(trees.At, writable: false, trees.Layers, Skeleton.Of(trees.At, mounts), null);
                    break;
                case ContinuedMount continued:
                    Lay(continued.At, writable: true, [continued.Lower], null, continued);
                    break;
                case ReadOnlyFile file:
                    binds.Add(new Bind(Writable: false, file.Path, IsOverlay: false, file.At));
                    break;
                case WritableMount directory:
                    binds.Add(new Bind(Writable: true, directory.Path, IsOverlay: false, directory.At));
                    break;
                case PipeMount pipe:
                    binds.Add(new Bind(Writable: false, pipe.Path, IsOverlay: false, pipe.At));
                    break;
                default:
                    throw new NotSupportedException($"{mount.GetType().Name} is not a kind of mount.");
            }
        }
        return new SandboxLayout(overlays.ToImmutable(), binds.ToImmutable());
    }

    // The host paths that have to be there.
    private IEnumerable<string> Inputs =>
        Overlays.SelectMany(overlay => overlay.Links.Select(link => link.Value))
            .Concat(Binds.Where(bind => !bind.IsOverlay).Select(bind => bind.Source));

    // Steps with the same content share one tree, and the kernel refuses a tree that is twice in one overlay.
    private static ImmutableArray<string> Distinct(ImmutableArray<string> layers) => [.. layers.Distinct(StringComparer.Ordinal)];

    /// <summary>Makes the directory of the set-up anew: links to trees, mount points, merged trees where there can be no overlay, the script.</summary>
    public void Write(string directory, string script, bool merge)
    {
        if (Inputs.FirstOrDefault(path => !Path.Exists(path)) is { } missing)
            throw new StoreException($"'{missing}', which a sandbox is to see, is not there.", "'bootstrap store verify' checks the store.");
        if (Inputs.FirstOrDefault(path => !Path.IsPathFullyQualified(path) || path.Contains('\n')) is { } odd)
            throw new ArgumentException($"'{odd}' can't be mounted: an absolute path in one line was expected.");
        TreeRemover.Remove(directory);
        Directory.CreateDirectory(Path.Combine(directory, SetupScript.Binfmt));
        foreach (var overlay in Overlays)
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
        TreeCopy.Merge([.. overlay.Lower, .. overlay.Skeleton is null ? [] : (string[])[Path.Combine(directory, overlay.SkeletonName)]], place);
    }

    /// <summary>Removes what the kernel leaves in a work directory, directories without any permission: an ordinary user could not.</summary>
    public static void ClearWork(string directory)
    {
        foreach (var left in new DirectoryInfo(directory).GetDirectories())
        {
            left.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            left.Delete(recursive: true);
        }
    }

    /// <summary>The mounts, each after the one it lies in.</summary>
    public static ImmutableArray<Mount> Sort(ImmutableArray<Mount> mounts)
    {
        foreach (var mount in mounts)
            Check(mount.At);
        if (mounts.GroupBy(mount => mount.At).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new DefinitionException($"Two mounts of a sandbox at '{twice.Key}', where one was expected.");
        return [.. mounts.OrderBy(mount => mount.At.Split('/').Length).ThenBy(mount => mount.At, StringComparer.Ordinal)];
    }

    /// <summary>The mounts that lie in <paramref name="at"/> directly, not in another mount there; all top ones for <c>/</c>.</summary>
    public static IEnumerable<Mount> DirectlyIn(string at, ImmutableArray<Mount> mounts)
    {
        var inside = mounts.Where(mount => Contains(at, mount.At)).ToList();
        return inside.Where(mount => !inside.Exists(other => Contains(other.At, mount.At)));
    }

    private static bool Contains(string outer, string inner) => inner.StartsWith(outer.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static void Check(string at)
    {
        var plain = at.StartsWith('/') && at[1..].Split('/').All(part => part is not ("" or "." or "..")) && !at.Any(char.IsControl);
        if (!plain)
        {
            throw new DefinitionException(
                $"A sandbox can't have a mount at '{at}': an absolute path below '/' without '.', '..' and '//' was expected.");
        }
        if (Taken.FirstOrDefault(taken => at == taken || Contains(taken, at)) is { } owner)
            throw new DefinitionException($"A sandbox can't have a mount at '{at}': {owner} is its own.");
    }
}

/// <summary>A directory or file that bubblewrap binds: a path of the host, or the overlay of that name.</summary>
internal sealed record Bind(bool Writable, string Source, bool IsOverlay, string At);
