using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads src/host-tools/NAME.yaml.</summary>
internal static class HostToolsReader
{
    private const string Alpine = "alpine";
    private const string Debian = "debian";

    /// <summary>The definitions that <c>--host-tools auto</c> chooses of.</summary>
    public static readonly string[] OfAuto = [Alpine, Debian];

    // What --host-tools or --emulators mean by these words is no definition.
    private static readonly string[] Reserved = ["auto", "built", "ostree", "path"];

    private static readonly Mapping FileKeys = new("a file of a package");
    private static readonly Key<string> FilePackage = FileKeys.Required("package", TextRule.AnyPackage, "The package that has it.");
    private static readonly Key<string> FilePath = FileKeys.Required("file", TextRule.RelativePath, "Its path in the package, from the root.");
    private static readonly Value<(string Package, string File)> FileOfPackage =
        Values.Object(FileKeys, map => (map.Read(FilePackage), map.Read(FilePath)), ("", ""));

    private static readonly Mapping EmulatorKeys = new("the places of qemu");
    private static readonly Key<(string Package, string File)> User = EmulatorKeys.Required(
        "user", FileOfPackage, $"Where the programs of qemu-user are, linked statically; `{EmulatorPackages.Program}` stands for a program's name in both.");
    private static readonly Key<ImmutableArray<string>> Common = EmulatorKeys.Required(
        "common", Values.Texts(TextRule.AnyPackage), "The packages that every program which boots machines needs besides its own: a root directory and a shell.");
    private static readonly Key<ImmutableSortedDictionary<string, ImmutableArray<string>>> Machines = EmulatorKeys.Required(
        "programs", Values.Map(Values.Text(TextRule.AnyPackage), Values.Texts(TextRule.SystemOrImageProgram)),
        "The packages that have the programs which boot machines and write disk images, each with the programs in it.");
    private static readonly Key<ImmutableSortedDictionary<string, (string Package, string File)>> FirmwareFiles = EmulatorKeys.Optional(
        "firmware",
        Values.Map(Values.Text(TextRule.Name), FileOfPackage),
        "The boot programs that machines are started with, by the names under which files in `qemu/` have them.");
    private static readonly Value<EmulatorPackages> OfEmulators = Values.Object(EmulatorKeys, ReadEmulators, null!);

    private static readonly Mapping DebianRelease = new("a release");
    private static readonly Key<EmulatorPackages?> OfRelease = DebianRelease.OrNull(
        "emulators", OfEmulators, "Where this release has qemu, if not where the others have it.");
    private static readonly Key<string?> EndOfLife = DebianRelease.OrNull(
        "end-of-life", TextRule.Day, "The day from which the distribution mends nothing in it any more; without it, none is known.");

    private static readonly Mapping AlpineRelease = new("a release", DebianRelease);
    private static readonly Key<string> Version = AlpineRelease.Required(
        "version", TextRule.Version, "The point release of the mini root file system.");
    private static readonly Value<UpstreamTarball> Tarball = Values.Object(
        new Mapping("a mini root file system", SourceReader.UnsignedTarball), SourceReader.ReadUnsignedTarball, new UpstreamTarball([], default));
    private static readonly Key<UpstreamTarball> Root = AlpineRelease.Required(
        "root", Tarball, "The tarball of the mini root file system that the packages are installed into, for x86_64.");
    private static readonly Key<UpstreamTarball?> Arm64Root = AlpineRelease.OrNull(
        "root-aarch64", Tarball, "That for aarch64; without it, machines of that kind can't take the release.");
    private static readonly Key<ImmutableArray<Uri>> Repositories = AlpineRelease.Required(
        "repositories", Values.Urls, "Where the packages come from, each with its index at `URL/ARCHITECTURE/APKINDEX.tar.gz`.");

    private static readonly Mapping Shared = new("host tools");
    private static readonly Key<EmulatorPackages?> Emulators = Shared.OrNull(
        "emulators", OfEmulators, "Where the releases have qemu and the boot programs of its machines; without it, `--emulators` can't name them.");
    private static readonly Key<string> Name = Shared.Required(
        "name",
        Values.OwnName.Refuse((name, _, _) => Reserved.Contains(name)
            ? $"host tools called '{name}', which --host-tools or --emulators understands otherwise, expected another name"
            : null),
        "What `--host-tools` calls them: the name of the file, without `.yaml`.");
    private static readonly Key<string> Default = Shared.Required("default", TextRule.Version, "The release that is taken where none is named.");

