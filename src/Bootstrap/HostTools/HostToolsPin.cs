using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>The host tools that one provider made for one definition, as the lock keeps them.</summary>
internal sealed record HostToolsPin(
    Digest Definition, Digest Key, Digest Content, ImmutableArray<Package> Packages, string? Revision = null);
