using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads the <c>sources</c> of a target: what it builds in place of the sources that everybody builds.</summary>
internal sealed class ReplacementReader(DefinitionFile file, Findings findings)
{
    private const string TarballKey = "urls";
    private const string CommitKey = "git";
    private const string DirectoryKey = "dir";

    private static readonly string[] Kinds = [TarballKey, CommitKey, DirectoryKey];

    private readonly FileReferences _files = new(file, findings.Problems);
    private readonly ValueReader _values = new(findings.Problems);

    public static ImmutableSortedDictionary<string, Replacement> Read(MapCursor map, DefinitionFile file, Findings findings)
    {
        var reader = new ReplacementReader(file, findings);
        var replacements = ImmutableSortedDictionary.CreateBuilder<string, Replacement>(StringComparer.Ordinal);
        foreach (var (name, value) in map.Entries("sources", TextRule.Name))
        {
            findings.References.Add(new Reference(DefinitionKind.Source, name.Text, name.Location));
            if (reader._values.Map(value, Problems.Quote(name.Text)) is { } inner
                && reader.ReadOne(new MapCursor(inner, "a replacement of a source", findings)) is { } replacement)
            {
                replacements.Add(name.Text, replacement);
            }
        }

        return replacements.ToImmutable();
    }

    private Replacement? ReadOne(MapCursor map)
    {
        string[] given = [.. Kinds.Where(kind => map.Take(kind) is not null)];
        if (given.Length != 1)
        {
            var what = given.Length == 0 ? "none" : "more than one";
            findings.Problems.Add(map.Location, $"a replacement with {what} of 'urls', 'git' and 'dir', expected one of them");
            return null;
        }

        var (origin, version) = ReadOrigin(map, given[0]);
        var replacement = new Replacement
        {
            Version = version,
            Origin = origin,
            Patches = _files.Patches(map.Items("patches")),
            Location = map.Location,
        };
        map.End();
        return replacement;
    }

    private (ReplacementOrigin Origin, string Version) ReadOrigin(MapCursor map, string kind)
    {
        switch (kind)
        {
            case TarballKey:
                return (new TarballOrigin(SourceReader.ReadTarball(map)), map.Text("version", TextRule.Version));
            case CommitKey:
                var repository = map.Text(CommitKey, TextRule.Repository);
                var commit = map.Text("commit", TextRule.Commit);
                return (new CommitOrigin(new Uri(repository.Length > 0 ? repository : "file:///"), commit), OptionalVersion(map) ?? Abbreviated(commit));
            default:
                return (new DirectoryOrigin(ReadDirectory(map)), OptionalVersion(map) ?? "local");
        }
    }

    private static string Abbreviated(string commit) => commit[..Math.Min(commit.Length, 12)];

    private static string? OptionalVersion(MapCursor map) => map.OptionalText("version", TextRule.Version);

    private string ReadDirectory(MapCursor map)
    {
        var written = map.Text(DirectoryKey, TextRule.AnyPath);
        var path = Path.GetFullPath(written, Path.GetDirectoryName(file.Path)!);
        if (written.Length > 0 && !Directory.Exists(path))
        {
            findings.Problems.Add(
                map.Take(DirectoryKey)!.Location,
                $"'{DirectoryKey}' is {Problems.Quote(written)}, expected a directory at {Problems.Quote(DefinitionFile.ShowPath(path))}");
        }

        return Path.TrimEndingDirectorySeparator(path);
    }
}
