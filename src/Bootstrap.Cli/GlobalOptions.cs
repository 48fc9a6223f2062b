using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;

namespace Bootstrap.Cli;

/// <summary>What the options that every command takes were set to.</summary>
internal sealed record Settings(string Store, ImmutableArray<string> DefinitionDirectories, DefinitionSet Definitions)
{
    public required HostToolsRequest HostToolsRequest { get; init; }

    public required ImmutableDictionary<string, ImmutableArray<string>> HostToolsOptions { get; init; }

    public required SourcePolicy Sources { get; init; }

    public required string? DebianMirror { get; init; }

    public required ImmutableArray<string> Mirrors { get; init; }

    public required bool Overlays { get; init; }

    public required bool Offline { get; init; }

    /// <summary>The options as they were given, but for those that name directories of this run, to start this program with once more.</summary>
    public required ImmutableArray<string> Repeated { get; init; }
}

/// <summary>The options that every command takes.</summary>
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
        Description = "A directory with more targets, recipes, sources, host-tools and qemu files; they override the built-in ones of the same name",
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
        Description = "Where sources come from: upstream's tarballs, Debian's, or auto; the choice is kept until 'sources fetch --update'",
        Recursive = true,
        HelpName = "auto|upstream|debian",
    };

    private readonly Option<bool> _noOverlay = new("--no-overlay")
    {
        Description = "Merge directory trees by linking and copying instead of overlay mounts: slower, same results",
        Recursive = true,
    };

    private readonly Option<string[]> _mirrors = new("--mirror")
    {
        Description = "A directory or URL written by 'sources mirror', tried first for every source and package; may be given more than once",
        Recursive = true,
        HelpName = "DIR|URL",
    };

    private readonly Option<bool> _offline = new("--offline")
    {
        Description = "Use no network: only what is in the store and in mirrors that are directories; what is missing is listed",
        Recursive = true,
    };

    private readonly Option<string?> _free = new("--free")
    {
        Description = "Free space in the root file system of a disk image, such as 2G [default: what the target says, or 256M]",
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

    /// <exception cref="Platform.DefinitionException">The definitions can't be read, or an option has no such value.</exception>
    public Settings Read(ParseResult parsed)
    {
        ImmutableArray<string> directories = [Home(), .. (parsed.GetValue(_definitions) ?? []).Select(path => FullPath(_definitions.Name, path))];
        var read = DefinitionReader.Read(directories);
        var definitions = parsed.GetValue(_free) is { } free ? read.WithVariable("image-free", free) : read;
        return new Settings(Store(parsed), directories, definitions)
        {
            HostToolsRequest = HostTools.Request(parsed),
            HostToolsOptions = HostTools.Values(parsed),
            Sources = parsed.GetValue(_sources),
            DebianMirror = parsed.GetValue(_debianMirror),
            Mirrors = [.. parsed.GetValue(_mirrors) ?? []],
            Overlays = !parsed.GetValue(_noOverlay),
            Offline = parsed.GetValue(_offline),
            Repeated = [.. Repeated(parsed)],
        };
    }

    /// <summary>A command that works in a workspace.</summary>
    public Command Define(string name, string help, Symbol[] parameters, Func<Workspace, ParseResult, CancellationToken, Task<int>> workAsync)
    {
        var command = new Command(name, help);
        foreach (var argument in parameters.OfType<Argument>())
            command.Arguments.Add(argument);

        foreach (var option in parameters.OfType<Option>())
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            using var workspace = new Workspace(Read(parsed));
            return await workAsync(workspace, parsed, cancel);
        });
        return command;
    }

    private IEnumerable<string> Repeated(ParseResult parsed) => parsed.RootCommandResult.Command.Options
        .Except([_store, _definitions, _mirrors])
        .Select(parsed.GetResult).OfType<OptionResult>().Where(result => !result.Implicit)
        .SelectMany(result => result.Tokens.Count == 0
            ? [result.Option.Name]
            : result.Tokens.SelectMany(token => new[] { result.Option.Name, token.Value }));

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

/// <summary>Arguments and options that more than one command takes.</summary>
internal static class CommonArguments
{
    public static Argument<string> Target() => Described(new Argument<string>("target"), "A target; 'bootstrap targets' lists them");

    public static Argument<string[]> Targets(bool orNone = false) => Described(
        new Argument<string[]>("target") { Arity = orNone ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore }, "One or more targets; 'bootstrap targets' lists them");

    public static Argument<string> Step() => new("step") { Description = "A step; 'bootstrap plan TARGET' lists them", HelpName = "step" };

    public static Option<bool> Json(string what) => new("--json") { Description = what };

    private static T Described<T>(T argument, string description)
        where T : Argument
    {
        argument.Description = description;
        argument.HelpName = "target";
        argument.CompletionSources.Add(_ => TargetNames());
        return argument;
    }

    /// <summary>By file name alone: completion has to be quick and never fail.</summary>
    private static IEnumerable<string> TargetNames()
    {
        var targets = Path.Combine(Environment.GetEnvironmentVariable("BOOTSTRAP_HOME") ?? ".", "targets");
        return Directory.Exists(targets) ? Directory.EnumerateFiles(targets, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)!) : [];
    }
}
