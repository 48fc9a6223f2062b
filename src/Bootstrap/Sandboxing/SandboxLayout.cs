namespace Bootstrap.Sandboxing;

/// <summary>What is bound into a sandbox, each mount after the one it lies in, the root first: as it is, or by an overlay that is mounted before.</summary>
internal sealed record SandboxLayout(ImmutableArray<(Mount Mount, Overlay? Overlay)> Binds)
{
    private static readonly ImmutableArray<string> Taken = ["/proc", "/dev"];

    public IEnumerable<Overlay> Overlays => Binds.Select(bind => bind.Overlay).OfType<Overlay>();

    /// <param name="smallOffsets">What is only read is laid out for 32-bit programs: see <see cref="Overlay.SmallOffsets"/>.</param>
    public static SandboxLayout Of(SandboxSpec spec, bool smallOffsets = false)
    {
        var mounts = Sort(spec.Mounts);
        var binds = ImmutableArray.CreateBuilder<(Mount Mount, Overlay? Overlay)>();
        var overlays = 0;
        foreach (var mount in mounts.Prepend(Mount.ReadOnly("/", spec.Root)))
        {
            var overlay = Overlay.Of(mount, DirectlyIn(mount.At, mounts), $"{overlays}", smallOffsets);
            overlays += overlay is null ? 0 : 1;
            binds.Add((mount, overlay));
        }
        return new SandboxLayout(binds.ToImmutable());
    }

    /// <summary>Makes the directory of the set-up anew: links to trees, mount points, merged trees where there can be no overlay.</summary>
    public void Write(string directory, SandboxHost host)
    {
        var inputs = Binds.SelectMany(bind => bind.Overlay?.Links.Select(link => link.Value) ?? bind.Mount.Layers).ToList();
        if (inputs.Find(path => !Path.Exists(path)) is { } missing)
            throw new StoreException($"'{missing}', which a sandbox is to see, is not there.", "'bootstrap store verify' checks the store.");
        if (inputs.Find(path => !Path.IsPathFullyQualified(path) || path.Contains('\n')) is { } odd)
            throw new ArgumentException($"'{odd}' can't be mounted: an absolute path in one line was expected.");
        TreeRemover.Remove(directory);
        Directory.CreateDirectory(Path.Combine(directory, SandboxSetup.Binfmt));
        foreach (var overlay in Overlays)
            overlay.WriteTo(directory, merge: !host.CanOverlay(overlay.Mount));
    }

    /// <summary>Removes what the kernel leaves in a work directory, directories without any permission: an ordinary user could not.</summary>
    public static void ClearWork(string directory)
    {
        foreach (var left in Directory.GetDirectories(directory))
            TreeRemover.Remove(left);
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

    // Not in another mount there.
    private static IEnumerable<Mount> DirectlyIn(string at, ImmutableArray<Mount> mounts)
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
