using System.Collections.Immutable;
using Mapping = System.Collections.Generic.OrderedDictionary<string, object>;

namespace Bootstrap.Exporting;

/// <summary>An element of the project.</summary>
internal sealed record Element(string Path, ImmutableArray<string> Comment, Mapping Body)
{
    public override string ToString() => string.Concat(Comment.Select(line => $"# {line}\n")) + YamlText.Of(Body);

    public static Mapping Dependency(string path, string at) => new()
    {
        { "filename", ElementPath.File(path) },
        { "config", new Mapping { { "location", at } } },
    };
}
