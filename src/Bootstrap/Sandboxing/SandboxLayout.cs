using System.Collections.Immutable;

namespace Bootstrap.Sandboxing;

/// <summary>How a specification becomes mounts: what is overlaid first, what is then bound, and where.</summary>
internal sealed record SandboxLayout(ImmutableArray<Overlay> Overlays, ImmutableArray<Bind> Binds)
{
    /// <summary>The overlays and binds of a specification; the root is the first of both.</summary>
    public static SandboxLayout Of(SandboxSpec spec)
    {
        var mounts = MountPaths.Sort(spec.Mounts);
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

    /// <summary>The host paths that have to be there.</summary>
    public IEnumerable<string> Inputs =>
        Overlays.SelectMany(overlay => overlay.Links.Select(link => link.Value))
            .Concat(Binds.Where(bind => !bind.IsOverlay).Select(bind => bind.Source));

    // Steps with the same content share one tree, and the kernel refuses a tree that is twice in one overlay.
    private static ImmutableArray<string> Distinct(ImmutableArray<string> layers) => [.. layers.Distinct(StringComparer.Ordinal)];
}

/// <summary>A directory or file that bubblewrap binds: a path of the host, or the overlay of that name.</summary>
internal sealed record Bind(bool Writable, string Source, bool IsOverlay, string At);
