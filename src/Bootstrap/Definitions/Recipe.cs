namespace Bootstrap.Definitions;

/// <summary>Which machine's programs a step runs.</summary>
public enum Machine
{
    /// <summary>The host-tools sysroot is the root file system.</summary>
    Host,

    /// <summary>The step's needs are the root file system, and its programs run under qemu-user.</summary>
    Target,

    /// <summary>The disk image that the step needs is booted by qemu-system, and the commands run in that machine.</summary>
    System,
}

/// <summary>How one step is built, for any target.</summary>
public sealed record Recipe
{
    public required string Name { get; init; }
    public required string Summary { get; init; }
    public required string Stage { get; init; }
    public required Machine RunsOn { get; init; }
    public required ImmutableArray<Need> Needs { get; init; }
    public required ImmutableArray<string> Sources { get; init; }
    public required ImmutableSortedDictionary<string, string> Tools { get; init; }

    /// <summary>The packages that the host tools have for this recipe alone, by the provider of host tools.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Packages { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    public required ImmutableSortedDictionary<string, LocatedText> Environment { get; init; }

    /// <summary>The variables that this recipe declares, for all that read them.</summary>
    public required ImmutableSortedDictionary<string, Variable> Variables { get; init; }

    /// <summary>The versions of sources and of the emulator that it works with.</summary>
    public ImmutableArray<VersionWindow> Versions { get; init; } = [];

    public required LocatedText? Continues { get; init; }
    public required RecipeFiles? Files { get; init; }

    /// <summary>Whether the accelerator stands in for the native compilers.</summary>
    public bool Accelerate { get; init; }

    /// <summary>How long the commands may write nothing, where it is not as long as those of other recipes.</summary>
    public TimeSpan? Silence { get; init; }

    public ImmutableArray<string> SetId { get; init; } = [];
    public required string Commands { get; init; }
    public required Location Location { get; init; }

    /// <summary>What it can't be built before, and where it says so.</summary>
    public IEnumerable<LocatedText> Dependencies =>
        Needs.Select(need => new LocatedText(need.Step, need.Location)).Concat(Continues is { } continued ? [continued] : []);

    /// <summary>The names of some steps and of all that have to be built before them, whether there is a recipe of the name or not.</summary>
    public static HashSet<string> Reach(IReadOnlyDictionary<string, Recipe> recipes, IEnumerable<string> steps)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>(steps);
        while (pending.TryPop(out var name))
        {
            if (reached.Add(name) && recipes.TryGetValue(name, out var recipe))
            {
                foreach (var dependency in recipe.Dependencies)
                    pending.Push(dependency.Value);
            }
        }

        return reached;
    }

    /// <summary>
    /// Drops comment lines (<c># text</c>), so that they may change without a rebuild. What could be content is left alone: a script with
    /// a here-document, a line after a backslash or within quotation marks, and a hash that no blank follows.
    /// </summary>
    public static string WithoutComments(string script)
    {
        if (script.Contains("<<", StringComparison.Ordinal))
            return script;
        var kept = new List<string>();
        var quote = '\0';
        foreach (var line in script.Split('\n'))
        {
            var text = line.TrimStart();
            var isComment = text == "#" || text.StartsWith("# ", StringComparison.Ordinal);
            if (isComment && quote == '\0' && !(kept.Count > 0 && kept[^1].EndsWith('\\')))
                continue;
            kept.Add(line);
            quote = QuoteAfter(line, quote);
        }

        return string.Join('\n', kept);
    }

    // POSIX.1-2024, Shell Command Language, 2.2: nothing has a meaning within single quotes, and a backslash keeps the next character from having one.
    private static char QuoteAfter(string line, char quote)
    {
        for (var at = 0; at < line.Length; at++)
        {
            if (quote != '\'' && line[at] == '\\')
                at++;
            else if (quote != '\0')
                quote = line[at] == quote ? '\0' : quote;
            else if (line[at] is '\'' or '"')
                quote = line[at];
            else if (line[at] == '#' && (at == 0 || char.IsWhiteSpace(line[at - 1])))
                break;
        }

        return quote;
    }
}

/// <summary>A recipe whose artifact is laid into the sandbox at an absolute path; several at one path lie over each other.</summary>
public sealed record Need(string Step, string At, Location Location);

/// <summary>Where a definition stands: a file, and a line and column counted from 1, which are 0 for the file as a whole.</summary>
public sealed record Location(string File, int Line = 0, int Column = 0)
{
    /// <summary>A file's path as messages have it: from the working directory, where it lies below that.</summary>
    public static string ShowPath(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return string.Concat((relative.StartsWith("..", StringComparison.Ordinal) ? path : relative).Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}"));
    }

    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}

/// <summary>A text and where it was written.</summary>
public sealed record LocatedText(string Value, Location Location);

/// <summary>A directory of files that a recipe brings: its path on the host, and the digest of all names, modes and contents in it.</summary>
public sealed record RecipeFiles(string Path, Digest Digest)
{
    public static RecipeFiles In(string directory)
    {
        // Of the modes only what git keeps: a checkout's umask is no change of the recipe.
        var lines = TreeWalk.Of(directory).Select(entry => string.Join('\t', entry.Path, entry.Type, entry.LinkTarget,
            entry.Type == EntryType.File ? $"{(entry.Mode & 0b001_000_000) != 0} {Digest.OfFile(entry.FullPath)}" : ""));
        return new RecipeFiles(directory, Digest.Of(string.Join('\n', lines)));
    }

    /// <summary>The names of its files that end with a suffix, without that.</summary>
    public ImmutableArray<string> Names(string suffix) =>
        [.. Directory.EnumerateFiles(Path, $"*{suffix}").Select(file => System.IO.Path.GetFileName(file)[..^suffix.Length]).Order(StringComparer.Ordinal)];
}
