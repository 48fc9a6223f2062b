using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bootstrap.Definitions;

/// <summary>The environment variables that every step starts from, and the <c>${name}</c> references in those that a recipe adds.</summary>
public static partial class StepVariables
{
    /// <summary>All host tools that recipes ask for, with their lowest versions: of no target, but of all recipes.</summary>
    public const string Tools = "tools";

    /// <summary>All sources that a recipe and what it needs are made of, each as <c>NAME=VERSION=SHA-256</c>: of the plan, not of the target.</summary>
    public const string Sources = "sources";

    /// <summary>What each program of qemu says of its version by which a recipe and what it needs are run, one after the other.</summary>
    public const string Emulators = "emulators";

    /// <summary>The target's known failures under the emulators by which a recipe and what it needs are run, in JSON; empty where it has none.</summary>
    public const string KnownFailures = "known-failures";

    /// <summary>What is said of a machine only, so that a recipe which reads it makes something for one that boots.</summary>
    internal static readonly ImmutableArray<string> OfMachine = ["console", "kernel-arguments"];

    /// <summary>The triplet of the machine that builds: the same for all targets.</summary>
    public const string Build = "build";

    /// <summary>All variables that have a value for the target, in JSON.</summary>
    public const string Variables = "variables";

    /// <summary>The version of a source that the target builds, whether the recipe is made of it or not.</summary>
    public static string VersionOf(string source) => source + "-version";

    internal static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ImmutableSortedDictionary<string, Func<Target, Emulator, string>> Meanings =
        new Dictionary<string, Func<Target, Emulator, string>>
        {
            ["name"] = (target, _) => target.Name,
            ["triplet"] = (target, _) => target.Triplet,
            ["elf-bits"] = (_, emulator) => emulator.Elf.Bits.ToString(CultureInfo.InvariantCulture),
            ["elf-endian"] = (_, emulator) => emulator.Elf.BigEndian ? "big" : "little",
            ["elf-machine"] = (_, emulator) => emulator.Elf.Machine.ToString(CultureInfo.InvariantCulture),
            ["elf-flags"] = (_, emulator) => emulator.Elf.Flags is { } flags ? $"0x{flags.Value:x} 0x{flags.Mask:x}" : "",
            ["user-program"] = (_, emulator) => emulator.UserProgram,
            ["system-program"] = (_, emulator) => emulator.System?.Program ?? "",
            ["firmware"] = (_, emulator) => emulator.System?.Firmware?.Name ?? "",
            ["user-cpu"] = (_, emulator) => emulator.Cpu ?? "",
            ["device-tree"] = (_, emulator) => emulator.System?.DeviceTree ?? "",
            ["root-on"] = (_, emulator) => emulator.System is { Disk: null } ? "initramfs" : "disk",
            ["console"] = (_, emulator) => emulator.System?.Terminal ?? "",
            ["kernel-arguments"] = (_, emulator) => string.Join(' ', emulator.System?.KernelArguments ?? []),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, string> Common = new Dictionary<string, string>
    {
        ["CONFIG_SHELL"] = "/bin/sh",
        ["HOME"] = "/tmp",
        ["LC_ALL"] = "C",
        ["SHELL"] = "/bin/sh",
        ["SOURCE_DATE_EPOCH"] = ReproducibleTime.Seconds.ToString(CultureInfo.InvariantCulture),
        ["TERM"] = "dumb",
        ["TZ"] = "UTC",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>What the engine or the shell sets, so that a recipe's value would be lost without a word.</summary>
    public static ImmutableSortedSet<string> Reserved { get; } =
        ["MAKEFLAGS", "PATH", "QEMU_CPU", "IFS", "OLDPWD", "PPID", "PWD", .. Common.Keys];

    /// <summary>The names that a recipe may refer to without anyone setting them; no target and no recipe may set them.</summary>
    public static ImmutableArray<string> BuiltIn { get; } = [.. Meanings.Keys, Tools, Sources, Emulators, KnownFailures, Build, Variables];

    public static ImmutableSortedDictionary<string, string> EnvironmentOf(Machine machine) =>
        Common.Add("PATH", machine == Machine.Host ? $"{SandboxPaths.Cross}/bin:/usr/sbin:/usr/bin:/sbin:/bin" : "/usr/sbin:/usr/bin");

    /// <summary>What a target and its emulator say of themselves under this name, or null.</summary>
    public static string? Value(string name, Target target, Emulator emulator) => Meanings.GetValueOrDefault(name)?.Invoke(target, emulator);

    /// <summary>What steps read of known failures.</summary>
    public static string Known(IReadOnlyCollection<KnownFailure> failures) => failures.Count == 0 ? "" : JsonSerializer.Serialize(failures, Plain);

    /// <summary>The names that a text refers to, in the order and as often as they are written; every other <c>$</c> stands for itself.</summary>
    public static IEnumerable<string> References(string text) =>
        Openings().Matches(text).Select(match => match.Groups["name"]).Where(name => name.Success).Select(name => name.Value);

    /// <summary>The text with each reference replaced; what replaces it is not searched for references again.</summary>
    public static string Expand(string text, Func<string, string> lookup) =>
        Openings().Replace(text, match => match.Groups["name"] is { Success: true } name ? lookup(name.Value) : match.Value);

    /// <summary>The rest of the text from the first <c>${</c> that begins no reference, or null.</summary>
    public static string? FirstMalformed(string text) =>
        Openings().Matches(text).FirstOrDefault(match => !match.Groups["name"].Success) is { } malformed ? text[malformed.Index..] : null;

    [GeneratedRegex(@"\$\{(?:(?<name>[a-z][a-z0-9-]*)\})?")]
    private static partial Regex Openings();
}
