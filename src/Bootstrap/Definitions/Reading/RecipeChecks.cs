namespace Bootstrap.Definitions.Reading;

/// <summary>Matches the variables that recipes declare, those that they refer to, and those that targets set.</summary>
internal sealed class VariableCheck(ImmutableSortedDictionary<string, Recipe> recipes, IEnumerable<string> sources, Problems problems)
{
    private readonly ImmutableSortedSet<string> _builtIn = [.. StepVariables.BuiltIn, .. sources.Select(StepVariables.VersionOf)];
    private readonly Dictionary<string, Variable> _declared = new(StringComparer.Ordinal);
    private readonly ILookup<string, (Recipe Recipe, Location Location)> _readers = recipes.Values
        .SelectMany(recipe => recipe.Environment.Values.SelectMany(text => StepVariables.References(text.Value).Distinct()
            .Select(name => (Name: name, Reader: (recipe, text.Location)))))
        .ToLookup(each => each.Name, each => each.Reader, StringComparer.Ordinal);

    /// <summary>Each variable is declared once, has a default that it allows, and is read; each that is read is declared.</summary>
    public void RefuseUndeclared()
    {
        foreach (var variable in recipes.Values.SelectMany(recipe => recipe.Variables.Values))
        {
            if (!_declared.TryAdd(variable.Name, variable))
            {
                var other = _declared[variable.Name].Recipe;
                problems.Add(variable.Location, $"'{variable.Name}' is declared by recipe {other} too, expected one declaration, which holds for all recipes");
            }

            if (!_readers.Contains(variable.Name))
            {
                var problem = $"a variable that no recipe reads, expected ${{{variable.Name}}} in the environment of one";
                problems.Add(variable.Location, problem, variable.Name, _readers.Select(each => each.Key));
            }

            // Left out, a word may be none.
            if (variable.Default is { Text.Length: > 0 } preset)
                Check(variable, preset);
            if (variable.Default is { Text: var named } && variable.OwnFiles(named).Any())
                problems.Add(variable.Default.Location, $"the default of '{variable.Name}' names a file beside a target, expected one that the recipe has for all targets");
            if (_builtIn.Contains(variable.Name))
                problems.Add(variable.Location, $"every target has '{variable.Name}' built in, expected another name");
        }

        foreach (var variable in _declared.Values)
        {
            foreach (var unknown in variable.Instead.Where(each => each.Value == variable.Name || !_declared.ContainsKey(each.Value)))
                problems.Add(variable.Location, $"'instead' has '{unknown.Value}' for {unknown.Key}, expected another variable that a recipe declares", unknown.Value, _declared.Keys);
        }

        foreach (var (name, reader) in _readers.SelectMany(each => each.Select(reader => (each.Key, reader))).Where(each => !_builtIn.Contains(each.Key)))
        {
            var (recipe, location) = reader;
            if (!_declared.TryGetValue(name, out var variable))
                problems.Add(location, $"no recipe declares the variable '{name}', expected it in 'variables' of one", name, _declared.Keys.Concat(_builtIn));
            else if (variable.Type == VariableType.Files && (recipe.Name != variable.Recipe || recipe.Files is null))
                problems.Add(location, $"'{name}' names files of recipe {variable.Recipe}, expected it to be read there, and 'files' there");
        }
    }

    /// <summary>What a target's steps read it sets, or there is a default.</summary>
    public void RefuseUnset(IEnumerable<Target> targets)
    {
        foreach (var target in targets)
        {
            var built = Recipe.Reach(recipes, target.Goals);
            foreach (var variable in _declared.Values.Where(each => each.Default is null && !target.Variables.ContainsKey(each.Name)))
            {
                if (_readers[variable.Name].Select(reader => reader.Recipe.Name).FirstOrDefault(built.Contains) is { } reader)
                {
                    problems.Add(
                        target.Location,
                        $"a target without a value of '{variable.Name}', which recipe {reader} reads, expected {variable.Expected} under 'variables': {variable.Meaning}");
                }
            }
        }
    }

    /// <summary>What targets set is declared and as declared.</summary>
    /// <returns>The files beside the targets that the variables name, each by the target's file and the words that name it.</returns>
    public ILookup<DefinitionFile, (string Word, TargetFile File)> CheckSettings(IEnumerable<(DefinitionFile File, string Name, Setting Value)> settings)
    {
        var files = new List<(DefinitionFile Of, string Word, TargetFile File)>();
        foreach (var (file, name, value) in settings)
        {
            // What is refused where it was read needs no second message.
            if (StepVariables.BuiltIn.Contains(name) || value.Text.Contains("${", StringComparison.Ordinal))
                continue;
            if (_builtIn.Contains(name))
            {
                problems.Add(value.NameAt, $"'{name}' is what the release or 'sources:' has, expected it left out: 'release: NAME' chooses the versions");
                continue;
            }

            if (!_declared.TryGetValue(name, out var variable))
            {
                var known = string.Join(", ", _declared.Keys.Order(StringComparer.Ordinal));
                problems.Add(value.NameAt, $"a variable that no recipe declares, expected one of these: {known}", name, _declared.Keys);
                continue;
            }

            Check(variable, value);
            foreach (var word in value.Words.Where(word => variable.OwnFiles(word.Value).Any()))
            {
                if (FileValues.OfTarget(file, word, variable, problems) is { } found)
                    files.Add((file, word.Value, found));
            }
        }

        return files.ToLookup(each => each.Of, each => (each.Word, each.File));
    }

