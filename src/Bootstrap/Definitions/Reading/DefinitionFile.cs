using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Bootstrap.Definitions.Reading;

/// <summary>A definition's file, within the definition directory that it belongs to.</summary>
internal sealed record DefinitionFile(string Path, string Directory)
{
    private const string Extension = ".yaml";
    private const int MostBytes = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file name without <c>.yaml</c>, which is the name of what it defines.</summary>
    public string Name { get; } = System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The path as messages show it: relative to the current directory where it is below that.</summary>
    public string Shown { get; } = Location.ShowPath(Path);

    /// <summary>The file as a whole, where a problem has no better place.</summary>
    public Location Start => new(Shown);

    public Location At(YamlNode node) => new(Shown, (int)node.Start.Line, (int)node.Start.Column);

    /// <summary>The files of one kind in all definition directories; a later directory's file replaces one of the same name.</summary>
    public static ImmutableSortedDictionary<string, DefinitionFile> Find(DefinitionKind kind, IEnumerable<string> directories, Problems problems)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, DefinitionFile>(StringComparer.Ordinal);
        foreach (var file in directories.SelectMany(directory => FindIn(directory, kind, problems)))
        {
            if (found.TryGetValue(file.Name, out var earlier) && earlier.Directory == file.Directory)
            {
                var problem = $"{kind.Noun} {Problems.Quote(file.Name)} is in {earlier.Shown} too, expected one file for it in a directory";
                problems.Add(file.Start, problem);
            }

            found[file.Name] = file;
        }

        return found.ToImmutable();
    }

    /// <summary>The file's mapping, or null where it has none that could be read; the problems say why.</summary>
    public YamlMappingNode? ReadMap(Problems problems)
    {
        var node = ReadText(problems) is { } text ? StrictYaml.Read(text, Shown, problems) : null;
        if (node is not (null or YamlMappingNode) && !StrictYaml.IsRefused(node))
            problems.Add(At(node), $"the file holds {StrictYaml.Kind(node)}, expected a mapping");
        return node as YamlMappingNode;
    }

    private static IEnumerable<DefinitionFile> FindIn(string directory, DefinitionKind kind, Problems problems)
    {
        var folders = kind.Folders.Select(folder => System.IO.Path.Combine(directory, folder)).ToLookup(System.IO.Directory.Exists);
        foreach (var folder in folders[false].Where(folder => System.IO.Path.Exists(folder) || new FileInfo(folder).LinkTarget is not null))
            problems.Add(new Location(Location.ShowPath(folder)), "a file where definitions are looked for, expected a directory");
        var listed = folders[true].Select(folder => (Folder: folder, Files: DiskFailure.Or<string[]?>(null, () => System.IO.Directory.GetFiles(folder)))).ToList();
        foreach (var (folder, _) in listed.Where(each => each.Files is null))
            problems.Add(new Location(Location.ShowPath(folder)), "a directory that can't be read, expected one that can");
        var paths = listed.SelectMany(each => (each.Files ?? []).Order(StringComparer.Ordinal));
        foreach (var file in paths.Where(path => System.IO.Path.GetFileName(path)[0] != '.').Select(path => new DefinitionFile(path, directory)))
        {
            var extension = System.IO.Path.GetExtension(file.Path);
            if (extension == Extension)
                yield return file;
            else if (extension.ToLowerInvariant() is Extension or ".yml")
                problems.Add(file.Start, $"a file that is not read, expected the name {Problems.Quote(file.Name + Extension)}");
        }
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

/// <summary>A kind of definition: what messages call it, the folders of a definition directory that hold its files, and their schema.</summary>
internal sealed record DefinitionKind(string Noun, ImmutableArray<string> Folders, Func<JsonObject> Schema)
{
    public static readonly DefinitionKind Target = new("target", ["targets"], () => TargetReader.Value.Schema());
    public static readonly DefinitionKind Emulator = new("emulator", ["qemu"], () => EmulatorReader.Value.Schema());
    public static readonly DefinitionKind Recipe = new("recipe", ["src/recipes", "recipes"], () => RecipeReader.Value.Schema());
    public static readonly DefinitionKind Source = new("source", ["src/sources", "sources"], () => SourceReader.Value.Schema());
    public static readonly DefinitionKind Release = new("release", ["src/releases", "releases"], () => ReleaseReader.Value.Schema());
    public static readonly DefinitionKind HostTools =
        new("host-tools definition", ["src/host-tools", "host-tools"], () => HostToolsReader.Value.Schema());

    public static readonly ImmutableArray<DefinitionKind> All = [Target, Emulator, Recipe, Source, Release, HostTools];
}
