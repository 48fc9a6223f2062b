namespace Bootstrap.Planning;

/// <summary>The part of a shell script that does something.</summary>
public static class ScriptText
{
    /// <summary>
    /// Drops comment lines (<c># text</c>), so that they may change without a rebuild. What could be content is left alone: a script with
    /// a here-document, a line after a backslash, and a hash that no blank follows (<c>#include</c> within quotes).
    /// </summary>
    public static string WithoutComments(string script)
    {
        if (script.Contains("<<", StringComparison.Ordinal))
            return script;
        var kept = new List<string>();
        foreach (var line in script.Split('\n'))
        {
            var continued = kept.Count > 0 && kept[^1].EndsWith('\\');
            if (continued || !IsComment(line.TrimStart()))
                kept.Add(line);
        }

        return string.Join('\n', kept);
    }

    private static bool IsComment(string text) => text == "#" || text.StartsWith("# ", StringComparison.Ordinal);
}
