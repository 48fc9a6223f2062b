using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Bootstrap.HostTools;
using Bootstrap.Planning;
using Bootstrap.Sandboxing;
using Bootstrap.Sources;

namespace Bootstrap.Cli;

/// <summary>What the options that every command takes were set to.</summary>
/// <param name="Repeated">The options that were given, with absolute paths, but for those that name directories of this run: to start this program with once more.</param>
internal sealed record Settings(
    string Store,
    ImmutableArray<string> DefinitionDirectories,
    DefinitionSet Definitions,
    HostToolsRequest HostToolsRequest,
    HostToolsRequest EmulatorsRequest,
    ImmutableDictionary<string, ImmutableArray<string>> HostToolsOptions,
    SourcePolicy Sources,
    string? DebianMirror,
    ImmutableArray<string> Mirrors,
    string? MirrorKey,
    bool TrustsMirrors,
    bool Overlays,
    SandboxLimits Limits,
    bool Offline,
    ImmutableArray<string> Repeated,
    PastedCommands Pasted);

/// <summary>The options that every command takes, and what more than one command takes.</summary>
internal sealed partial class CommonOptions
{
    internal const string StepWord = "STEP";
    private const int MostProcesses = 999_999;
    private readonly Option<string?> _store = Value<string?>(
        "--store", "DIR", "Where artifacts, sources and logs are kept [default: $XDG_CACHE_HOME/bootstrap/store or ~/.cache/bootstrap/store]");
    private readonly Option<string[]> _definitions = Value<string[]>(
        "--definitions", "DIR",
        "A directory with more targets, recipes, sources, releases, host-tools and qemu files, which replace the built-in ones of the same name; may be given more than once");
    private readonly Option<string?> _release = Value<string?>(
        "--release", "NAME", "Build every target of the versions of this release; 'bootstrap releases' lists them [default: what a target names, else the release 'default']");
    private readonly Option<string> _hostTools = Value(
        "--host-tools", "auto|NAME[:RELEASE]|PROVIDER:PLACE",
        $"Where the host tools come from: {HostToolsProviders.Expected(HostToolsProviders.HostTools)}; auto is the first of "
            + $"{string.Join(" and ", HostToolsProviders.OfAuto.Select(kind => kind.Name))} whose mirror can be reached, and stays until 'host-tools --update'",
        _ => HostToolsRequest.Auto.Name);
    private readonly Option<string> _emulators = Value(
        "--emulators", "auto|built|NAME[:RELEASE]|PROVIDER:PLACE",
        "Where qemu comes from, whatever the host tools are: debian[:SUITE], alpine[:RELEASE], path:DIRECTORY-OR-TARBALL, ostree:REPOSITORY#BRANCH-OR-COMMIT, "
            + "built (by the recipes emulator-user and emulator-system, of the source qemu); auto is Debian's where there are apt and Debian's keyring, else they are built",
        _ => HostToolsRequest.Auto.Name);

    // As the registry of providers declares them.
    private readonly ImmutableArray<(HostToolsOption Declared, Option Option)> _ofProviders =
        [.. HostToolsProviders.All.SelectMany(kind => kind.Options).Select(declared => (declared, declared.IsRepeatable
            ? (Option)Value<string[]>(declared.Name, declared.Value, declared.Description)
            : Value<string?>(declared.Name, declared.Value, declared.Description)))];

