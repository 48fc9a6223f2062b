namespace Bootstrap.Definitions;

/// <summary>Guesses which known word a mistyped one was meant to be.</summary>
public static class Spelling
{
    private const int LongestMistyped = 100;

    /// <summary>A message about a word, with the nearest of the candidates if one is near.</summary>
    public static string WithNearest(string message, string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } meant ? $"{message}; did you mean '{meant}'?" : message;

    /// <summary>The candidate with the fewest letters added, dropped, changed or swapped with their neighbour; null if none is near.</summary>
    private static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var most = word.Length is 0 or > LongestMistyped ? 0 : (word.Length + 2) / 4;
        return candidates
            .Where(candidate => candidate != word && Math.Abs(candidate.Length - word.Length) <= most)
            .Select(candidate => (Candidate: candidate, Distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
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
