using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Bootstrap.Platform;

namespace Bootstrap.Sources.Debian;

/// <summary>Reads the apt configuration of this machine; nothing is ever written to it.</summary>
internal sealed partial class SystemApt(ProcessRunner processes)
{
    /// <summary>The archives that it names; none where there is no apt.</summary>
    public async Task<ImmutableArray<AptEntry>> EntriesAsync(CancellationToken cancel)
    {
        if (!HostProgram.AptConfig.IsInstalled)
            return [];
        var result = await RunAsync(["shell", "FILE", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"], cancel);
        var paths = Assignment().Matches(result).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        var files = new List<string>();
        if (paths.TryGetValue("FILE", out var file) && File.Exists(file))
            files.Add(file);
        if (paths.TryGetValue("PARTS", out var parts) && Directory.Exists(parts))
            files.AddRange(Directory.EnumerateFiles(parts).Where(IsPart).Order(StringComparer.Ordinal));
        return [.. files.SelectMany(path => AptEntry.Parse(Path.GetFileName(path), File.ReadAllText(path)))];
    }

    /// <summary>What it says about reaching archives, as apt.conf(5) lines.</summary>
    public async Task<ImmutableArray<string>> AcquireAsync(CancellationToken cancel) =>
        [.. AptSettings.Carried(await RunAsync(["dump", "Acquire"], cancel))];

    private static bool IsPart(string path) => Path.GetExtension(path) is ".list" or ".sources";

    private async Task<string> RunAsync(ImmutableArray<string> arguments, CancellationToken cancel)
    {
        var result = await processes.RunAsync(new Command(HostProgram.AptConfig.Find(), arguments), cancel);
        return result.ExitCode == 0
            ? result.Output
            : throw new HostException($"apt's configuration can't be read: {result.Error.Trim()}", "See `apt-config dump`.");
    }

    [GeneratedRegex("^(?<name>[A-Z]+)='(?<value>.*)'$", RegexOptions.Multiline)]
    private static partial Regex Assignment();
}
