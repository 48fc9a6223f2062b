using System.Text;

namespace Bootstrap.Definitions.Reading;

/// <summary>What is wrong with the definitions: collected, so that one run names every problem.</summary>
internal sealed class Problems
{
    private const int LongestQuotation = 80;
    private const int LongestMistyped = 100;

    private readonly List<(Location Location, string Message)> _all = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);

    /// <summary>Notes a problem: what is wrong, what was expected, and the nearest of what was perhaps meant.</summary>
    public void Add(Location location, string message, string mistyped = "", IEnumerable<string>? candidates = null)
    {
        _files.Add(location.File);
        _all.Add((location, Nearest(mistyped, candidates ?? []) is { } meant ? $"{message}; did you mean '{meant}'?" : message));
    }

    public bool Has(string file) => _files.Contains(file);

    /// <exception cref="DefinitionException">There is a problem; the message has a line for each.</exception>
    public void ThrowIfAny()
    {
        if (_all.Count > 0)
        {
            throw new DefinitionException(string.Join('\n', _all
                .OrderBy(each => each.Location.File, StringComparer.Ordinal)
                .ThenBy(each => each.Location.Line)
                .ThenBy(each => each.Location.Column)
                .Select(each => $"{each.Location}: {each.Message}")));
        }
    }

    /// <summary>A text of the user's in quotation marks, fit to stand in one line of a terminal.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var c in text.Take(LongestQuotation))
            quoted.Append(char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString());
        return quoted.Append(text.Length > LongestQuotation ? "…'" : "'").ToString();
    }

    /// <summary>The candidate with the fewest letters added, dropped, changed or swapped with their neighbour; null if none is near.</summary>
    private static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var most = word.Length is 0 or > LongestMistyped ? 0 : (word.Length + 2) / 4;
        return candidates
            .Where(candidate => candidate != word && Math.Abs(candidate.Length - word.Length) <= most)
            .Select(candidate => (Candidate: candidate, Distance: Distance(word, candidate)))
            .Where(each => each.Distance <= most)
            .OrderBy(each => each.Distance)
            .ThenBy(each => each.Candidate, StringComparer.Ordinal)
            .Select(each => each.Candidate)
            .FirstOrDefault();
    }

    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
                rows[i, j] = Math.Min(i, j) == 0 ? Math.Max(i, j) : Cheapest(i, j);
        }

        return rows[a.Length, b.Length];

        int Cheapest(int i, int j)
        {
            var changed = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            var cost = Math.Min(changed, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
            var swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            return swapped ? Math.Min(cost, rows[i - 2, j - 2] + 1) : cost;
        }
    }
}
