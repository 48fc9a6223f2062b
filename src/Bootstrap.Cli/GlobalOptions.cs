using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;

namespace Bootstrap.Cli;

/// <summary>The options that every command takes, and what they were set to.</summary>
internal sealed partial class GlobalOptions
{
    private readonly Option<string?> _store = new("--store")
    {
        Description = "Where artifacts, sources and logs are kept [default: $XDG_CACHE_HOME/bootstrap/store or ~/.cache/bootstrap/store]",
        Recursive = true,
        HelpName = "DIR",
    };

    private readonly Option<string[]> _definitions = new("--definitions")
    {
        Description = "A further directory of targets, recipes, sources, host-tools and qemu files; wins over the built-in ones by name",
        Recursive = true,
        HelpName = "DIR",
    };

    private readonly Option<string?> _debianMirror = new("--debian-mirror")
    {
        Description = "A mirror of Debian's archive [default: the one in the system's apt configuration]",
        Recursive = true,
        HelpName = "URL",
    };

    private readonly Option<SourcePolicy> _sources = new("--sources")
    {
        Description = "Which form of a source to take: auto, upstream or debian; what was decided stays until 'sources fetch --update'",
        Recursive = true,
        HelpName = "auto|upstream|debian",
    };

    private readonly Option<bool> _noOverlay = new("--no-overlay")
    {
        Description = "Merge trees by links and copies, as where the kernel lets nobody mount overlays: slower, with the same results",
        Recursive = true,
    };

    private readonly Option<string[]> _mirrors = new("--mirror")
    {
        Description = "A directory or URL that 'sources mirror' has written, asked first for every source and package; may be given more than once",
        Recursive = true,
        HelpName = "DIR|URL",
    };

    private readonly Option<bool> _offline = new("--offline")
    {
        Description = "Ask nothing of the network: take what the store and the mirrors that are directories have, or say what is missing",
        Recursive = true,
    };

    private readonly Option<string?> _free = new("--free")
    {
        Description = "What stays free in the root file system of a disk image, such as 2G [default: what the target says, or 256M]",
        Recursive = true,
        HelpName = "SIZE",
    };

    public GlobalOptions() => _free.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string?>() is { } size && !Size().IsMatch(size))
            result.AddError($"--free is '{size}', expected a number of bytes, or one with K, M, G or T behind it.");
    });

    public HostToolsOptions HostTools { get; } = new();

    public void AddTo(Command root)
    {
        root.Options.Add(_store);
        root.Options.Add(_definitions);
        HostTools.AddTo(root);
        root.Options.Add(_debianMirror);
        root.Options.Add(_sources);
        root.Options.Add(_noOverlay);
        root.Options.Add(_mirrors);
        root.Options.Add(_offline);
        root.Options.Add(_free);
    }

    public string Store(ParseResult parsed) => FullPath(_store.Name, parsed.GetValue(_store) ?? DefaultStore());

    /// <summary>The absolute path that an option names.</summary>
    /// <exception cref="Platform.DefinitionException">It is empty, as where a variable of a shell is not set.</exception>
    public static string FullPath(string option, string path) => path.Length > 0 ? Path.GetFullPath(path) : throw new Platform.DefinitionException(
        $"{option} names nothing: its value is empty.", "Name a file or directory, or leave the option out.");

    public IReadOnlyList<string> Definitions(ParseResult parsed) =>
        [Home(), .. (parsed.GetValue(_definitions) ?? []).Select(path => FullPath(_definitions.Name, path))];

    public string? DebianMirror(ParseResult parsed) => parsed.GetValue(_debianMirror);

    public SourcePolicy Sources(ParseResult parsed) => parsed.GetValue(_sources);

    public bool Overlays(ParseResult parsed) => !parsed.GetValue(_noOverlay);

    /// <summary>The options as they were given, but for those that name directories of this run, to start this program with once more.</summary>
    public IEnumerable<string> Repeated(ParseResult parsed) => parsed.RootCommandResult.Command.Options
        .Except([_store, _definitions, _mirrors])
        .Select(parsed.GetResult).OfType<OptionResult>().Where(result => !result.Implicit)
        .SelectMany(result => result.Tokens.Count == 0
            ? [result.Option.Name]
            : result.Tokens.SelectMany(token => new[] { result.Option.Name, token.Value }));

    public IReadOnlyList<string> Mirrors(ParseResult parsed) => parsed.GetValue(_mirrors) ?? [];

    /// <summary>The definitions as the options want them.</summary>
    /// <exception cref="Platform.DefinitionException">They can't be read.</exception>
    public DefinitionSet ReadDefinitions(ParseResult parsed)
    {
        var read = DefinitionReader.Read(Definitions(parsed));
        return parsed.GetValue(_free) is { } free ? read.WithVariable("image-free", free) : read;
    }

    public bool Offline(ParseResult parsed) => parsed.GetValue(_offline);

    /// <summary>The checkout: the launcher names it.</summary>
    private static string Home() => Environment.GetEnvironmentVariable("BOOTSTRAP_HOME") is { Length: > 0 } home
        ? home
        : throw new Platform.DefinitionException("BOOTSTRAP_HOME is not set: it names the checkout.", "Start the program by the script ./bootstrap.");

    [GeneratedRegex("^[0-9]{1,15}[KMGT]?$")]
    private static partial Regex Size();

    private static string DefaultStore()
    {
        // XDG Base Directory Specification 0.8: a relative path is to be ignored.
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.IsPathRooted(cache)
            ? Path.Combine(cache, "bootstrap", "store")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "bootstrap", "store");
    }
}
