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
        var eachSource = ReadAll(files[DefinitionKind.Source], SourceReader.Value, In);
        var sources = VersionsOf(eachSource, file => layers.IndexOf(files[DefinitionKind.Source][file].Directory), problems);
        var releases = ReadAll(files[DefinitionKind.Release], ReleaseReader.Value, In);
        var hostTools = ReadAll(files[DefinitionKind.HostTools], HostToolsReader.Value, In);
        foreach (var name in HostToolsReader.OfAuto.Where(name => !files[DefinitionKind.HostTools].ContainsKey(name)))
        {
            var place = new Location($"{DefinitionKind.HostTools.Folders[0]}/{name}.yaml");
            problems.Add(place, "no definition directory has this file, expected the packages of the host tools");
        }

        // Of another definition only its file has to exist, whatever is in it.
        var names = DefinitionKind.All.ToDictionary(kind => kind, kind => files[kind].Keys.ToHashSet(StringComparer.Ordinal));
        names[DefinitionKind.Source] = [.. names[DefinitionKind.Source].Except(eachSource.Keys), .. sources.Keys];
        foreach (var (kind, name, location) in references.Where(each => !names[each.Kind].Contains(each.Name)))
        {
            var message = $"unknown {kind.Noun} {Problems.Quote(name)}, expected the name of a file in {string.Join(" or ", kind.Folders)}";
            problems.Add(location, message, name, names[kind]);
        }

        if (eachSource.Count == files[DefinitionKind.Source].Count)
            CheckReleases(releases, sources, problems);
        CycleCheck.Run(recipes, problems);
        if (recipes.Count == files[DefinitionKind.Recipe].Count)
        {
            var variables = new VariableCheck(recipes, names[DefinitionKind.Source], problems);
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
        return new DefinitionSet { Targets = targets, Emulators = emulators, Recipes = recipes, Sources = sources, Releases = releases, HostTools = hostTools };

        ReadContext In(DefinitionFile file) => new(file, problems, references, settings);
    }

    private static List<string> Layers(IEnumerable<string> directories, Problems problems)
    {
        var layers = new List<string>();
        var folders = DefinitionKind.All.SelectMany(kind => kind.Folders).ToList();
        foreach (var directory in directories.Select(each => Path.TrimEndingDirectorySeparator(Path.GetFullPath(each))))
        {
            if (!Directory.Exists(directory))
                problems.Add(new Location(Location.ShowPath(directory)), "no such directory, expected a directory of definitions");
            else if (!folders.Any(folder => Directory.Exists(Path.Combine(directory, folder))))
                problems.Add(new Location(Location.ShowPath(directory)), $"holds no definitions, expected one of the directories {string.Join(", ", folders)}");
            layers.Remove(directory);
            layers.Add(directory);
        }

        return layers;
    }

    /// <summary>The versions of each source; of two files of one version, that of the later directory.</summary>
    private static ImmutableSortedDictionary<string, ImmutableArray<Source>> VersionsOf(
        ImmutableSortedDictionary<string, Source> byFile, Func<string, int> layerOf, Problems problems)
    {
        var versions = new Dictionary<string, (Source Source, int Layer)>(StringComparer.Ordinal);
        foreach (var (file, source) in byFile)
        {
            if (file != source.Name && file != $"{source.Name}-{source.Version}")
                problems.Add(source.Location, $"version {Problems.Quote(source.Version)} of {source.Name}, expected the file name {source.Name}-{source.Version}.yaml");
            var layer = layerOf(file);
            if (versions.TryGetValue(source.Title, out var other) && other.Layer == layer)
                problems.Add(source.Location, $"version {Problems.Quote(source.Version)} of {source.Name} is in {other.Source.Location.File} too, expected one file for it in a directory");
            if (other.Source is null || other.Layer <= layer)
                versions[source.Title] = (source, layer);
        }

        return versions.Values.Select(each => each.Source).GroupBy(source => source.Name, StringComparer.Ordinal).ToImmutableSortedDictionary(
            each => each.Key,
            each => each.OrderBy(source => VersionNumber.Leading(source.Version)).ThenBy(source => source.Version, StringComparer.Ordinal).ToImmutableArray(),
            StringComparer.Ordinal);
    }

    private static void CheckReleases(
        ImmutableSortedDictionary<string, Release> releases, ImmutableSortedDictionary<string, ImmutableArray<Source>> sources, Problems problems)
    {
        foreach (var release in releases.Values)
        {
            foreach (var (name, version) in release.Versions)
            {
                string[] known = [.. sources.GetValueOrDefault(name, []).Select(source => source.Version)];
                var message = $"source '{name}' has no version {Problems.Quote(version.Value)}, expected one of {string.Join(", ", known)}, or a file sources/{name}-{version.Value}.yaml";
                if (known.Length > 0 && !known.Contains(version.Value))
                    problems.Add(version.Location, message, version.Value, known);
            }

            var passed = new HashSet<string>(StringComparer.Ordinal);
            var at = release;
            while (at is not null && passed.Add(at.Name))
                at = at.BasedOn is { } next ? releases.GetValueOrDefault(next.Value) : null;
            // One that only leads to a cycle is none of it.
            if (at == release)
                problems.Add(release.BasedOn!.Location, $"a release that is based on itself ({string.Join(" -> ", [.. passed, at.Name])}), expected one that ends");
        }
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
