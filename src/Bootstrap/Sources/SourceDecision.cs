using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Sources;

/// <summary>What is known of one source when its form is chosen; pure.</summary>
internal sealed record SourceDecision(Source Source, SourcePolicy Policy)
{
    /// <summary>What an earlier run chose, or null; not looked at when choosing anew.</summary>
    public SourceChoice? Pinned { get; init; }

    /// <summary>The form that lies in the store already, or null.</summary>
    public SourceVariant? InStore { get; init; }

    /// <summary>The form that a mirror has, or null.</summary>
    public SourceVariant? InMirror { get; init; }

    /// <summary>The choice that needs no look at the network, or null.</summary>
    /// <exception cref="DefinitionException">The policy asks for a form that the source does not have.</exception>
    public SourceChoice? WithoutNetwork(bool update)
    {
        if (Policy == SourcePolicy.Debian && Source.Debian is null)
        {
            throw new DefinitionException(
                $"{Source.Location}: source '{Source.Name}' has no 'debian' entry, so it can't be taken from Debian.",
                "Use --sources auto, or add the package that carries it.");
        }
        if (Policy != SourcePolicy.Auto)
        {
            var variant = Policy == SourcePolicy.Debian ? SourceVariant.Debian : SourceVariant.Upstream;
            return new SourceChoice(variant, $"--sources {Policy.ToString().ToLowerInvariant()}");
        }
        if (update)
            return null;
        if (Pinned is not null && (Pinned.Variant == SourceVariant.Upstream || Source.Debian is not null))
            return Pinned;
        return AtHand();
    }

    /// <summary>The choice once it is known which hosts answer.</summary>
    /// <exception cref="HostException">There is no way to the source.</exception>
    public SourceChoice WithNetwork(Uri? reachable, string? debianMirror)
    {
        if (reachable is not null)
            return new SourceChoice(SourceVariant.Upstream, $"{reachable.Authority} can be reached");
        if (AtHand() is { } atHand)
            return atHand;
        if (Source.Debian is not null && debianMirror is not null)
            return new SourceChoice(SourceVariant.Debian, "no upstream host can be reached, a mirror of Debian is known");
        var hosts = string.Join(", ", Source.Upstream.Urls.Select(url => url.Authority).Distinct());
        var (other, hint) = Source.Debian is null
            ? ("it has no Debian package to take it from", "Check the network and the proxy settings (https_proxy).")
            : ("apt's configuration on this machine names no mirror of Debian's archive",
                "Check the network and the proxy settings (https_proxy), or name a mirror: --debian-mirror URL.");
        throw new HostException(
            $"Source '{Source.Name}' {Source.Version} can't be had: none of its upstream hosts answers ({hosts}), and {other}.", hint);
    }

    private SourceChoice? AtHand() => (InStore, InMirror) switch
    {
        ({ } stored, _) => new SourceChoice(stored, "it is in the store already"),
        (_, { } mirrored) => new SourceChoice(mirrored, "a mirror has it"),
        _ => null,
    };
}

/// <summary>How the form of each source is chosen.</summary>
public enum SourcePolicy
{
    /// <summary>Upstream where it can be reached, else Debian.</summary>
    Auto,

    Upstream,

    Debian,
}
