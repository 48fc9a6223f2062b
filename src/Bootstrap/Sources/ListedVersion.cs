using System.Text.RegularExpressions;

namespace Bootstrap.Sources;

/// <summary>A release's version: numbers and dots, in the order of the numbers. Whatever holds letters is a pre-release or none.</summary>
internal sealed partial record ListedVersion(string Text) : IComparable<ListedVersion>
{
    private readonly int[] _numbers = [.. Text.Split('.').Select(int.Parse)];

    /// <summary>The release that a text begins with, as Debian's versions begin with upstream's; null where it begins with none.</summary>
    public static ListedVersion? Leading(string text) => Numbers().Match(text) is { Success: true } match ? new ListedVersion(match.Value) : null;

    /// <summary>The version that is all of a text, or null.</summary>
    public static ListedVersion? Whole(string text) => Leading(text) is { } version && version.Text == text ? version : null;

    public int CompareTo(ListedVersion? other)
    {
        for (var i = 0; other is not null && i < Math.Max(_numbers.Length, other._numbers.Length); i++)
        {
            var order = _numbers.ElementAtOrDefault(i).CompareTo(other._numbers.ElementAtOrDefault(i));
            if (order != 0)
                return order;
        }
        return other is null ? 1 : 0;
    }

    [GeneratedRegex(@"^[0-9]{1,9}(\.[0-9]{1,9}){0,8}")]
    private static partial Regex Numbers();
}
