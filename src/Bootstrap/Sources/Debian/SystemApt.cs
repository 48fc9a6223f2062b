using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.Sources.Debian;

/// <summary>What the apt configuration of this machine says about Debian's archive; nothing is ever written to it.</summary>
internal sealed partial class SystemApt(ProcessRunner processes)
{
    private const string OtherLogin = "apt would take a part of its login for the host, or a control character for one of its own; logins with / or @ go into apt's auth.conf";

    // Archives of their own, with other suites than the main one has.
    private static readonly string[] OtherArchives = ["-security", "/updates", "-backports", "-backports-sloppy"];

    /// <summary>The entry for Debian's archive, null where there is none, or no apt; and why each other entry is not it.</summary>
    public async Task<(AptEntry? Entry, ImmutableArray<string> Refused)> MirrorAsync(CancellationToken cancel)
    {
        if (HostProgram.AptConfig.Installed is null)
            return (null, ["there is no apt-config"]);
        var result = await RunAsync(["shell", "FILE", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"], cancel);
        var paths = Assignment().Matches(result).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        var (entries, refused) = (new List<AptEntry>(), new List<string>());
        foreach (var path in FilesOf(paths.GetValueOrDefault("FILE", ""), paths.GetValueOrDefault("PARTS", ""), refused))
        {
            try
            {
                entries.AddRange(AptEntry.Parse(path, File.ReadAllText(path)));
            }
            catch (Exception failure) when (DiskFailure.Is(failure))
            {
                refused.Add($"{path}: {failure.Message}");
            }
        }
        if (entries.Count + refused.Count == 0)
            refused.Add($"no archive is enabled in {string.Join(" and ", paths.Values)}");
        return (Pick(entries), [.. entries.Select(entry => $"{entry.Place}: {entry.Uri}: {Refusal(entry)}"), .. refused]);
    }

    /// <summary>Which of its files this user may not read, so that their settings don't hold: apt's words, or nothing.</summary>
    public string Unread { get; private set; } = "";

    /// <summary>What it says about reaching archives, as apt.conf(5) lines, with the files that have the logins.</summary>
    public async Task<ImmutableArray<string>> AcquireAsync(CancellationToken cancel)
    {
        var logins = await RunAsync(["shell", "Dir::Etc::netrc", "Dir::Etc::netrc/f", "Dir::Etc::netrcparts", "Dir::Etc::netrcparts/d"], cancel);
        return [.. AptState.Carried(await RunAsync(["dump", "Acquire"], cancel)),
            .. Assignment().Matches(logins).Select(match => $"{match.Groups["name"].Value} \"{match.Groups["value"].Value}\";")];
    }

    /// <summary>
    /// The entry for Debian's archive, or null: one that is signed by Debian's archive keys or, where it does not say by whom, one whose path ends
    /// in <c>debian</c>, as those of all public mirrors do, and other archives' do in a deeper directory.
    /// </summary>
    public static AptEntry? Pick(IEnumerable<AptEntry> entries)
    {
        var candidates = entries.Where(entry => Refusal(entry) is null).ToList();
        return candidates.FirstOrDefault(IsSignedByDebian) ?? candidates.MinBy(entry => entry.Uri.TrimEnd('/').Count(c => c == '/'));
    }

    /// <summary>Why an entry is not Debian's archive, or can't be used; null where it is.</summary>
    public static string? Refusal(AptEntry entry)
    {
        if (entry.Suites.IsEmpty)
            return "it names no suite; expected URL SUITE COMPONENT...";
        if (entry.Uri.Split(':')[0] is "cdrom" or "ssh" or "rsh")
            return "apt can't read discs or use a user's keys in the sandbox that it runs in";
        if (!IsUrl(entry.Uri))
            return $"expected a URL of {string.Join(", ", Protocols.Apt)}";
        if (Misread().IsMatch(entry.Uri))
            return OtherLogin;
        if (!entry.Suites.Any(IsMainSuite))
            return "it has other suites than Debian's main archive";
        if (!entry.Components.Contains("main"))
            return "it has no component 'main'";
        if (IsSignedByDebian(entry))
            return null;
        if (entry.SignedBy.Contains('/'))
            return $"it is signed by {entry.SignedBy.ReplaceLineEndings(" ")}, which is not Debian's keyring";
        return UsualPath().IsMatch(entry.Uri) ? null : "its path does not end in 'debian', and it does not say that Debian's keyring signs it";
    }

    /// <summary>The mirror as the user wrote it.</summary>
    public static string Check(string url) => Misread().IsMatch(url) ? throw new DefinitionException($"--debian-mirror: {OtherLogin}.")
        : IsUrl(url) && !url.Any(c => char.IsWhiteSpace(c) || c is '[' or ']' or '"' or '?' or '#') ? url.TrimEnd('/')
        : throw new DefinitionException(
            $"--debian-mirror '{NetworkEnvironment.WithoutLogins(url)}' is not a URL that apt's lists can hold; expected one of {string.Join(", ", Protocols.Apt)}, such as "
            + "https://HOST/debian, without a query, a fragment, or an address in brackets.");

    private static bool IsSignedByDebian(AptEntry entry) => entry.SignedBy.Contains("debian-archive", StringComparison.Ordinal);

    private static bool IsMainSuite(string suite) =>
        !suite.EndsWith('/') && !OtherArchives.Any(ending => suite.EndsWith(ending, StringComparison.Ordinal));

    // Not every one of them is one to .NET: file:/srv/debian.
    private static bool IsUrl(string text) => text.Split(':', 2) is [var scheme, var place] && Place().IsMatch(place) && Protocols.Apt.Contains(scheme);

    private static List<string> FilesOf(string file, string parts, List<string> refused)
    {
        var files = new List<string>();
        if (File.Exists(file))
            files.Add(file);
        try
        {
            var found = Directory.Exists(parts) ? Directory.EnumerateFileSystemEntries(parts).Order(StringComparer.Ordinal).ToLookup(path => Part().IsMatch(Path.GetFileName(path))) : null;
            files.AddRange(found?[true] ?? []);
            refused.AddRange(found?[false].Where(path => Path.GetExtension(path) is ".list" or ".sources").Select(path => $"{path}: apt reads no file of such a name") ?? []);
        }
        catch (UnauthorizedAccessException failure)
        {
            refused.Add(failure.Message);
        }
        return files;
    }

    private async Task<string> RunAsync(ImmutableArray<string> arguments, CancellationToken cancel)
    {
        var command = new ConfinedCommand(HostProgram.AptConfig, arguments);
        // It may name other files beside it.
        if (Environment.GetEnvironmentVariable("APT_CONFIG") is { Length: > 0 } named && Path.GetFullPath(named) is var file)
            command = command with { Readable = [file, Path.GetDirectoryName(file) ?? "/"], Variables = command.Variables.Add("APT_CONFIG", file) };
        var result = await command.RunAsync(processes, cancel);
        Unread = string.Concat(result.Error.Split('\n').Where(line => line.StartsWith("W: Unable to read", StringComparison.Ordinal)).Select(line => $" ({line[3..]})"));
        return result.ExitCode == 0
            ? result.Output
            : throw new HostException($"apt's configuration can't be read: {result.Error.Trim()}", "See `apt-config dump`.");
    }

    [GeneratedRegex("^(?<name>[A-Za-z:]+)='(?<value>.*)'$", RegexOptions.Multiline)]
    private static partial Regex Assignment();

    [GeneratedRegex("^/{1,3}[^/]")]
    private static partial Regex Place();

    // apt decodes a URL before it takes it to pieces.
    [GeneratedRegex("%[01][0-9a-f]|%7f|//[^/]*%(2f|3a|40)[^/]*@|//[^/]*/.*@", RegexOptions.IgnoreCase)]
    private static partial Regex Misread();

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]*\.(list|sources)$")]
    private static partial Regex Part();

    [GeneratedRegex("(/debian(/[0-9]{8}T[0-9]{6}Z)?/*|^mirror[+:].*debian.*)$")]
    private static partial Regex UsualPath();
}

/// <summary>One archive that apt's configuration names for binary packages (sources.list(5)), and where.</summary>
internal sealed partial record AptEntry(string Uri, ImmutableArray<string> Suites, ImmutableArray<string> Components, string SignedBy, string Place = "")
{
    private static readonly char[] Blank = [' ', '\t', '\n', '\r'];
    private static readonly string[] Off = ["no", "false", "off", "without", "disable", "0"];