    private readonly Option<string?> _debianMirror = Value<string?>(
        "--debian-mirror", "URL", "A mirror of Debian's archive [default: the one in the system's apt configuration]");
    private readonly Option<SourcePolicy> _sources = Value<SourcePolicy>(
        "--sources", "auto|upstream|debian",
        "Where sources come from: upstream's tarballs, Debian's, or auto, which keeps what was chosen before. What is chosen holds for later runs too, "
            + "until they name another, or 'sources fetch --update'");
    private readonly Option<bool> _noOverlay = Flag(
        "--no-overlay", "Merge directory trees by linking and copying instead of overlay mounts: slower, same results");
    private readonly Option<string?> _memory = Value<string?>(
        "--memory", "SIZE", "How much memory one step may have, such as 6G; a step that takes more is ended [default: nine tenths of what there is]");
    private readonly Option<string?> _processes = Value<string?>(
        "--processes", "N",
        $"How many processes and threads one step may have; a step that starts more is ended [default: {new SandboxLimits().Processes}]");
    private readonly Option<string[]> _mirrors = Value<string[]>(
        "--mirror", "DIR|URL",
        "A directory or URL written by 'sources mirror', where every source and package is looked for first; may be given more than once");
    private readonly Option<string?> _mirrorKey = Value<string?>(
        "--mirror-key", "FILE", "A file of OpenPGP keys, one of which has to have signed the index of each --mirror");
    private readonly Option<bool> _trustMirror = Flag(
        "--trust-mirror",
        "Take what a --mirror that is no directory pins without a signature: whoever can change what it serves decides about the host tools");
    private readonly Option<bool> _offline = Flag(
        "--offline", "Never use the network, only the store and --mirror directories; list what they lack");
    private readonly Option<string?> _free = Value<string?>(
        "--free", "SIZE", "Free space in the root file system of a disk image, such as 2G [default: what the target says, or 256M]");

    private readonly Option<bool> _noAccelerate = Flag(
        "--no-accelerate", "Let the native compilers of the target, emulated, do what steps with 'accelerate: true' compile: many times slower, same results");
    private readonly Option<bool> _fullProof = Flag(
        "--full-proof", "Let 'prove' compile 2,000 files and more by the native compilers and the accelerator, which takes hours, instead of a sample");

    public CommonOptions()
    {
        Accept(_sources, text => Enum.GetNames<SourcePolicy>().Contains(text, StringComparer.OrdinalIgnoreCase), _sources.HelpName!.Replace("|", ", "));
        _hostTools.CompletionSources.Add(
            [HostToolsRequest.Auto.Name, .. HostToolsProviders.All.Select(kind => kind.AtPlace is null ? kind.Name : kind.Name + ":")]);
        Accept(_free, Size().IsMatch, "a number of bytes, or one with K, M, G or T behind it");
        Accept(_memory, text => Size().IsMatch(text) && text[0] != '0', "a number of bytes from 1 upwards, or one with K, M, G or T behind it");
        Accept(_processes, text => IsNumber(text, MostProcesses), $"a number from 1 to {MostProcesses}");
    }

    public void AddTo(Command root)
    {
        Option[] all =
        [
            _store, _definitions, _release, _hostTools, _emulators, .. _ofProviders.Select(each => each.Option), _debianMirror, _sources, _noOverlay, _memory, _processes,
            _mirrors, _mirrorKey, _trustMirror, _offline, _free, _noAccelerate, _fullProof,
        ];
        foreach (var option in all)
        {
            option.Recursive = true;
            root.Options.Add(option);
        }
    }

    public string Store(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(_store) ?? DefaultStore());

    public Settings Read(ParseResult parsed)
    {
        ImmutableArray<string> directories = [Home(), .. (parsed.GetValue(_definitions) ?? []).Select(path => Path.GetFullPath(path))];
        var read = DefinitionReader.Read(directories);
        if (parsed.GetValue(_release) is { } release)
            read = read.WithRelease(release);
        if (parsed.GetValue(_free) is { } free)
            read = read.WithVariable("image-free", free);
        if (parsed.GetValue(_fullProof))
            read = read.WithVariable("proof", "full");
        return new Settings(
            Store(parsed),
            directories,
            parsed.GetValue(_noAccelerate) ? read : read.Accelerated(),
            HostToolsProviders.Parse(parsed.GetValue(_hostTools)!),
            HostToolsProviders.Parse(parsed.GetValue(_emulators)!, HostToolsProviders.Emulators),
            OfProviders(parsed),
            parsed.GetValue(_sources),
            parsed.GetValue(_debianMirror),
            [.. parsed.GetValue(_mirrors) ?? []],
            parsed.GetValue(_mirrorKey) is { } key ? Path.GetFullPath(key) : null,
            parsed.GetValue(_trustMirror),
            Overlays: !parsed.GetValue(_noOverlay),
            LimitsOf(parsed),
            Offline: parsed.GetValue(_offline),
            [.. PastedCommands.Given(parsed, [_store, _definitions, _mirrors, _mirrorKey], Absolute)],
            new PastedCommands(parsed));
    }

