using System.Collections.Immutable;

namespace Bootstrap.Sources.Debian;

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

    /// <summary>The stanzas of a control file (deb822(5)): fields by their names in lower case, the lines of a value without what indents them.</summary>
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
