using Bootstrap.Definitions.Reading;

namespace Bootstrap.Definitions;

/// <summary>Reads definition directories into one checked <see cref="DefinitionSet"/>.</summary>
public static class DefinitionReader
{
    /// <summary>Reads them in order; a later directory's file replaces an earlier one's of the same kind and name.</summary>
    /// <exception cref="DefinitionException">
    /// There are problems: a line for each, <c>file:line:column: what is wrong, and what was expected</c>. Cycles and the use of
    /// variables are looked at only where the files that they depend on have no problem of their own.
    /// </exception>
    public static DefinitionSet Read(IReadOnlyList<string> directories)
    {
        var problems = new Problems();
        var layers = Layers(directories, problems);
        var files = DefinitionKind.All.ToDictionary(kind => kind, kind => DefinitionFile.Find(kind, layers, problems));

        var references = new List<Reference>();
        var settings = new List<(DefinitionFile File, string Name, Setting Value)>();
        var targets = ReadAll(files[DefinitionKind.Target], TargetReader.Value, In);
        var emulators = ReadAll(files[DefinitionKind.Emulator], EmulatorReader.Value, In);
        var recipes = ReadAll(files[DefinitionKind.Recipe], RecipeReader.Value, In);
        var sources = ReadAll(files[DefinitionKind.Source], SourceReader.Value, In);
        var hostTools = ReadAll(files[DefinitionKind.HostTools], HostToolsReader.Value, In);
        foreach (var name in HostToolsReader.OfAuto.Where(name => !files[DefinitionKind.HostTools].ContainsKey(name)))
        {
            var place = new Location($"{DefinitionKind.HostTools.Folders[0]}/{name}.yaml");
            problems.Add(place, "no definition directory has this file, expected the packages of the host tools");
        }

        // Of another definition only its file has to exist, whatever is in it.
        foreach (var (kind, name, location) in references.Where(each => !files[each.Kind].ContainsKey(each.Name)))
        {
            var message = $"unknown {kind.Noun} {Problems.Quote(name)}, expected the name of a file in {string.Join(" or ", kind.Folders)}";
            problems.Add(location, message, name, files[kind].Keys);
        }

        CycleCheck.Run(recipes, problems);
        if (recipes.Count == files[DefinitionKind.Recipe].Count)
        {
            var variables = new VariableCheck(recipes, problems);
            variables.RefuseUndeclared();
            var ofTargets = variables.CheckSettings(settings);
            variables.RefuseUnset(targets.Values);
            targets = targets.ToImmutableSortedDictionary(each => each.Key, each => each.Value with
            {
                Files = ofTargets[files[DefinitionKind.Target][each.Key]].DistinctBy(file => file.Word)
                    .ToImmutableSortedDictionary(file => file.Word, file => file.File, StringComparer.Ordinal),
            });
        }

        problems.ThrowIfAny();
        return new DefinitionSet { Targets = targets, Emulators = emulators, Recipes = recipes, Sources = sources, HostTools = hostTools };

        ReadContext In(DefinitionFile file) => new(file, problems, references, settings);
    }

    private static List<string> Layers(IEnumerable<string> directories, Problems problems)
    {
        var layers = new List<string>();
        var folders = DefinitionKind.All.SelectMany(kind => kind.Folders).ToList();
        foreach (var directory in directories.Select(each => Path.TrimEndingDirectorySeparator(Path.GetFullPath(each))))
        {
            if (!Directory.Exists(directory))
                problems.Add(new Location(DefinitionFile.ShowPath(directory)), "no such directory, expected a directory of definitions");
            else if (!folders.Any(folder => Directory.Exists(Path.Combine(directory, folder))))
                problems.Add(new Location(DefinitionFile.ShowPath(directory)), $"holds no definitions, expected one of the directories {string.Join(", ", folders)}");
            layers.Remove(directory);
            layers.Add(directory);
        }

        return layers;
    }

    /// <summary>The definitions in those files that have no problem.</summary>
    private static ImmutableSortedDictionary<string, T> ReadAll<T>(
        ImmutableSortedDictionary<string, DefinitionFile> files, Value<T> kind, Func<DefinitionFile, ReadContext> contextOf)
    {
        var definitions = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var (name, file) in files)
        {
            var context = contextOf(file);
            if (file.ReadMap(context.Problems) is not { } map)
                continue;
            var definition = kind.Read(map, "the file", context);
            if (!context.Problems.Has(file.Shown))
                definitions.Add(name, definition);
        }

        return definitions.ToImmutable();
    }
}