    /// <summary>By its text: to ask for the value of a word that is none throws.</summary>
    public static void Accept(Option option, Predicate<string> isGood, string expected) => option.Validators.Add(result =>
    {
        if (result.Tokens.FirstOrDefault(token => !isGood(token.Value)) is { } odd)
            result.AddError($"{option.Name} is '{odd.Value}', expected {expected}.");
    });

    public static bool IsNumber(string text, int highest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= highest;

    private SandboxLimits LimitsOf(ParseResult parsed)
    {
        var limits = new SandboxLimits();
        return limits with
        {
            Memory = parsed.GetValue(_memory) is { } size ? BytesOf(size) : limits.Memory,
            Processes = parsed.GetValue(_processes) is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : limits.Processes,
        };
    }

    private static long BytesOf(string size)
    {
        var power = "KMGT".IndexOf(size[^1]) + 1;
        return (long)Math.Min(long.MaxValue, decimal.Parse(power > 0 ? size[..^1] : size, CultureInfo.InvariantCulture) * (1L << (10 * power)));
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

    // Wherever the program is started once more, what is named has to be the same.
    private string Absolute(Option option, string value) =>
        option == _hostTools || option == _emulators ? $"{HostToolsProviders.Parse(value)}"
        : _ofProviders.Any(each => each.Option == option && each.Declared.IsFile) ? Path.GetFullPath(value)
        : value;

    private ImmutableDictionary<string, ImmutableArray<string>> OfProviders(ParseResult parsed) => _ofProviders
        .Select(each => (each.Declared, Values: parsed.GetResult(each.Option)?.Tokens.Select(token => token.Value).ToArray() ?? []))
        .Where(each => each.Values.Length > 0)
        .ToImmutableDictionary(
            each => each.Declared.Name,
            each => each.Values.Select(value => each.Declared.IsFile ? Path.GetFullPath(value) : value).ToImmutableArray());

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

    public static Argument<string> Target() => Described(new Argument<string>("target"), "A target; 'bootstrap targets' lists them");

    public static Argument<string[]> Targets(bool orNone = false) => Described(
        new Argument<string[]>("target") { Arity = orNone ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore }, "One or more targets; 'bootstrap targets' lists them");

    public static Argument<string> Step() => new("step") { Description = "A step; 'bootstrap plan TARGET' lists them", HelpName = "step", CustomParser = StepName };

    /// <summary>An option that ends a run at a step.</summary>
    public static Option<string?> To(string description) => new("--to") { Description = description, HelpName = StepWord, CustomParser = StepName };

    /// <summary>The name of a step, which is printed as TARGET/STEP where it is a target's own.</summary>
    public static string StepName(ArgumentResult result)
    {
        var command = result.Parent as CommandResult ?? (CommandResult)result.Parent!.Parent!;
        var named = command.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Append(StepId.Shared);
        return result.Tokens[0].Value.Split('/') is [var target, var step] && named.Contains(target) ? step : result.Tokens[0].Value;
    }

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>An option whose value help calls by a word, and which a command may give a value of its own.</summary>
    public static Option<T> Value<T>(string name, string value, string description, Func<ArgumentResult, T>? preset = null) =>
        new(name) { HelpName = value, Description = description, DefaultValueFactory = preset };

    public static Option<string?> Sign(string doing) => Value<string?>(
        "--sign", "KEY", $"{doing} with this key of your GnuPG keyring; Bootstrap never creates keys");

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
