using System.Text;
using YamlDotNet.RepresentationModel;

namespace Bootstrap.Definitions.Reading;

/// <summary>Values that are paths of files beside the definition; none may lead out of the definition directory.</summary>
internal static class FileValues
{
    private static readonly Value<Patch?> PatchFile = Beside("a patch", "a patch file that is not empty", path =>
        FileSystem.IsFile(path) && new FileInfo(path).Length > 0 ? new Patch(Path.GetFileName(path), path, Digest.OfFile(path)) : null);

    private static readonly Mapping BoundPatch = new("a patch for some versions");
    private static readonly Key<Patch?> File = BoundPatch.Required("patch", PatchFile, "The patch file.");
    private static readonly Key<string> Version = BoundPatch.Required("version", TextRule.Window, "The versions of the source that it is applied to.");

    /// <summary>Patch files, in the order in which they are applied.</summary>
    public static readonly Value<ImmutableArray<Patch>> Patches = Values.List(Values.Either(
            "a patch file, or a mapping that is a patch for some versions",
            node => node is YamlMappingNode ? 1 : 0,
            PatchFile,
            Values.Object(BoundPatch, map => map.Read(File) is { } file ? file with { Window = new VersionWindow("", map.Read(Version), null, map.Location) } : null, null)))
        .As<ImmutableArray<Patch>>(list => [.. list.OfType<Patch>()]);

    public static readonly Value<RecipeFiles?> Directory =
        Beside(null, "a directory", path => System.IO.Directory.Exists(path) ? RecipeFiles.In(path) : null);

    /// <summary>The file beside a target that a word of a variable names, or null, and the problem is noted.</summary>
    public static TargetFile? OfTarget(DefinitionFile target, LocatedText word, Variable variable, Problems problems)
    {
        var what = $"'{variable.Name}'";
        var rule = new TextRule($"./ and a relative path of letters, digits and '.', '_', '+', '-', without '.' and '..', that ends with {variable.Suffix}", $@"[.]{TextRule.MountPoint.Pattern[2..]}");
        if (rule.Accepts(word.Value) && word.Value.EndsWith(variable.Suffix, StringComparison.Ordinal))
        {
            return At(
                word.Value, target, what, "a file", path => FileSystem.IsFile(path) ? Checked(path) : null,
                problem => problems.Add(word.Location, problem));
        }

        problems.Add(word.Location, $"{what} has {Problems.Quote(word.Value)}, expected {rule.Expected}");
        return null;

        TargetFile Checked(string path)
        {
            var shown = Location.ShowPath(path);
            var isLarge = variable.Pattern is not null && new FileInfo(path).Length > 1 << 20;
            if (isLarge)
                problems.Add(new Location(shown), $"a file of {what} that has more than 1 MiB, expected text of which each line is {variable.Expected}");
            // As a step finds them: a carriage return ends no line, and a byte order mark is text.
            var text = isLarge || variable.Pattern is null ? "" : Encoding.UTF8.GetString(System.IO.File.ReadAllBytes(path));
            var lines = text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
            var refused = lines.Index().Where(each => !variable.Accepts(each.Item)).ToArray();
            var isOfDos = refused.All(each => each.Item.EndsWith('\r') && variable.Accepts(each.Item[..^1]));
            foreach (var (at, line) in refused.Take(isOfDos ? 1 : 3))
            {
                problems.Add(new Location(shown, at + 1, 1), isOfDos
                    ? $"a line of {what} ends with a carriage return, as those of DOS do, expected a line feed alone: sed -i 's/\\r$//' {CommandSpec.Quote(shown)}"
                    : $"a line of {what} is {Problems.Quote(line)}, expected {variable.Expected}{(refused.Length > 3 ? $" ({refused.Length} lines are none)" : "")}");
            }
            return new TargetFile(path, Digest.OfFile(path));
        }
    }

    private static Value<T?> Beside<T>(string? noun, string expected, Func<string, T?> read)
        where T : class
    {
        var text = Values.Text(TextRule.BesideTheFile);
        return text.As<T?>(_ => null) with
        {
            Read = (node, key, context) => text.Read(node, noun ?? key, context) is { Length: > 0 } written
                ? At(written, context.File, noun ?? key, expected, read, problem => context.Refuse(node, problem))
                : null,
        };
    }

    private static T? At<T>(string written, DefinitionFile file, string what, string expected, Func<string, T?> read, Action<string> refuse)
        where T : class
    {
        try
        {
            var path = FileSystem.RealPath(Path.Combine(Path.GetDirectoryName(file.Path)!, written));
            var isInside = path.StartsWith(FileSystem.RealPath(file.Directory) + "/", StringComparison.Ordinal);
            var value = isInside ? read(path) : null;
            if (value is null)
            {
                var place = Problems.Quote(Location.ShowPath(isInside ? path : file.Directory));
                var where = !isInside ? $"within {place}: copy it there" : Path.Exists(path) ? $"at {place}" : $"at {place}, where there is nothing";
                refuse($"{what} is {Problems.Quote(written)}, expected {expected} {where}");
            }

            return value;
        }
        catch (Exception failure) when (DiskFailure.Is(failure) || failure is BootstrapException)
        {
            refuse($"{what} {Problems.Quote(written)} can't be read ({failure.Message}), expected {expected}");
            return null;
        }
    }
}
