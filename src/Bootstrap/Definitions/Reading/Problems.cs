using System.Text;
using Bootstrap.Platform;

namespace Bootstrap.Definitions.Reading;

/// <summary>What is wrong with the definitions: collected, so that one run names every problem.</summary>
internal sealed class Problems
{
    private const int LongestQuotation = 80;

    private readonly List<(Location Location, string Message)> _all = [];

    public int Count => _all.Count;

    /// <summary>Notes a problem: what is wrong, what was expected, and what was perhaps meant.</summary>
    public void Add(Location location, string message, string? meant = null) =>
        _all.Add((location, meant is null ? message : $"{message}; did you mean '{meant}'?"));

    /// <summary>Whether a problem was noted in this file.</summary>
    public bool Has(string file) => _all.Exists(each => each.Location.File == file);

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
}
