using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Planning;

/// <summary>All that was decided by looking at the world before planning: which host tools, and which form of each source.</summary>
public sealed record Resolution(Digest HostTools, ImmutableSortedDictionary<string, SourceVariant> Sources);