    private void Check(Variable variable, Setting setting)
    {
        var what = $"'{variable.Name}'";
        if (variable.Type == VariableType.Word)
        {
            if (setting.IsList)
                problems.Add(setting.Location, $"{what} is a list, expected {variable.Expected}");
            else if (setting.Words.Length != 1 || !variable.Accepts(setting.Text))
                problems.Add(setting.Location, $"{what} is {Problems.Quote(setting.Text)}, expected {variable.Expected}", setting.Text, variable.Values);
        }
        else
        {
            var recipe = recipes[variable.Recipe];
            var (known, expected) = variable.Type == VariableType.Files && recipe.Files is { } files
                ? (files.Names(variable.Suffix), $"a file of recipe {recipe.Name} or, beside this one, ./NAME{variable.Suffix}")
                : (variable.Values, variable.Expected);
            foreach (var word in setting.Words.Where(word => word.Value.Length > 0 && !IsAllowed(word.Value) && variable.InPlaceOf(word.Value) is null))
                problems.Add(word.Location, $"{what} has {Problems.Quote(word.Value)}, expected {expected}", word.Value, known);
            foreach (var (word, first) in variable.Repeated(setting.Words.Where(word => IsAllowed(word.Value))))
                problems.Add(word.Location, $"{what} has {Problems.Quote(word.Value)}, and {(first == word.Value ? "the same" : Problems.Quote(first))} before it, expected each once");
            foreach (var word in setting.Words.Where(word => variable.InPlaceOf(word.Value) is not null))
                problems.Add(word.Location, $"{what} has {Problems.Quote(word.Value)}, expected {variable.InPlaceOf(word.Value)}");
            if (setting.Words.All(word => word.Value.Length == 0) && !variable.Values.IsEmpty && variable.Default?.Text is { Length: > 0 })
                problems.Add(setting.Location, $"{what} has no word, expected at least one: {expected}");

            bool IsAllowed(string word) => variable.Type == VariableType.Files ? known.Contains(word) || variable.OwnFiles(word).Any() : variable.Accepts(word);
        }
    }
}

/// <summary>Finds recipes that need themselves by way of others, in time that grows as the recipes and their needs do.</summary>
internal static class CycleCheck
{
    public static void Run(ImmutableSortedDictionary<string, Recipe> recipes, Problems problems)
    {
        var pending = WithoutBuildable(recipes);
        var walked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in recipes.Keys.Where(pending.Contains))
        {
            // Each of the pending recipes depends on a pending one, so the walk ends where it was before.
            var path = new List<string>();
            var at = start;
            while (walked.Add(at))
            {
                path.Add(at);
                at = recipes[at].Dependencies.First(each => pending.Contains(each.Value)).Value;
            }

            if (path.IndexOf(at) is >= 0 and var first)
                Report([.. path.Skip(first)], recipes, problems);
        }
    }

    /// <summary>The recipes that are left where again and again all go that need none of the rest.</summary>
    private static HashSet<string> WithoutBuildable(ImmutableSortedDictionary<string, Recipe> recipes)
    {
        var needs = recipes.Values
            .SelectMany(recipe => recipe.Dependencies.Select(each => (Recipe: recipe.Name, Needed: each.Value)))
            .Where(need => recipes.ContainsKey(need.Needed))
            .ToList();
        var users = needs.ToLookup(each => each.Needed, each => each.Recipe, StringComparer.Ordinal);
        var open = needs.CountBy(each => each.Recipe, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var buildable = new Stack<string>(recipes.Keys.Where(name => !open.ContainsKey(name)));
        while (buildable.TryPop(out var name))
        {
            foreach (var user in users[name])
            {
                if (--open[user] == 0)
                {
                    open.Remove(user);
                    buildable.Push(user);
                }
            }
        }

        return [.. open.Keys];
    }

    private static void Report(List<string> cycle, ImmutableSortedDictionary<string, Recipe> recipes, Problems problems)
    {
        var first = cycle.IndexOf(cycle.Min(StringComparer.Ordinal)!);
        string[] ring = [.. cycle[first..], .. cycle[..first], cycle[first]];
        var edge = recipes[ring[0]].Dependencies.First(each => each.Value == ring[1]);
        problems.Add(edge.Location, $"recipes that need each other in a circle ({string.Join(" -> ", ring)}), expected an order to build them in");
    }
}