    // Whom to trust is never among these.
    private static readonly string[] CarriedOptions = ["check-valid-until", "valid-until-min", "valid-until-max", "check-date", "date-max-future", "by-hash"];

    /// <summary>What it says about reading this archive, such as a snapshot that nobody has renewed, as <c>NAME=VALUE</c>.</summary>
    public ImmutableArray<string> Options { get; init; } = [];

    /// <summary>The enabled entries of a file: deb822 for <c>*.sources</c>, else one line an entry.</summary>
    public static IEnumerable<AptEntry> Parse(string file, string text) => file.EndsWith(".sources", StringComparison.Ordinal)
        ? ParseDeb822(file, text)
        : text.Split('\n').Index().SelectMany(line => ParseLine($"{file}:{line.Index + 1}", line.Item));

    private static IEnumerable<AptEntry> ParseDeb822(string file, string text)
    {
        foreach (var (line, stanza) in Numbered(text))
        {
            string[] Words(string field) => AptEntry.Words(stanza.GetValueOrDefault(field, ""));
            if (!Words("types").Contains("deb") || Words("enabled").Any(word => Off.Contains(word, StringComparer.OrdinalIgnoreCase)))
                continue;
            foreach (var uri in Words("uris"))
            {
                yield return new AptEntry(uri, [.. Words("suites")], [.. Words("components")], stanza.GetValueOrDefault("signed-by", ""), $"{file}:{line}")
                {
                    Options = [.. CarriedOptions.Where(stanza.ContainsKey).Select(name => $"{name}={stanza[name]}")],
                };
            }
        }
    }

