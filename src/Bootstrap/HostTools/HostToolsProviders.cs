using Bootstrap.Definitions;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>The registry of host-tools providers, and what they are made with: nothing else knows them by name.</summary>
public sealed record HostToolsProviders(
    ArtifactStore Store,
    ProcessRunner Processes,
    DebianArchive Archive,
    SourceFetcher Fetcher,
    FetchSettings Fetching,
    ImmutableSortedDictionary<string, HostToolsDefinition> Definitions)
{
    /// <summary>What host steps run in, as messages call it.</summary>
    public const string HostTools = "host tools";

    /// <summary>What target steps run by, as messages call it.</summary>
    public const string Emulators = "emulators";

    /// <summary>All providers: a new one is a file and a line here.</summary>
    public static ImmutableArray<HostToolsKind> All { get; } =
    [
        AlpineProvider.Registered,
        DebianProvider.Registered,
        PathProvider.Registered,
        OstreeProvider.Registered,
    ];

    /// <summary>Those among which <c>auto</c> chooses, in the order in which it tries them.</summary>
    public static ImmutableArray<HostToolsKind> OfAuto { get; } =
        [.. All.Where(kind => kind.AutoOrder is not null).OrderBy(kind => kind.AutoOrder)];

    /// <summary>What they make, as messages call it.</summary>
    public string Makes { get; init; } = HostTools;

    /// <summary>The option that chooses what is called so.</summary>
    public static string OptionOf(string makes) => "--" + makes.Replace(' ', '-');

    /// <summary>The way out where Alpine's can't be had: Debian's where there is apt.</summary>
    public static string OthersThanAlpine(string makes) => HostProgram.HasApt ? $"Debian's {makes}: {OptionOf(makes)} {DebianProvider.Registered.Name}"
        : $"the {makes} of a directory or tarball: {OptionOf(makes)} path:PLACE";

    /// <summary>The machine that the host tools are to run on.</summary>
    public BuildMachine Machine => Archive.Machine;

    /// <summary>The values of the options that were given, by the options' names.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Options { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The provider of this name, or null.</summary>
    public static HostToolsKind? Kind(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>What <see cref="Parse"/> reads, for people.</summary>
    public static string Expected(string makes) => string.Join(", ",
        [HostToolsRequest.Auto.Name, .. makes == Emulators ? [HostToolsRequest.Built.Name] : Array.Empty<string>(), .. All.Select(kind => kind.Usage)]);

    /// <summary>Reads <c>auto</c>, <c>NAME</c>, <c>NAME:RELEASE</c> or <c>PROVIDER:PLACE</c>.</summary>
    /// <exception cref="DefinitionException">The text is none of these.</exception>
    public static HostToolsRequest Parse(string text, string makes = HostTools)
    {
        var words = text.Split(':', 2);
        var (name, place) = (words[0], words.Length > 1 ? words[1] : null);
        var takesPlace = Kind(name) is { AtPlace: not null };
        var read = place is { Length: > 0 } && takesPlace ? Kind(name)!.ReadPlace(place) : place;
        var isRequest = name == HostToolsRequest.Auto.Name ? place is null : name.Length > 0 && read != "" && (read is not null || !takesPlace);
        return isRequest ? new HostToolsRequest(name, read) : throw new DefinitionException($"'{text}' names no {makes}; expected {Expected(makes)}.");
    }

    /// <summary>The value of an option, or null.</summary>
    public string? Value(HostToolsOption option) => Values(option).FirstOrDefault();

    /// <summary>All values of an option.</summary>
    public ImmutableArray<string> Values(HostToolsOption option) => Options.GetValueOrDefault(option.Name, []);

    /// <summary>The provider of what is asked for, other than <c>auto</c>.</summary>
    /// <exception cref="DefinitionException">There is none of this name, or it has no such release.</exception>
    public IHostToolsProvider Of(HostToolsRequest request) =>
        Kind(request.Name) is { AtPlace: { } atPlace } ? atPlace(this, request.Place!) : Of(ReleaseOf(request));

    /// <summary>The provider of a release.</summary>
    /// <exception cref="DefinitionException">There is none.</exception>
    public IHostToolsProvider Of(HostToolsRelease release) => Kind(release.Provider)?.OfRelease?.Invoke(this, release) ?? throw new DefinitionException(
        $"{release.Location}: no provider '{release.Provider}' makes {Makes} of a release.");

    /// <summary>The release that is asked for.</summary>
    /// <exception cref="DefinitionException">There is none.</exception>
    public HostToolsRelease ReleaseOf(HostToolsRequest request) => Definitions.TryGetValue(request.Name, out var definition)
        ? definition.Release(request.Place, OptionOf(Makes))
        : throw new DefinitionException(
            $"There are no {Makes} called '{request.Name}'; expected {Expected(Makes)}, or a release of {string.Join(", ", Definitions.Keys)}.",
            "Others are described in a file host-tools/NAME.yaml of a directory given by --definitions.");
}

/// <summary>Which host tools are asked for: <c>auto</c>, a definition and maybe its release, or a provider and the place that it takes them from.</summary>
public sealed record HostToolsRequest(string Name, string? Place = null)
{
    /// <summary>The first of the providers of <c>auto</c> that can be used here.</summary>
    public static HostToolsRequest Auto { get; } = new("auto");

    /// <summary>Emulators that recipes build, of a source like any other.</summary>
    public static HostToolsRequest Built { get; } = new("built");

    public bool IsAuto => this == Auto;
    public bool IsBuilt => this == Built;

    public override string ToString() => Place is null ? Name : $"{Name}:{Place}";
}