    private static readonly HostToolsRelease NoRelease = new()
    {
        Definition = "",
        Provider = "",
        Name = "",
        Packages = [],
        Location = new Location("", 1, 1),
    };

    private static readonly Distribution OfAlpine = new(
        Alpine, TextRule.AlpinePackage, Values.Object(AlpineRelease, ReadAlpine, NoRelease), new Mapping("host tools", Shared));
    private static readonly Distribution OfDebian = new(
        Debian, TextRule.DebianPackage, Values.Object(DebianRelease, map => ReadRelease(map, Debian), NoRelease), new Mapping("host tools", Shared));
    private static readonly Key<ImmutableSortedDictionary<string, string>> Links = OfDebian.Mapping.Optional(
        "links", Values.Map(Values.Text(TextRule.RelativePath), Values.Text(TextRule.Word)),
        "Symbolic links, by their path within the sysroot, that install scripts of the packages would have made.");
    public static readonly Value<HostToolsDefinition> Value = Values.Either(
        "a mapping that is host tools",
        node => ((YamlMappingNode)node).Children.TryGetValue(new YamlScalarNode("provider"), out var provider)
            && provider is YamlScalarNode { Value: Debian } ? 1 : 0,
        Values.Object(OfAlpine.Mapping, map => Read(map, OfAlpine, links: null), null!),
        Values.Object(OfDebian.Mapping, map => Read(map, OfDebian, map.Read(Links)), null!));

    private static HostToolsDefinition Read(MapCursor map, Distribution distribution, ImmutableSortedDictionary<string, string>? links)
    {
        var (name, provider, first) = (map.Read(Name), map.Read(distribution.Provider), map.Read(Default));
        if (OfAuto.Contains(name) && provider != name)
        {
            var problem = $"'provider' of '{name}' is '{provider}', expected '{name}', as --host-tools auto chooses by name";
            map.Context.Problems.Add(map.At(distribution.Provider), problem);
        }

        var (packages, emulators) = (map.Read(distribution.Packages), map.Read(Emulators));
        var releases = map.Read(distribution.Releases).ToImmutableSortedDictionary(
            each => each.Key,
            each => each.Value with { Definition = name, Name = each.Key, Packages = packages, Links = links ?? each.Value.Links, Emulators = each.Value.Emulators ?? emulators },
            StringComparer.Ordinal);
        if (!releases.ContainsKey(first) && first.Length > 0)
            map.Context.Problems.Add(map.At(Default), $"'default' is {Problems.Quote(first)}, expected one of the 'releases'");
        return new HostToolsDefinition { Name = name, Default = first, Releases = releases, Location = map.Location };
    }

    private static EmulatorPackages ReadEmulators(MapCursor map) => new()
    {
        User = map.Read(User),
        Common = map.Read(Common),
        Programs = map.Read(Machines).SelectMany(package => package.Value.Select(program => (program, package.Key)))
            .DistinctBy(pair => pair.program).ToImmutableSortedDictionary(pair => pair.program, pair => pair.Key, StringComparer.Ordinal),
        Firmware = map.Read(FirmwareFiles),
    };

    private static HostToolsRelease ReadAlpine(MapCursor map) => ReadRelease(map, Alpine) with
    {
        Root = new HostToolsRoot(map.Read(Version), map.Read(Root), map.Read(Arm64Root)),
        Repositories = map.Read(Repositories),
    };

    private static HostToolsRelease ReadRelease(MapCursor map, string provider) => NoRelease with
    {
        Provider = provider,
        Emulators = map.Read(OfRelease),
        EndOfLife = map.Read(EndOfLife) is { Length: > 0 } day ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
        Location = map.Location,
    };

    /// <summary>The keys that host tools of one distribution have in its own way.</summary>
    private sealed class Distribution(string name, TextRule package, Value<HostToolsRelease> release, Mapping mapping)
    {
        public Mapping Mapping => mapping;

        public Key<string> Provider { get; } = mapping.Required(
            "provider",
            Values.Words(Alpine, Debian) with { Schema = () => new JsonObject { ["enum"] = new JsonArray([name]) } },
            "What makes host tools of them; it decides over the other keys.");

        public Key<ImmutableArray<string>> Packages { get; } = mapping.Required(
            "packages", Values.Texts(package, "a list of packages"), "The packages that are installed, with all that they depend on.");

        public Key<ImmutableSortedDictionary<string, HostToolsRelease>> Releases { get; } = mapping.Required(
            "releases",
            Values.Map(Values.Text(TextRule.Version), release) with { Expected = "a mapping of which each value is a release" },
            "The releases of the distribution that can be taken, each by its name.");
    }
}
