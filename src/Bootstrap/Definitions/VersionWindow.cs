using System.Text.RegularExpressions;

namespace Bootstrap.Definitions;

/// <summary>A release's version: numbers and dots, in the order of the numbers. Whatever holds letters is a pre-release or none.</summary>
internal sealed partial record VersionNumber(string Text) : IComparable<VersionNumber>
{
    private readonly int[] _numbers = [.. Text.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(part => int.Parse(part, CultureInfo.InvariantCulture))];

    /// <summary>The release that a text begins with, as Debian's versions begin with upstream's; null where it begins with none.</summary>
    public static VersionNumber? Leading(string text) => Numbers().Match(text) is { Success: true } match ? new VersionNumber(match.Value) : null;

    public static VersionNumber? Whole(string text) => Leading(text) is { } version && version.Text == text ? version : null;

    /// <summary>Whether one of its numbers is a day, as in 2.47.50.20261021: what lies between releases.</summary>
    public bool IsSnapshot => _numbers.Any(number => number is >= 1990_01_01 and <= 9999_12_31);

    public int CompareTo(VersionNumber? other) => other is null ? 1 : Enumerable.Range(0, Math.Max(_numbers.Length, other._numbers.Length))
        .Select(index => _numbers.ElementAtOrDefault(index).CompareTo(other._numbers.ElementAtOrDefault(index)))
        .FirstOrDefault(order => order != 0);

    [GeneratedRegex(@"^[0-9]{1,9}(\.[0-9]{1,9}){0,8}")]
    private static partial Regex Numbers();
}

/// <summary>The versions of a source, or of the emulator in use, that a target or a recipe works with.</summary>
/// <param name="Of">The source's name, or <see cref="Qemu"/>.</param>
/// <param name="Text">Conditions with commas between them, all of which have to hold: <c>&gt;= 5.4, &lt; 6.18</c>.</param>
/// <param name="Because">The reason, for people, or null.</param>
public sealed record VersionWindow(string Of, string Text, string? Because, Location Location)
{
    /// <summary>Stands for the emulator by which a target's steps run or boot, wherever that comes from.</summary>
    public const string Qemu = "qemu";

    /// <summary>Whether a version is in the window; one that begins with no number, as of a directory, is not known to be outside.</summary>
    public bool Admits(string version) => VersionNumber.Leading(version) is not { } number
        || Text.Split(',').All(condition => Holds(condition.Trim(), number));

    /// <summary>Whether any version at all can meet conditions: one that they name, or one beside it.</summary>
    internal static bool IsPossible(string text)
    {
        var window = new VersionWindow("", text, null, new Location(""));
        return text.Split(',').Select(condition => condition.Trim().TrimStart([.. "<>!= "])).Append("999999999")
            .SelectMany(named => (string[])[named, named + ".0.0.0.1", Before(named)]).Any(window.Admits);

        // The number before it, with much behind: 6.17.999999999 for 6.18.
        static string Before(string named) => named.LastIndexOf('.') is var dot && int.Parse(named[(dot + 1)..], CultureInfo.InvariantCulture) is > 0 and var last
            ? $"{named[..(dot + 1)]}{last - 1}.999999999" : "0";
    }

    private static bool Holds(string condition, VersionNumber number)
    {
        var sign = condition.TrimEnd([.. "0123456789. "]);
        var order = number.CompareTo(new VersionNumber(condition[sign.Length..].Trim()));
        return sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, ">=" => order >= 0, "!=" => order != 0, _ => order == 0 };
    }
}
