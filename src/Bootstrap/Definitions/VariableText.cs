using System.Text;

namespace Bootstrap.Definitions;

/// <summary>The grammar of <c>${name}</c> references in the values of a recipe's environment; every other <c>$</c> stands for itself.</summary>
public static class VariableText
{
    private const string Opening = "${";

    /// <summary>The names that a text refers to, in the order and as often as they are written.</summary>
    public static IEnumerable<string> References(string text) =>
        Occurrences(text).Where(each => each.Name is not null).Select(each => each.Name!);

    /// <summary>The text with each reference replaced; what replaces it is not searched for references again.</summary>
    public static string Expand(string text, Func<string, string> lookup)
    {
        var expanded = new StringBuilder();
        var copied = 0;
        foreach (var (start, end, name) in Occurrences(text))
        {
            if (name is not null)
            {
                expanded.Append(text, copied, start - copied).Append(lookup(name));
                copied = end;
            }
        }

        return expanded.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>The rest of the text from the first <c>${</c> that begins no reference, or null.</summary>
    public static string? FirstMalformed(string text)
    {
        foreach (var (start, _, name) in Occurrences(text))
        {
            if (name is null)
                return text[start..];
        }

        return null;
    }

    /// <summary>Whether a text can be the name of a variable: lower-case letters, digits and '-', a letter first.</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && char.IsAsciiLetterLower(text[0]) && NameLength(text, 0) == text.Length;

    private static IEnumerable<Occurrence> Occurrences(string text)
    {
        var start = text.IndexOf(Opening, StringComparison.Ordinal);
        while (start >= 0)
        {
            var from = start + Opening.Length;
            var close = from + NameLength(text, from);
            var name = text[from..close];
            var isReference = IsName(name) && close < text.Length && text[close] == '}';
            var end = isReference ? close + 1 : from;
            yield return new Occurrence(start, end, isReference ? name : null);
            start = text.IndexOf(Opening, end, StringComparison.Ordinal);
        }
    }

    private static int NameLength(string text, int from)
    {
        var end = from;
        while (end < text.Length && (char.IsAsciiLetterLower(text[end]) || char.IsAsciiDigit(text[end]) || text[end] == '-'))
            end++;

        return end - from;
    }

    /// <summary>One <c>${</c> of a text, with the name where it is a reference.</summary>
    private sealed record Occurrence(int Start, int End, string? Name);
}
