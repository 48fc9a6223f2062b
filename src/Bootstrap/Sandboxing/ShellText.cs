namespace Bootstrap.Sandboxing;

/// <summary>Words of a POSIX shell script that mean exactly the given text.</summary>
internal static class ShellText
{
    private const string Harmless = "-_./,:=+@%";

    /// <summary>One word for a text of any characters but NUL.</summary>
    public static string Quote(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("No program takes an argument that holds a NUL character.", nameof(text));
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal))
            ? text
            : "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
    }
}
