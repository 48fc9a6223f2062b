using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads what a target builds in place of a source that everybody builds.</summary>
internal static class ReplacementReader
{
    private const string Noun = "a replacement of a source";

    private static readonly Mapping Any = new(Noun);

    private static readonly Key<ImmutableArray<Patch>> Patches = Any.Optional(
        "patches", FileValues.Patches, "Patch files that are applied in place of the source's own; the target's `patches` follow.");

    private static readonly Mapping Tarball = new("a replacement by a tarball", SourceReader.Tarball, Any);

    private static readonly Key<string> TarballVersion = Tarball.Required("version", Values.Text(TextRule.Version), "The version of what is built.");

    private static readonly Mapping Commit = new("a replacement by a commit", Any);

    private static readonly Key<string> Repository = Commit.Required("git", Values.Text(TextRule.Repository), "The git repository to fetch from; submodules are left out.");

    private static readonly Key<string> CommitName = Commit.Required("commit", Values.Text(TextRule.Commit), "The commit whose tree is built.");

    private static readonly Key<string?> CommitVersion = Commit.OrNull(
        "version", Values.Text(TextRule.Version), "The version to call it by; without it, the first 12 digits of the commit.");

    private static readonly Mapping Directory = new("a replacement by a directory", Any);

    private static readonly Key<string> DirectoryPath = Directory.Required(
        "dir", Values.Text(TextRule.AnyPath).Refuse(MissingDirectory), "A directory of this machine that is built as it is at the time, less what is called `.git`.");

    private static readonly Key<string> DirectoryVersion = Directory.Optional("version", Values.Text(TextRule.Version), "local", "The version to call it by.");

    public static readonly Value<Replacement> Value = Values.OneOf(
        Noun,
        new Replacement { Version = "", Origin = new DirectoryOrigin(""), Patches = [], Location = new Location("", 1, 1) },
        ("urls", Values.Object(Tarball, map => Read(map, map.Read(TarballVersion), new TarballOrigin(SourceReader.ReadTarball(map))), null!)),
        ("git", Values.Object(Commit, ReadCommit, null!)),
        ("dir", Values.Object(Directory, map => Read(map, map.Read(DirectoryVersion), new DirectoryOrigin(FullPath(map.Read(DirectoryPath), map.Context))), null!)));

    private static Replacement ReadCommit(MapCursor map)
    {
        var repository = map.Read(Repository);
        var commit = map.Read(CommitName);
        return Read(
            map, map.Read(CommitVersion) ?? commit[..Math.Min(commit.Length, 12)], new CommitOrigin(new Uri(repository.Length > 0 ? repository : "file:///"), commit));
    }

    private static Replacement Read(MapCursor map, string version, ReplacementOrigin origin) =>
        new() { Version = version, Origin = origin, Patches = map.Read(Patches), Location = map.Location };

    private static string? MissingDirectory(string written, string what, ReadContext context) =>
        written.Length == 0 || System.IO.Directory.Exists(FullPath(written, context))
            ? null
            : $"{what} is {Problems.Quote(written)}, expected a directory at {Problems.Quote(DefinitionFile.ShowPath(FullPath(written, context)))}";

    private static string FullPath(string written, ReadContext context) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(written, Path.GetDirectoryName(context.File.Path)!));
}
