using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Bootstrap.Definitions.Reading;

/// <summary>Hands YamlDotNet's events on to its node model, less anchors, tags, directives, duplicate keys and depth, which are problems.</summary>
internal sealed class StrictYaml : IParser
{
    private const int DeepestNesting = 16;
    private const int MostNodes = 10_000;

    // Marks what is already a problem of its own, so that nobody notes it a second time.
    private static readonly TagName Refused = new("!refused");

    private readonly string _file;
    private readonly Problems _problems;
    private readonly Parser _parser;
    private readonly Stack<Level> _levels = new();
    private Mark _reached = new(0, 1, 1);
    private int _documents;
    private int _nodes;

    private StrictYaml(string text, string file, Problems problems)
    {
        _file = file;
        _problems = problems;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    public ParsingEvent? Current { get; private set; }

    /// <summary>The document's node, or null where there is none that could be read on.</summary>
    public static YamlNode? Read(string text, string file, Problems problems)
    {
        var yaml = new StrictYaml(text, file, problems);
        try
        {
            yaml.RefuseDirectives(text);
            var stream = new YamlStream();
            stream.Load(yaml);
            if (stream.Documents.Count > 0)
                return stream.Documents[0].RootNode;
            yaml.Note(yaml.Current!.Start, "the file is empty, expected a mapping");
        }
        catch (YamlException refused)
        {
            // Of two keys that are text, the second is refused before it gets here.
            var isSecondKey = refused.Message.StartsWith("Duplicate key", StringComparison.Ordinal);
            var lines = text.Split('\n');
            var first = lines.ElementAtOrDefault((int)refused.Start.Line - 1)?.ElementAtOrDefault((int)refused.Start.Column - 1);
            // Of a tab the parser says at most what it was in the way of, and not where.
            var isTab = refused.Message.Contains("token", StringComparison.Ordinal) || refused.Message.Contains("tab ", StringComparison.Ordinal);
            if (first is '>' or '|' or '%' or '@' or '`')
                yaml.Note(refused.Start, $"a value that begins with '{first}' without quotation marks, expected it in them");
            else if (isTab && Array.FindIndex(lines, line => line.TrimStart(' ').StartsWith('\t')) is >= 0 and var tab)
                problems.Add(new Location(file, tab + 1, 1), "a tab in the indentation, expected blanks");
            else
                yaml.Note(refused.Start, isSecondKey ? "a key that is a list or a mapping, expected text" : refused.Message.TrimEnd('.'));
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
        {
            // What the parser throws at some broken texts, a \U escape beyond Unicode for one, instead of an exception of its own.
            yaml.Note(yaml._reached, "not well-formed YAML from here on, expected every bracket and quotation mark closed, every escape known");
        }

        return null;
    }

    public static string Kind(YamlNode node) => node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "a mapping",
        _ => IsNull(node) ? "nothing" : "text",
    };

    public static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    public static bool IsRefused(YamlNode node) => node.Tag == Refused;

    public bool MoveNext()
    {
        if (_documents > 1 || !_parser.MoveNext())
            return false;
        Current = Check(_parser.Current!);
        return true;
    }

    private ParsingEvent Check(ParsingEvent next)
    {
        switch (next)
        {
            case DocumentStart when ++_documents > 1:
                Note(next.Start, "a second document, expected one a file");
                return new StreamEnd(next.Start, next.End);
            case SequenceEnd or MappingEnd:
                _levels.Pop();
                return next;
            case NodeEvent or AnchorAlias:
                return CheckNode(next);
            default:
                return next;
        }
    }

    private ParsingEvent CheckNode(ParsingEvent next)
    {
        if (_levels.Count > DeepestNesting)
            throw new YamlException(next.Start, next.Start, $"nested too deep, expected at most {DeepestNesting} levels");
        if (++_nodes > MostNodes)
            throw new YamlException(next.Start, next.Start, $"too many values, expected at most {MostNodes}");
        _reached = next.Start;
        var isKey = _levels.TryPeek(out var level) && level.IsKeyNext();
        if (next is AnchorAlias alias)
            return Refuse(next, $"an alias {Problems.Quote($"*{alias.Value}")}, expected the value itself");
        RefuseProperties((NodeEvent)next);
        if (isKey && next is Scalar key && !level!.Lines.TryAdd(key.Value, (int)key.Start.Line))
            return Refuse(next, $"duplicate key {Problems.Quote(key.Value)}, expected only the one on line {level.Lines[key.Value]}");
        if (next is SequenceStart or MappingStart)
            _levels.Push(new Level(next is MappingStart));
        return next;
    }

    private Scalar Refuse(ParsingEvent refused, string message)
    {
        Note(refused.Start, message);
        // A mapping takes no key twice, so no two of these have the same text.
        return new Scalar(AnchorName.Empty, Refused, $"{_nodes}", ScalarStyle.DoubleQuoted, false, false, refused.Start, refused.End);
    }

    private void RefuseProperties(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
            Note(node.Start, $"an anchor {Problems.Quote($"&{node.Anchor.Value}")}, expected none: every value is written where it is used");
        if (!node.Tag.IsEmpty)
            Note(node.Start, $"a tag {Problems.Quote(node.Tag.Value)}, expected none: the key says what its value is");
    }

    private void RefuseDirectives(string text)
    {
        // Within a mapping no line begins with '%': it is a directive, which the parser follows or passes over without an event.
        var lines = text.Split('\n');
        if (Array.FindIndex(lines, line => line.StartsWith('%')) is >= 0 and var index)
            _problems.Add(new Location(_file, index + 1, 1), $"a YAML directive {Problems.Quote(lines[index])}, expected none");
    }

    private void Note(Mark at, string message) => _problems.Add(new Location(_file, (int)at.Line, (int)at.Column), message);

    /// <summary>A list or mapping that is being read, with the lines of the keys so far.</summary>
    private sealed class Level(bool isMap)
    {
        private bool _atKey;

        public Dictionary<string, int> Lines { get; } = new(StringComparer.Ordinal);

        public bool IsKeyNext() => isMap && (_atKey = !_atKey);
    }
}
