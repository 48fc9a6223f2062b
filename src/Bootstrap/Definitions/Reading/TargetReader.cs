namespace Bootstrap.Definitions.Reading;

/// <summary>Reads targets/NAME.yaml.</summary>
internal static class TargetReader
{
    private static readonly Mapping Container = new("a machine of container tools");

    private static readonly Key<string> Architecture = Container.Required(
        "architecture", TextRule.Name, "The architecture as Go calls it (GOARCH), or as the kernel does where Go does not know it.");
    private static readonly Key<string?> Variant = Container.OrNull("variant", TextRule.Name, "The variant of the architecture, such as `v7`.");

    private static readonly Mapping Known = new("a known failure");
    private static readonly Key<string> Check = Known.Required("check", TextRule.Line, "The check's name, as the table of `bootstrap verify` has it, or with its group before it, such as `image: C`.");
    private static readonly Key<string?> Under = Known.OrNull(
        "emulator", TextRule.Numbers, "The version of qemu under which it fails, or its first numbers, such as \"10.0\"; without it, under every one.");
    private static readonly Key<string> Because = Known.Required("because", TextRule.Line, "Why it fails, and whose mistake that is.");

    private static readonly Mapping Target = new("a target") { Elsewhere = "; what recipes declare as a variable stands under 'variables'" };
    private static readonly Key<string> Name = Target.Required("name", Values.OwnName, "The target's name: that of the file, without `.yaml`.");
    private static readonly Key<string> Description = Target.Required(
        "description", TextRule.Line, "The CPU, word size, byte order and ABI, for people.");
    private static readonly Key<string> Triplet = Target.Required(
        "triplet", TextRule.Triplet, "The GNU triplet that the toolchain is configured for; recipes read it as `${triplet}`.");
    private static readonly Key<LocatedText> Emulator = Target.Required(
        "emulator", Values.Reference(DefinitionKind.Emulator), "The file in `qemu/` that describes the CPU which runs the target's programs.");
    private static readonly Key<LocatedText?> Release = Target.OrNull(
        "release", Values.Reference(DefinitionKind.Release), "The file in `releases/` that names the versions it is built of; `--release` goes before it.");
    private static readonly Key<ImmutableArray<string>> Goals = Target.Required(
        "goals", Values.References(DefinitionKind.Recipe, "a list of recipes"),
        "The recipes to build, with all that they need, for `bootstrap build` without `--to`.");
    private static readonly Key<ImmutableSortedDictionary<string, Setting>> Variables = Target.Optional(
        "variables", Values.Variables, "What recipes read as `${name}` in their environment, by the declarations in their `variables`.");
    private static readonly Key<ImmutableSortedDictionary<string, ImmutableArray<Patch>>> Patches = Target.Optional(
        "patches", Values.Map(Values.SourceName, FileValues.Patches),
        "Patch files for this target only, by source; they are applied after the source's own.");
    private static readonly Key<ImmutableSortedDictionary<string, Replacement>> Sources = Target.Optional(
        "sources", Values.Map(Values.SourceName, ReplacementReader.Value), "What this target builds in place of a source, by source.");
    private static readonly Key<ImmutableArray<KnownFailure>> KnownFailures = Target.Optional(
        "known-failures",
        Values.List(
            Values.Object(Known, map => new KnownFailure(map.Read(Check), map.Read(Under), map.Read(Because)), new KnownFailure("", null, "")),
            distinct: each => $"{each.Check} {each.Emulator}".TrimEnd()),
        "The checks of the verification that fail for a known reason; one that passes again fails the verification.");
    private static readonly Key<ImmutableArray<VersionWindow>> Versions = Target.Optional(
        "needs-version", WindowValue.Value,
        "The versions that it works with, by source, such as `linux: \"< 6.18\"`; `qemu` is the emulator in use. Outside of them `plan` refuses.");
    private static readonly Key<ContainerPlatform?> ContainerKey = Target.OrNull(
        "container",
        Values.Object(Container, map => new ContainerPlatform(map.Read(Architecture), map.Read(Variant)), new ContainerPlatform("", null)),
        "What container tools call the machine; without it, the first part of the triplet.");
    public static readonly Value<Target> Value = Values.Object(Target, Read, null!);

