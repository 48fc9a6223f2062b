using System.Collections;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;
using Mapping = System.Collections.Generic.OrderedDictionary<string, object>;

namespace Bootstrap.Publishing.BuildStream;

/// <summary>What all projects of BuildStream 2 that are written here have in common (https://docs.buildstream.build/2.0, format_project and format_declaring).</summary>
internal static class ProjectFormat
{
    /// <summary>The file that makes a directory a project; its first line says who wrote it.</summary>
    public const string FileName = "project.conf";

    public const string Elements = "elements";
    public const string ElementEnding = ".bst";

    /// <summary>What is served beside the elements; an alias says where.</summary>
    public const string Files = "files";

    /// <summary>The comments as lines, and what the file says.</summary>
    public static string Text(IEnumerable<string> comments, Mapping body) => string.Concat(comments.Select(line => $"# {line}\n")) + YamlText.Of(body);

    /// <summary>What every <see cref="FileName"/> begins with.</summary>
    public static Mapping Project(string name) => new() { { "name", name }, { "min-version", "2.0" }, { "element-path", Elements } };

    /// <summary>What an element says that is made of sources as they are.</summary>
    public static Mapping Import(params Mapping[] sources) => new() { { "kind", "import" }, { "sources", sources } };

    /// <summary>A tarball of which everything is imported, not only its first directory.</summary>
    public static Mapping Tarball(string alias, string file, Digest sha256) =>
        new() { { "kind", "tar" }, { "url", $"{alias}:{file}" }, { "base-dir", "" }, { "ref", sha256.Hex } };

    public static string UrlOf(string directory) => new Uri(directory).AbsoluteUri.TrimEnd('/') + "/";

    /// <summary>The first entry of a directory that is no part of a project which begins with this comment, or null.</summary>
    public static string? ForeignEntry(string directory, string mark, Func<string, bool> isOfProject, Func<string, bool> mayBeLeftOfProject)
    {
        var document = Path.Combine(directory, FileName);
        var isOurs = FileSystem.IsFile(document) && File.ReadLines(document).FirstOrDefault() == "# " + mark ? isOfProject : mayBeLeftOfProject;
        var entries = Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory).Select(path => Path.GetFileName(path)!) : [];
        return entries.Where(name => !isOurs(name)).Order(StringComparer.Ordinal).FirstOrDefault();
    }
}

/// <summary>Writes YAML for people: commands as literal blocks, texts quoted only where they have to be, and nothing that is empty.</summary>
internal static class YamlText
{
    private static readonly ISerializer Serializer = new SerializerBuilder()
        .WithQuotingNecessaryStrings()
        .WithEventEmitter(next => new LiteralBlocks(next))
        .WithNewLine("\n")
        .DisableAliases()
        .Build();

    public static string Of(Mapping mapping) =>
        Serializer.Serialize(new Mapping(mapping.Where(entry => entry.Value is not ICollection { Count: 0 })));

    // The library's own choice for several lines, a folded block, has a blank line more for each of them.
    private sealed class LiteralBlocks(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source.Value is string text && text.Contains('\n', StringComparison.Ordinal))
                eventInfo.Style = IsFitForBlock(text) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted;
            base.Emit(eventInfo, emitter);
        }

        // A block can't hold a carriage return, and the library loses the first line of one that has none but empty lines.
        private static bool IsFitForBlock(string text) => !text.Contains('\r', StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(text);
    }
}
