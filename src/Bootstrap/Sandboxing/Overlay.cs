namespace Bootstrap.Sandboxing;

/// <summary>
/// Several trees laid over each other, in names that are relative to the sandbox's own directory: by the kernel or, where it refuses, by
/// merging them beforehand.
/// </summary>
/// <remarks>
/// Symbolic links with short names stand for the trees: mount(2) takes no more than a page of options, in which
/// <c>:</c>, <c>,</c> and <c>\</c> would have to be escaped.
/// </remarks>
internal sealed record Overlay(string Name, ImmutableArray<string> Lower, Skeleton? Skeleton, ContinuedMount? Writable)
{
    public string SkeletonName => Name + ".s";

    public IEnumerable<KeyValuePair<string, string>> Links =>
        Lower.Select((tree, index) => KeyValuePair.Create(LowerName(index), tree))
            .Concat(Writable is null ? [] : [KeyValuePair.Create(UpperName, Writable.Upper), KeyValuePair.Create(WorkName, Writable.Work)]);

    /// <summary>The options of the mount: all state is in <c>user.</c> attributes, the only ones without privileges.</summary>
    public string Options
    {
        get
        {
            var lower = Lower.Select((_, index) => LowerName(index)).Concat(Skeleton is null ? [] : [SkeletonName]);
            var upper = Writable is null ? "" : $",upperdir={UpperName},workdir={WorkName}";
            return $"lowerdir={string.Join(':', lower)}{upper},userxattr";
        }
    }

    private string UpperName => Name + ".u";
    private string WorkName => Name + ".w";

    private string LowerName(int index) => $"{Name}.{index}";
}
