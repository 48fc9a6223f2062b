using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>One thing in the store that is not what it should be.</summary>
/// <param name="Content">The artifact that it belongs to, which can be dropped; null if it belongs to none.</param>
public sealed record Damage(string Path, string Expected, string Found, Digest? Content = null);

/// <summary>The result of reading the whole store again.</summary>
public sealed record VerifyReport(int Artifacts, int Files, long Bytes, ImmutableArray<Damage> Damages);
