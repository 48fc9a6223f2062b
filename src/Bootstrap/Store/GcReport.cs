using System.Collections.Immutable;

namespace Bootstrap.Store;

/// <summary>One thing that was, or would be, removed from the store.</summary>
/// <param name="Kind">step, tree, log, blob or build tree.</param>
/// <param name="Path">Where it was.</param>
/// <param name="Bytes">The sum of its files' sizes.</param>
public sealed record GcItem(string Kind, string Path, long Bytes);

/// <summary>What a collection removed, or what it would remove.</summary>
public sealed record GcReport(ImmutableArray<GcItem> Removed)
{
    public long Bytes => Removed.Sum(item => item.Bytes);
}