    private static Target Read(MapCursor map)
    {
        var variables = map.Read(Variables);
        map.Context.Settings.AddRange(variables.Select(each => (map.Context.File, each.Key, each.Value)));
        var triplet = map.Read(Triplet);
        return new Target
        {
            Name = map.Read(Name),
            Description = map.Read(Description),
            Triplet = triplet,
            Emulator = map.Read(Emulator).Value,
            Release = map.Read(Release)?.Value,
            Goals = map.Read(Goals),
            Variables = variables.ToImmutableSortedDictionary(each => each.Key, each => each.Value.Text, StringComparer.Ordinal),
            KnownFailures = map.Read(KnownFailures),
            Versions = map.Read(Versions),
            Patches = map.Read(Patches),
            Replacements = map.Read(Sources),
            Container = map.Read(ContainerKey) ?? new ContainerPlatform(triplet.Split('-')[0], null),
            Location = map.Location,
        };
    }
}

/// <summary>Reads what a target builds in place of a source that everybody builds.</summary>
internal static class ReplacementReader
{
    private const string Noun = "a replacement of a source";

    private static readonly Mapping Any = new(Noun);
    private static readonly Key<ImmutableArray<Patch>> Patches = Any.Optional(
        "patches", FileValues.Patches, "Patch files that are applied in place of the source's own; the target's `patches` follow.");

    private static readonly Mapping Tarball = new("a replacement by a tarball", SourceReader.Tarball, Any);
    private static readonly Key<string> TarballVersion = Tarball.Required("version", TextRule.Version, "The version of what is built.");

    private static readonly Mapping Commit = new("a replacement by a commit", Any);
    private static readonly Key<string> Repository = Commit.Required(
        "git", TextRule.Repository, "The git repository to fetch from; submodules are left out.");
    private static readonly Key<string> CommitName = Commit.Required("commit", TextRule.Commit, "The commit whose tree is built.");
    private static readonly Key<string?> CommitVersion = Commit.OrNull(
        "version", TextRule.Version, "The version to call it by; without it, `g` and the first 12 digits of the commit, as `git describe` has them.");

    private static readonly Mapping Directory = new("a replacement by a directory", Any);
    private static readonly Key<string> DirectoryPath = Directory.Required(
        "dir", Values.Text(TextRule.AnyPath).Refuse(MissingDirectory),
        "A directory of this machine that is built as it is at the time, less what is called `.git`.");
    private static readonly Key<string> DirectoryVersion = Directory.Optional(
        "version", Values.Text(TextRule.Version), "local", "The version to call it by.");
    public static readonly Value<Replacement> Value = Values.OneOf(
        Noun,
        new Replacement { Version = "", Origin = new DirectoryOrigin(""), Patches = [], Location = new Location("", 1, 1) },
        ("urls", Values.Object(Tarball, map => Read(map, map.Read(TarballVersion), new TarballOrigin(SourceReader.ReadTarball(map))), null!)),
        ("git", Values.Object(Commit, ReadCommit, null!)),
        ("dir", Values.Object(Directory, ReadDirectory, null!)));

    private static Replacement ReadCommit(MapCursor map)
    {
        var repository = map.Read(Repository);
        var commit = map.Read(CommitName);
        var origin = new CommitOrigin(new Uri(repository.Length > 0 ? repository : "file:///"), commit);
        return Read(map, map.Read(CommitVersion) ?? $"g{commit[..Math.Min(commit.Length, 12)]}", origin);
    }

    private static Replacement ReadDirectory(MapCursor map) =>
        Read(map, map.Read(DirectoryVersion), new DirectoryOrigin(FullPath(map.Read(DirectoryPath), map.Context)));

    private static Replacement Read(MapCursor map, string version, ReplacementOrigin origin) =>
        new() { Version = version, Origin = origin, Patches = map.Read(Patches), Location = map.Location };

    private static string? MissingDirectory(string written, string what, ReadContext context) =>
        written.Length == 0 || System.IO.Directory.Exists(FullPath(written, context))
            ? null
            : $"{what} is {Problems.Quote(written)}, expected a directory at {Problems.Quote(Location.ShowPath(FullPath(written, context)))}";

    private static string FullPath(string written, ReadContext context) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(written, Path.GetDirectoryName(context.File.Path)!));
}
