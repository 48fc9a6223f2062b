using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads the variables that a recipe declares.</summary>
internal static class VariableReader
{
    private static readonly Mapping Variable = new("a variable");
    private static readonly Key<VariableType> Type = Variable.Required(
        "type", Values.Words("word", "words", "options", "files").As(word => Enum.Parse<VariableType>(word, ignoreCase: true)),
        "`word`: text without blanks. `words`: a list of such, joined by blanks. `options`: words that are options of a configure script "
            + "by Autoconf, each once, however it is spelt: `--disable-x` is a value of `--enable-x`. `files`: names of files in the recipe's `files`, "
            + "or paths beside the target that begin with `./`.");
    private static readonly Key<ImmutableArray<string>> Choice = Variable.Optional(
        "values", Values.Texts(TextRule.Word, "a list of words"), "The words that are allowed, where the value is a choice.");
    private static readonly Key<string?> Pattern = Variable.OrNull(
        "pattern", Values.Text(TextRule.Line).Refuse(RefusePattern),
        "A regular expression that each word has to match as a whole, or, for `files`, each line of a file beside the target; without looking ahead or back.");
    private static readonly Key<string?> Except = Variable.OrNull(
        "except", Values.Text(TextRule.Line).Refuse(RefusePattern), "A regular expression of the same kind: what matches it as a whole is refused although `pattern` allows it, such as a slip.");
    private static readonly Key<string?> Once = Variable.OrNull(
        "once", Values.Words("word", "=", ":").As(sign => sign == "word" ? "" : sign),
        "For `words`: what of each may stand once only: the `word`, or its part before the first `=` or `:`; without it, any may stand again.");
    private static readonly Key<ImmutableSortedDictionary<string, string>> Instead = Variable.Optional(
        "instead", Values.Map(Values.Text(TextRule.Word), Values.Text(TextRule.Variable)),
        "For `options`: those that are refused, with any value, each with the variable that stands for it.");
    private static readonly Key<ImmutableArray<string>> Own = Variable.Optional(
        "own", Values.Texts(TextRule.Word, "a list of words"), "For `options`: those that the recipe itself passes to the same command; they are refused, with any value.");
    private static readonly Key<string?> Expected = Variable.OrNull(
        "expected", TextRule.Line, "What `pattern` allows, as a message would put it: `a size such as 256M`.");
    private static readonly Key<string?> Suffix = Variable.OrNull(
        "suffix", TextRule.Suffix, "For `files`: what their names end with, and are written without.");
    private static readonly Key<Setting?> Default = Variable.OrNull(
        "default", Values.Setting, "What holds for targets that do not set it; without it, each has to that builds a step which reads it.");
    private static readonly Key<string> Meaning = Variable.Required("meaning", TextRule.Line, "What it is for, in one sentence for people.");

    /// <summary>Variables by name.</summary>
    public static readonly Value<ImmutableSortedDictionary<string, Variable>> Value = Values.Map(
        Values.Text(TextRule.Variable), Values.Object(Variable, Read, null!), (each, _) => each, [.. StepVariables.BuiltIn], "every target has this one built in")
        .As(map => map.Where(each => each.Value is not null).ToImmutableSortedDictionary(each => each.Key, each => each.Value with { Name = each.Key }, StringComparer.Ordinal));

    private static Variable Read(MapCursor map)
    {
        var (type, choice, pattern, expected) = (map.Read(Type), map.Read(Choice), map.Read(Pattern), map.Read(Expected));
        var variable = new Variable
        {
            Name = "",
            Type = type,
            Values = choice,
            Pattern = pattern is { Length: > 0 } ? pattern : type == VariableType.Options ? TextRule.Option.Pattern : null,
            Expected = expected ?? (type == VariableType.Options ? TextRule.Option.Expected : choice.IsEmpty ? TextRule.Word.Expected : $"one of {string.Join(", ", choice)}"),
            Suffix = map.Read(Suffix) ?? "",
            Except = map.Read(Except),
            Once = map.Read(Once),
            Instead = map.Read(Instead),
            Own = map.Read(Own),
            Default = map.Read(Default),
            Meaning = map.Read(Meaning),
            Recipe = map.Context.File.Name,
            Location = map.Location,
        };
        if ((pattern is null) != (expected is null))
            map.Context.Problems.Add(map.Location, "a variable with one of 'pattern' and 'expected', expected both or none");
        if (type == VariableType.Files && (variable.Suffix.Length == 0 || !choice.IsEmpty))
            map.Context.Problems.Add(map.Location, "a variable of the type files, expected it with 'suffix' and without 'values'");
        if (type != VariableType.Files && variable.Suffix.Length > 0)
            map.Context.Problems.Add(map.Location, "'suffix' of a variable that names no files, expected it for the type files alone");
        if (type != VariableType.Words && variable.Once is not null)
            map.Context.Problems.Add(map.Location, "'once' of a variable that is no list of words, expected it for the type words alone");
        if (type == VariableType.Options && (pattern is not null || !choice.IsEmpty))
            map.Context.Problems.Add(map.Location, "a variable of the type options, expected it without 'pattern' and 'values': its words are options of configure");
        if (type != VariableType.Options && !(variable.Instead.IsEmpty && variable.Own.IsEmpty))
            map.Context.Problems.Add(map.Location, "'instead' or 'own' of a variable that is no list of options, expected it for the type options alone");
        var refused = variable.Instead.Keys.Concat(variable.Own).ToList();
        foreach (var word in refused.Where(word => word.Contains('=') || !variable.Accepts(word)))
            map.Context.Problems.Add(map.Location, $"'instead' or 'own' has {Problems.Quote(word)}, expected an option of configure without '=' and more: every value of it is refused");
        foreach (var (word, first) in variable.Repeated(refused.Select(word => new LocatedText(word, map.Location))))
            map.Context.Problems.Add(word.Location, $"'instead' or 'own' has {Problems.Quote(word.Value)}, and {Problems.Quote(first)} besides, expected each option once");
        foreach (var word in choice.Where(word => !variable.Accepts(word)))
            map.Context.Problems.Add(map.Location, $"'values' has {Problems.Quote(word)}, which 'pattern' does not allow, expected what both do");
        return variable;
    }

    private static string? RefusePattern(string pattern, string what, ReadContext context)
    {
        try
        {
            // Alone as well: what is no expression by itself could end the one that it is put into.
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            Definitions.Variable.Compiled(pattern);
            return null;
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            return $"{what} is {Problems.Quote(pattern)}, expected a regular expression without looking ahead or back and without references: {refused.Message}";
        }
    }

    /// <summary>What a target may set, for an editor.</summary>
    public static JsonObject Schema(Variable variable)
    {
        var word = variable.Type == VariableType.Files ? TextRule.Word.Schema()
            : variable.Values.IsEmpty ? new TextRule(variable.Expected, variable.Pattern ?? TextRule.Word.Pattern).Schema()
            : new JsonObject { ["enum"] = new JsonArray([.. variable.Values.Select(each => (JsonNode)each)]) };
        JsonObject schema = variable.Type == VariableType.Word ? word
            : new() { ["anyOf"] = new JsonArray(TextRule.LineOrEmpty.Schema(), new JsonObject { ["type"] = "array", ["items"] = word }) };
        schema.Insert(0, "description", variable.Meaning);
        if (variable.Default is { } preset)
            schema["default"] = preset.Text;
        return schema;
    }
}
