using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>The host tools that one provider made for one definition, as the lock keeps them.</summary>
/// <param name="Definition">What was asked for.</param>
/// <param name="Key">The artifact's key.</param>
/// <param name="Content">What the artifact has to be when it is made again.</param>
/// <param name="Packages">What it was made of: each a blob of the store.</param>
/// <param name="Revision">The revision that it was made of, where there are no packages: an OSTree commit.</param>
internal sealed record HostToolsPin(
    Digest Definition, Digest Key, Digest Content, ImmutableArray<Package> Packages, string? Revision = null);
