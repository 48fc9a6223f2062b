using System.Collections.Immutable;

namespace Bootstrap.Store;

/// <summary>One thing that was, or would be, removed from the store.</summary>
public sealed record GcItem(string Kind, string Path, long Bytes);

/// <summary>What a collection removed, or what it would remove.</summary>
public sealed record GcReport(ImmutableArray<GcItem> Removed)
{
    public long Bytes => Removed.Sum(item => item.Bytes);
}
