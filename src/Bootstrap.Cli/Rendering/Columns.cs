namespace Bootstrap.Cli.Rendering;

/// <summary>Rows of text in columns that are as wide as their longest cell, on a terminal as in a pipe.</summary>
internal static class Columns
{
    public static void Print(params IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (var row in rows)
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
