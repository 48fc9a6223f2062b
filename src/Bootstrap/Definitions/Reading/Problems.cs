using System.Text;

namespace Bootstrap.Definitions.Reading;

/// <summary>What is wrong with the definitions: collected, so that one run names every problem.</summary>
internal sealed class Problems
{
    private const int LongestQuotation = 80;

    private readonly List<(Location Location, string Message)> _all = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);

    /// <summary>Notes a problem: what is wrong, what was expected, and the nearest of what was perhaps meant.</summary>
    public void Add(Location location, string message, string mistyped = "", IEnumerable<string>? candidates = null)
    {
        _files.Add(location.File);
        _all.Add((location, Spelling.WithNearest(message, mistyped, candidates ?? [])));
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

    private static bool IsUnseen(char c) => char.IsControl(c) || c != ' ' && char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;

    /// <summary>A text of the user's in quotation marks, fit to stand in one line of a terminal.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var c in text.Take(LongestQuotation))
            quoted.Append(IsUnseen(c) ? $"\\u{(int)c:x4}" : c.ToString());
        return quoted.Append(text.Length > LongestQuotation ? "…'" : "'").ToString();
    }
}
