using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Bootstrap.Exporting;

/// <summary>Writes YAML for people: commands as literal blocks, everything else quoted only where it has to be.</summary>
internal static partial class YamlText
{
    public static string Of(YamlMap map)
    {
        var text = new StringBuilder();
        WriteMap(text, map, "");
        return text.ToString();
    }

    // The first line of a block goes on where its parent left off, after the dash of a list.
    private static void WriteMap(StringBuilder text, YamlMap map, string indent)
    {
        var lead = "";
        foreach (var (key, value) in map)
        {
            text.Append(lead).Append(OneLine(key)).Append(':');
            WriteValue(text, value, indent, value is YamlMap ? indent + "  " : indent);
            lead = indent;
        }
    }

    private static void WriteValue(StringBuilder text, YamlNode value, string indent, string nested)
    {
        switch (value)
        {
            case YamlScalar scalar:
                text.Append(' ').Append(Scalar(scalar.Text, indent)).Append('\n');
                break;
            case YamlMap map:
                text.Append('\n').Append(nested);
                WriteMap(text, map, nested);
                break;
            case YamlList list:
                text.Append('\n');
                WriteList(text, list, nested);
                break;
        }
    }

    private static void WriteList(StringBuilder text, YamlList list, string indent)
    {
        foreach (var item in list.Items)
        {
            text.Append(indent).Append('-');
            if (item is YamlMap map)
            {
                text.Append(' ');
                WriteMap(text, map, indent + "  ");
            }
            else
            {
                WriteValue(text, item, indent, indent + "  ");
            }
        }
    }

    private static string Scalar(string text, string indent) =>
        text.Contains('\n', StringComparison.Ordinal) && text.All(c => c is '\n' or '\t' || IsPrintable(c)) && text.Trim().Length > 0
            ? Block(text, indent + "  ")
            : OneLine(text);

    private static string Block(string text, string indent)
    {
        // A first line that begins with a blank would be taken for the indentation.
        var header = text[0] is ' ' or '\t' or '\n' ? "|2" : "|";
        var chomped = text.TrimEnd('\n');
        var chomping = (text.Length - chomped.Length) switch { 0 => "-", 1 => "", _ => "+" };
        var lines = (chomping == "+" ? text[..^1] : chomped).Split('\n').Select(line => line.Length == 0 ? "" : indent + line);
        return header + chomping + "\n" + string.Join('\n', lines);
    }

    private static string OneLine(string text)
    {
        if (Plain().IsMatch(text) && !Keyword().IsMatch(text))
        {
            return text;
        }

        return text.All(IsPrintable) ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : $"\"{string.Concat(text.Select(Escape))}\"";
    }

    private static bool IsPrintable(char c) => !char.IsControl(c) && c is not ('\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF');

    private static string Escape(char c) => c is '"' or '\\' ? $"\\{c}"
        : IsPrintable(c) ? c.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");

    [GeneratedRegex("^[A-Za-z/][A-Za-z0-9_./+@=-]*(:[A-Za-z0-9_./+@=-]+)*$")]
    private static partial Regex Plain();

    // What readers of YAML take for something else than text.
    [GeneratedRegex("^(?:true|false|yes|no|on|off|y|n|null)$", RegexOptions.IgnoreCase)]
    private static partial Regex Keyword();
}
