using System.Collections.Immutable;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Exporting;

/// <summary>Names the directories of files that recipes bring, each once, however many recipes use it.</summary>
internal static class RecipeFileNames
{
    /// <summary>The directory's own name; with the beginning of its digest where another one has that name.</summary>
    public static ImmutableSortedDictionary<Digest, string> Of(IEnumerable<Step> steps)
    {
        var names = ImmutableSortedDictionary.CreateBuilder<Digest, string>(
            Comparer<Digest>.Create((one, other) => string.CompareOrdinal(one.Hex, other.Hex)));
        foreach (var step in steps.Where(step => step.RecipeFiles is not null))
        {
            var digest = step.RecipeFiles!.Value;
            var name = Path.GetFileName(step.RecipeFilesPath!);
            if (!names.ContainsKey(digest))
                names.Add(digest, names.ContainsValue(name) ? $"{name}-{digest.Abbreviated}" : name);
        }

        return names.ToImmutable();
    }
}