    /// <summary>The stanzas of a control file (deb822(5)): fields by their names in lower case, values without indentation.</summary>
    public static IEnumerable<Dictionary<string, string>> Stanzas(string text) => Numbered(text).Select(stanza => stanza.Fields);

    private static IEnumerable<(int Line, Dictionary<string, string> Fields)> Numbered(string text)
    {
        var (first, stanza) = (0, new Dictionary<string, string>());
        string? field = null;
        foreach (var (index, line) in text.Split('\n').Append("").Index().Where(line => !line.Item.StartsWith('#')))
        {
            if (stanza.Count == 0)
                first = index + 1;
            if (line.Trim().Length == 0)
            {
                if (stanza.Count > 0)
                    yield return (first, stanza);
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

    private static IEnumerable<AptEntry> ParseLine(string place, string line)
    {
        var rest = line.Split('#', 2)[0].Trim();
        if (!rest.StartsWith("deb ", StringComparison.Ordinal) && !rest.StartsWith("deb\t", StringComparison.Ordinal))
            yield break;
        rest = rest[4..].Trim();
        var options = "";
        if (rest.StartsWith('[') && rest.IndexOf(']') is > 0 and var end)
            (options, rest) = (rest[1..end], rest[(end + 1)..]);
        // The name of a disc has blanks in it.
        var uri = Address().Match(rest).Value;
        var words = Words(rest[uri.Length..]);
        const string signer = "signed-by=";
        var signedBy = Words(options).FirstOrDefault(option => option.StartsWith(signer, StringComparison.OrdinalIgnoreCase));
        yield return new AptEntry(uri.Trim(), [.. words.Take(1)], [.. words.Skip(1)], signedBy?[signer.Length..] ?? "", place)
        {
            Options = [.. Words(options.ToLowerInvariant()).Where(option => CarriedOptions.Contains(option.Split('=')[0]))],
        };
    }

    private static string[] Words(string text) => text.Split(Blank, StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^\s*(cdrom:\[[^\]]*\])?\S*")]
    private static partial Regex Address();
}
