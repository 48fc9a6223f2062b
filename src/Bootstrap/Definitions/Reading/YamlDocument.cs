using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads the one document of a YAML file into nodes; refuses what a definition has no use for: anchors, tags, directives, depth.</summary>
internal sealed class YamlDocument
{
    private const int DeepestNesting = 16;
    private const int MostNodes = 10_000;

    private readonly string _file;
    private readonly Problems _problems;
    private readonly Parser _parser;
    private Location _reached;
    private int _nodes;

    private YamlDocument(string text, string file, Problems problems)
    {
        _file = file;
        _problems = problems;
        _reached = new Location(file, 1, 1);
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The document's node, or null where there is none that could be read on.</summary>
    public static YamlNode? Read(string text, string file, Problems problems)
    {
        var document = new YamlDocument(text, file, problems);
        try
        {
            document.RefuseDirectives(text);
            return document.ReadOnly();
        }
        catch (YamlException refused)
        {
            problems.Add(document.At(refused.Start), refused.Message.TrimEnd('.'));
        }
        catch (Exception refused) when (refused is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // What the parser throws at some broken texts, a \U escape beyond Unicode for one, instead of an exception of its own.
            problems.Add(document._reached, "not well-formed YAML from here on, expected every bracket and quotation mark closed, every escape known");
        }

        return null;
    }

    private void RefuseDirectives(string text)
    {
        // Within a mapping no line begins with '%': it is a directive, which the parser follows or passes over without an event.
        var lines = text.Split('\n');
        if (Array.FindIndex(lines, line => line.StartsWith('%')) is >= 0 and var index)
            _problems.Add(new Location(_file, index + 1, 1), $"a YAML directive {Problems.Quote(lines[index])}, expected none");
    }

    private YamlNode? ReadOnly()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out var end))
        {
            _problems.Add(At(end.Start), "the file is empty, expected a mapping");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var node = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
            _problems.Add(At(second.Start), "a second document, expected one a file");

        return node;
    }

    private YamlNode ReadNode(int depth)
    {
        _parser.Accept<ParsingEvent>(out var next);
        var start = next!.Start;
        if (depth > DeepestNesting)
            throw new YamlException(start, start, $"nested too deep, expected at most {DeepestNesting} levels");

        if (++_nodes > MostNodes)
            throw new YamlException(start, start, $"too many values, expected at most {MostNodes}");

        var location = _reached = At(start);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            _problems.Add(location, $"an alias {Problems.Quote($"*{alias.Value}")}, expected the value itself");
            return new YamlRefused(location);
        }

        RefuseProperties(_parser.Current as NodeEvent, location);
        if (_parser.TryConsume<Scalar>(out var scalar))
            return new YamlText(scalar.Value, scalar.Style == ScalarStyle.Plain, location);

        return _parser.TryConsume<SequenceStart>(out _) ? ReadList(location, depth) : ReadMap(location, depth);
    }

    private YamlList ReadList(Location location, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(depth + 1));

        return new YamlList(items.ToImmutable(), location);
    }

    private YamlMap ReadMap(Location location, int depth)
    {
        _parser.Consume<MappingStart>();
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is not YamlText text)
            {
                _problems.Add(key.Location, $"a key that is {key.Kind}, expected text");
            }
            else if (!lines.TryAdd(text.Text, text.Location.Line))
            {
                _problems.Add(key.Location, $"duplicate key {Problems.Quote(text.Text)}, expected only the one on line {lines[text.Text]}");
            }
            else
            {
                entries.Add(new YamlEntry(text, value));
            }
        }

        return new YamlMap(entries.ToImmutable(), location);
    }

    private void RefuseProperties(NodeEvent? node, Location location)
    {
        if (node is { Anchor.IsEmpty: false })
            _problems.Add(location, $"an anchor {Problems.Quote($"&{node.Anchor.Value}")}, expected none: every value is written where it is used");

        if (node is { Tag.IsEmpty: false })
            _problems.Add(location, $"a tag {Problems.Quote(node.Tag.Value)}, expected none: the key says what its value is");
    }

    private Location At(Mark mark) => new(_file, (int)mark.Line, (int)mark.Column);
}
