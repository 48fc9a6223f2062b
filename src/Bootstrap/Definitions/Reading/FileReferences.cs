using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads the paths in a definition that name files beside it; none may lead out of the definition directory.</summary>
internal sealed class FileReferences(DefinitionFile file, Problems problems)
{
    private static readonly TextRule BesideTheFile = new(
        "a path relative to this file", text => TextRule.Word.Accepts(text) && !text.StartsWith('/'));

    private readonly ValueReader _values = new(problems);

    /// <summary>The patch files of a list, in its order.</summary>
    public ImmutableArray<Patch> Patches(IEnumerable<YamlNode> items) =>
    [
        .. items
            .Select(item => Read(item, "a patch", "a patch file", path =>
                FileSystem.IsFile(path) ? new Patch(Path.GetFileName(path), path, Digest.OfFile(path)) : null))
            .OfType<Patch>(),
    ];

    /// <summary>A directory with all that is in it, or null where there is no such directory.</summary>
    public RecipeFiles? Directory(YamlNode? node, string key) =>
        node is null ? null : Read(node, $"'{key}'", "a directory", path => System.IO.Directory.Exists(path) ? Digested(path) : null);

    private static RecipeFiles Digested(string directory)
    {
        using var walk = TreeWalk.Of(directory);
        // Of the modes only what git keeps: a checkout's umask is no change of the recipe.
        var lines = walk.Entries.Select(entry => string.Join('\t', entry.Path, entry.Type, entry.LinkTarget,
            entry.Type == EntryType.File ? $"{(entry.Mode & 0b001_000_000) != 0} {Digest.OfFile(entry.FullPath)}" : ""));
        return new RecipeFiles(directory, Digest.Of(string.Join('\n', lines)));
    }

    private T? Read<T>(YamlNode node, string what, string expected, Func<string, T?> read)
        where T : class
    {
        var written = _values.Text(node, what, BesideTheFile);
        if (written.Length == 0)
            return null;

        try
        {
            var path = FileSystem.RealPath(Path.Combine(Path.GetDirectoryName(file.Path)!, written));
            var isInside = path.StartsWith(FileSystem.RealPath(file.Directory) + "/", StringComparison.Ordinal);
            var value = isInside ? read(path) : null;
            if (value is null)
            {
                problems.Add(node.Location, isInside
                    ? $"{what} is {Problems.Quote(written)}, expected {expected} at {Problems.Quote(DefinitionFile.ShowPath(path))}"
                    : $"{what} is {Problems.Quote(written)}, expected {expected} within {Problems.Quote(DefinitionFile.ShowPath(file.Directory))}");
            }

            return value;
        }
        catch (Exception failure) when (DiskFailure.Is(failure) || failure is BootstrapException)
        {
            problems.Add(node.Location, $"{what} {Problems.Quote(written)} can't be read ({failure.Message}), expected {expected}");
            return null;
        }
    }
}
