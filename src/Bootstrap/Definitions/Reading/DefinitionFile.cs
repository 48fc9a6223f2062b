using System.Text;
using Bootstrap.Platform;

namespace Bootstrap.Definitions.Reading;

/// <summary>A definition's file, within the definition directory that it belongs to.</summary>
internal sealed record DefinitionFile(string Path, string Directory)
{
    private const int MostBytes = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file name without <c>.yaml</c>, which is the name of what it defines.</summary>
    public string Name { get; } = System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The path as messages show it: relative to the current directory where it is below that.</summary>
    public string Shown { get; } = ShowPath(Path);

    /// <summary>The file as a whole, where a problem has no better place.</summary>
    public Location Start => new(Shown, 1, 1);

    public static string ShowPath(string path)
    {
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>The file's mapping, or null where it has none that could be read; the problems say why.</summary>
    public YamlMap? ReadMap(Problems problems)
    {
        var text = ReadText(problems);
        var node = text is null ? null : YamlDocument.Read(text, Shown, problems);
        if (node is not (null or YamlMap or YamlRefused))
            problems.Add(node.Location, $"the file holds {node.Kind}, expected a mapping");

        return node as YamlMap;
    }

    private string? ReadText(Problems problems)
    {
        byte[] bytes = [];
        try
        {
            bytes = ReadBytes();
            if (bytes.Length <= MostBytes)
                return StrictUtf8.GetString(bytes).TrimStart('\uFEFF');

            problems.Add(Start, "the file is too big, expected at most 1 MiB");
        }
        catch (DecoderFallbackException invalid)
        {
            var before = bytes.AsSpan(0, invalid.Index);
            var lineStart = before.LastIndexOf((byte)'\n') + 1;
            var column = Encoding.UTF8.GetCharCount(before[lineStart..]) + 1;
            problems.Add(new Location(Shown, before.Count((byte)'\n') + 1, column), "a byte that is not UTF-8, expected UTF-8 text");
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            problems.Add(Start, $"the file can't be read ({failure.Message}), expected a readable file");
        }

        return null;
    }

    private byte[] ReadBytes()
    {
        if (!FileSystem.IsFile(Path))
            throw new IOException("it is no regular file, or a link to none");

        using var stream = File.OpenRead(Path);
        var buffer = new byte[Math.Min(stream.Length, MostBytes) + 1];
        var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..read];
    }
}
