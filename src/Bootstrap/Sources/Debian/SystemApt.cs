using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.Sources.Debian;

/// <summary>What the apt configuration of this machine says about Debian's archive; nothing is ever written to it.</summary>
internal sealed partial class SystemApt(ProcessRunner processes)
{
    // Archives of their own, with other suites than the main one has.
    private static readonly string[] OtherArchives = ["-security", "/updates", "-backports", "-backports-sloppy"];

    /// <summary>The mirror that it names; null where it names none, or there is no apt.</summary>
    public async Task<string?> MirrorAsync(CancellationToken cancel)
    {
        if (!HostProgram.AptConfig.IsInstalled)
            return null;
        var result = await RunAsync(["shell", "FILE", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"], cancel);
        var paths = Assignment().Matches(result).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        var files = new List<string>();
        if (paths.TryGetValue("FILE", out var file) && File.Exists(file))
            files.Add(file);
        if (paths.TryGetValue("PARTS", out var parts) && Directory.Exists(parts))
            files.AddRange(Directory.EnumerateFiles(parts).Where(IsPart).Order(StringComparer.Ordinal));
        return Pick(files.SelectMany(path => AptEntry.Parse(Path.GetFileName(path), File.ReadAllText(path))));
    }

    /// <summary>What it says about reaching archives, as apt.conf(5) lines.</summary>
    public async Task<ImmutableArray<string>> AcquireAsync(CancellationToken cancel) =>
        [.. AptState.Carried(await RunAsync(["dump", "Acquire"], cancel))];

    /// <summary>
    /// The mirror, or null. An entry is Debian's archive when it is signed by Debian's archive keys or, where it does not say by whom,
    /// when its path ends in <c>debian</c>, as those of all public mirrors do.
    /// </summary>
    public static string? Pick(IEnumerable<AptEntry> entries)
    {
        var candidates = entries.Where(CanBeIt).ToList();
        var mirror = candidates.FirstOrDefault(entry => entry.SignedBy.Contains("debian-archive", StringComparison.Ordinal))
            ?? candidates.FirstOrDefault(entry => entry.SignedBy.Length == 0 && HasUsualPath(entry.Uri));
        return mirror?.Uri.TrimEnd('/');
    }

    /// <summary>The mirror as the user wrote it.</summary>
    public static string Check(string url)
    {
        if (Protocols.Parse(url, Protocols.Apt) is null || url.Any(c => char.IsWhiteSpace(c) || c is '[' or ']' or '"'))
        {
            throw new DefinitionException(
                $"--debian-mirror '{url}' is not a URL; expected one of {string.Join(", ", Protocols.Apt)}, such as https://HOST/debian.");
        }
        return url.TrimEnd('/');
    }

    private static bool CanBeIt(AptEntry entry) =>
        entry.Components.Contains("main") && entry.Suites.Any(IsMainSuite) && Protocols.Parse(entry.Uri, Protocols.Apt) is not null;

    private static bool HasUsualPath(string url) => url.TrimEnd('/').EndsWith("/debian", StringComparison.Ordinal);

    private static bool IsMainSuite(string suite) =>
        !suite.EndsWith('/') && !OtherArchives.Any(ending => suite.EndsWith(ending, StringComparison.Ordinal));

    private static bool IsPart(string path) => Path.GetExtension(path) is ".list" or ".sources";

    private async Task<string> RunAsync(ImmutableArray<string> arguments, CancellationToken cancel)
    {
        var command = new ConfinedCommand(HostProgram.AptConfig, arguments);
        if (Environment.GetEnvironmentVariable("APT_CONFIG") is { } file)
            command = command with { Readable = [file], Variables = command.Variables.Add("APT_CONFIG", file) };
        var result = await command.RunAsync(processes, cancel);
        return result.ExitCode == 0
            ? result.Output
            : throw new HostException($"apt's configuration can't be read: {result.Error.Trim()}", "See `apt-config dump`.");
    }

    [GeneratedRegex("^(?<name>[A-Z]+)='(?<value>.*)'$", RegexOptions.Multiline)]
    private static partial Regex Assignment();
}

/// <summary>One archive that apt's configuration names for binary packages (sources.list(5)).</summary>
internal sealed record AptEntry(string Uri, ImmutableArray<string> Suites, ImmutableArray<string> Components, string SignedBy)
{
    private static readonly char[] Blank = [' ', '\t', '\n'];

    /// <summary>The enabled entries of a file: deb822 for <c>*.sources</c>, else one line an entry.</summary>
    public static IEnumerable<AptEntry> Parse(string fileName, string text) =>
        fileName.EndsWith(".sources", StringComparison.Ordinal) ? ParseDeb822(text) : text.Split('\n').SelectMany(ParseLine);

    private static IEnumerable<AptEntry> ParseDeb822(string text)
    {
        foreach (var stanza in Stanzas(text))
        {
            string[] Words(string field) => AptEntry.Words(stanza.GetValueOrDefault(field, ""));
            if (!Words("types").Contains("deb") || Words("enabled") is ["no" or "No" or "NO" or "false"])
                continue;
            foreach (var uri in Words("uris"))
                yield return new AptEntry(uri, [.. Words("suites")], [.. Words("components")], stanza.GetValueOrDefault("signed-by", ""));
        }
    }

    /// <summary>The stanzas of a control file (deb822(5)): fields by their names in lower case, values without indentation.</summary>
    public static IEnumerable<Dictionary<string, string>> Stanzas(string text)
    {
        var stanza = new Dictionary<string, string>();
        string? field = null;
        foreach (var line in text.Split('\n').Where(line => !line.StartsWith('#')).Append(""))
        {
            if (line.Trim().Length == 0)
            {
                if (stanza.Count > 0)
                    yield return stanza;
                (stanza, field) = ([], null);
            }
            else if (char.IsWhiteSpace(line[0]) && field is not null)
            {
                stanza[field] = (stanza[field] + "\n" + line.Trim()).TrimStart();
            }
            else if (line.Split(':', 2) is [var name, var value])
            {
                stanza[field = name.Trim().ToLowerInvariant()] = value.Trim();
            }
        }
    }

    private static IEnumerable<AptEntry> ParseLine(string line)
    {
        var rest = line.Split('#', 2)[0].Trim();
        if (!rest.StartsWith("deb ", StringComparison.Ordinal) && !rest.StartsWith("deb\t", StringComparison.Ordinal))
            yield break;
        rest = rest[4..].Trim();
        var options = "";
        if (rest.StartsWith('[') && rest.IndexOf(']') is > 0 and var end)
            (options, rest) = (rest[1..end], rest[(end + 1)..]);
        var words = Words(rest);
        if (words.Length < 2)
            yield break;
        const string signer = "signed-by=";
        var signedBy = Words(options).FirstOrDefault(option => option.StartsWith(signer, StringComparison.OrdinalIgnoreCase));
        yield return new AptEntry(words[0], [words[1]], [.. words[2..]], signedBy?[signer.Length..] ?? "");
    }

    private static string[] Words(string text) => text.Split(Blank, StringSplitOptions.RemoveEmptyEntries);
}
