using Spectre.Console;

namespace Bootstrap.Cli.Rendering;

/// <summary>Sizes and durations as people read them.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>Decimal units, as the field's tools and package lists use them.</summary>
    public static string Bytes(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        while (value >= 1000 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>So much of so much, the unit once.</summary>
    public static string Of(long done, long? total, string unit) => total is not { } all
        ? unit == Advance.InBytes ? Bytes(done) : $"{done} {unit}"
        : unit != Advance.InBytes ? $"{done} of {all} {unit}"
        : Bytes(done).Split(' ') is [var number, var small] && Bytes(all) is var whole && whole.EndsWith(' ' + small, StringComparison.Ordinal)
            ? $"{number} of {whole}"
            : $"{Bytes(done)} of {Bytes(all)}";

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m{duration.Seconds:00}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours}h{duration.Minutes:00}m"),
    };
}

/// <summary>Rows of text in columns that are as wide as their longest cell, on a terminal as in a pipe.</summary>
internal static class Columns
{
    public static void Print(params IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].GetCellWidth()))];
        foreach (var row in rows)
            Console.WriteLine(LiveScreen.Plain(string.Join("  ", row.Select((cell, column) => cell + new string(' ', widths[column] - cell.GetCellWidth()))).TrimEnd()));
    }
}
