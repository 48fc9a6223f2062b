using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Finds the files of one kind in all definition directories; a later directory's file replaces one of the same name.</summary>
internal static class DefinitionFiles
{
    private const string Extension = ".yaml";

    public static ImmutableSortedDictionary<string, DefinitionFile> Find(
        DefinitionKind kind, IEnumerable<string> directories, Problems problems)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, DefinitionFile>(StringComparer.Ordinal);
        foreach (var directory in directories)
        {
            foreach (var file in FindIn(directory, kind, problems))
            {
                if (found.TryGetValue(file.Name, out var earlier) && earlier.Directory == file.Directory)
                    problems.Add(file.Start, $"{kind.Noun} {Problems.Quote(file.Name)} is in {earlier.Shown} too, expected one file for it in a directory");

                found[file.Name] = file;
            }
        }

        return found.ToImmutable();
    }

    private static IEnumerable<DefinitionFile> FindIn(string directory, DefinitionKind kind, Problems problems)
    {
        foreach (var folder in kind.Folders.Select(each => Path.Combine(directory, each)).Where(Directory.Exists))
        {
            foreach (var path in Directory.EnumerateFiles(folder).Where(each => !Path.GetFileName(each).StartsWith('.')).Order(StringComparer.Ordinal))
            {
                var file = new DefinitionFile(path, directory);
                if (path.EndsWith(Extension, StringComparison.Ordinal))
                {
                    yield return file;
                }
                else if (path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
                {
                    problems.Add(file.Start, $"a file that is not read, expected the name {Problems.Quote(file.Name + Extension)}");
                }
            }
        }
    }
}
