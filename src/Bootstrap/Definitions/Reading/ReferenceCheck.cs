using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Looks up every name that one definition uses of another: a file of that name has to exist, whatever is in it.</summary>
internal static class ReferenceCheck
{
    public static void Run(IEnumerable<Reference> references, Func<DefinitionKind, ImmutableSortedDictionary<string, DefinitionFile>> files, Problems problems)
    {
        foreach (var (kind, name, location) in references)
        {
            var known = files(kind);
            if (!known.ContainsKey(name))
            {
                problems.Add(
                    location,
                    $"unknown {kind.Noun} {Problems.Quote(name)}, expected the name of a file in {string.Join(" or ", kind.Folders)}",
                    Nearest.To(name, known.Keys));
            }
        }
    }
}
