using System.Text.RegularExpressions;

namespace Bootstrap.Definitions;

/// <summary>What the value of a variable looks like.</summary>
public enum VariableType
{
    /// <summary>One word without white space.</summary>
    Word,

    /// <summary>Any number of words: a list, or a text with blanks between them.</summary>
    Words,

    /// <summary>Words that are options of a configure script by Autoconf, each once.</summary>
    Options,

    /// <summary>Files of the recipe by their names without the suffix, or beside the target by a path that begins with <c>./</c>.</summary>
    Files,
}

/// <summary>A value as it is written for a variable: the text, each word with its place, and where the variable's name stands.</summary>
public sealed record Setting(string Text, ImmutableArray<LocatedText> Words, bool IsList, Location Location)
{
    public Location NameAt { get; init; } = Location;

    /// <summary>Of a list, or of one text, whose words all have its place.</summary>
    public static Setting Of(ImmutableArray<LocatedText> written, bool isList, Location location) => new(
        string.Join(' ', written.Select(each => each.Value)),
        isList ? written : [.. written.SelectMany(text => Variable.Words(text.Value).Select(word => text with { Value = word }))],
        isList,
        location);
}

/// <summary>A variable that targets set and recipes read; the one recipe that declares it says which values it has.</summary>
public sealed record Variable
{
    /// <summary>What the path begins with of a file that lies beside the target.</summary>
    public const string BesideTarget = "./";

    private Regex? _pattern;
    private Regex? _except;

    public required string Name { get; init; }
    public required VariableType Type { get; init; }

    /// <summary>The words that are allowed; empty where it is no choice.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>A regular expression that each word, or each line of a file, matches as a whole; of the kind that takes no time beyond the text's length.</summary>
    public string? Pattern { get; init; }

    /// <summary>A regular expression of what is refused although <see cref="Pattern"/> allows it.</summary>
    public string? Except { get; init; }

    /// <summary>Other variables that stand for an option, by it: they go into the same command.</summary>
    public ImmutableSortedDictionary<string, string> Instead { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Options that the recipe itself passes to the same command.</summary>
    public ImmutableArray<string> Own { get; init; } = [];

    /// <summary>How far a word is a name that may stand once in a list: up to this sign, or as a whole where that is empty; null where any may stand again.</summary>
    public string? Once { get; init; }

    /// <summary>What is allowed, in the words of messages.</summary>
    public required string Expected { get; init; }

    /// <summary>What the names of files are without.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>What holds for a target that does not set it, or null where each has to.</summary>
    public Setting? Default { get; init; }
    public required string Meaning { get; init; }

    /// <summary>The recipe that declares it.</summary>
    public required string Recipe { get; init; }

    public required Location Location { get; init; }

    public bool Accepts(string text) =>
        (Values.IsEmpty || Values.Contains(text)) && (Pattern is null || (_pattern ??= Compiled(Pattern)).IsMatch(text))
        && (Except is null || !(_except ??= Compiled(Except)).IsMatch(text));

    /// <summary>The words of a list that come again, by what of them may stand once, each with the first.</summary>
    public IEnumerable<(LocatedText Word, string First)> Repeated(IEnumerable<LocatedText> words) => Type != VariableType.Options && Once is null ? []
        : words.GroupBy(word => Type == VariableType.Options ? NameOf(word.Value) : Once is { Length: > 0 } sign ? word.Value.Split(sign)[0] : word.Value, StringComparer.Ordinal)
            .SelectMany(same => same.Skip(1).Select(word => (word, same.First().Value)));

    /// <summary>What is expected in the place of a word that another has to say, or null.</summary>
    public string? InPlaceOf(string word) => Instead.FirstOrDefault(each => NameOf(each.Key) == NameOf(word)).Value is { } other ? $"the variable '{other}' in its place"
        : Own.FirstOrDefault(own => NameOf(own) == NameOf(word)) is { } passed ? $"it left out: recipe {Recipe} passes {passed} itself" : null;

    // As configure scripts by Autoconf read them: --without-x is a value of --with-x, and what is no letter or digit of a name counts as '_'.
    private static string NameOf(string word) => Regex.Replace(Regex.Replace(word.Split('=')[0], "^--(?:without|with)-", "--with-"), "^--(?:disable|enable)-", "--enable-")
        .Replace('-', '_').Replace('.', '_').Replace('+', '_');

    /// <summary>What a step's environment has for a value: that itself, or where its files lie in the sandbox.</summary>
    public string InStep(string value) => Type != VariableType.Files ? value : string.Join(' ', Words(value).Select(PathInStep));

    /// <summary>The files beside the target that a value names.</summary>
    public IEnumerable<string> OwnFiles(string value) =>
        Type == VariableType.Files ? Words(value).Where(word => word.StartsWith(BesideTarget, StringComparison.Ordinal)) : [];

    public static string[] Words(string value) => value.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    internal static Regex Compiled(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private string PathInStep(string word) => word.StartsWith(BesideTarget, StringComparison.Ordinal)
        ? $"{SandboxPaths.TargetFiles}/{word[BesideTarget.Length..]}"
        : $"{SandboxPaths.Files}/{word}{Suffix}";
}
