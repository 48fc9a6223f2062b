namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap schema</c>: writes what an editor checks definitions by, and the reference of their keys.</summary>
internal static class SchemaCommand
{
    public static Command Create(CommonOptions options)
    {
        var kind = new Argument<string?>("kind")
        {
            Description = "Print the schema of this kind of file",
            HelpName = string.Join('|', DefinitionSchema.Kinds),
            Arity = ArgumentArity.ZeroOrOne,
        };
        kind.AcceptOnlyFromAmong([.. DefinitionSchema.Kinds]);
        var output = CommonOptions.Value<string?>("--output", "DIR", "Write the schemas of all kinds into this directory, each as KIND.json");
        var markdown = CommonOptions.Value<string?>("--markdown", "FILE", "Write the reference of all keys into this file, as Markdown");
        var command = new Command("schema", """
            Describe every key of the YAML files, as JSON Schemas by which editors complete and check them, or as a reference for people.

            Example:
              bootstrap schema recipe > recipe.json
            """)
        { kind, output, markdown };
        command.Validators.Add(result =>
        {
            if (result.GetValue(kind) is null && result.GetResult(output) is null && result.GetResult(markdown) is null)
                result.AddError("There is nothing to write: name a kind of file, or give --output or --markdown.");
        });
        command.SetAction(parsed =>
        {
            var variables = options.Read(parsed).Definitions.Variables.Values;
            if (parsed.GetValue(kind) is { } one)
                Console.Write(DefinitionSchema.Json(one, variables));
            if (parsed.GetValue(output) is { } named)
            {
                var directory = Directory.CreateDirectory(Path.GetFullPath(named));
                foreach (var each in DefinitionSchema.Kinds)
                    File.WriteAllText(Path.Combine(directory.FullName, $"{each}.json"), DefinitionSchema.Json(each, variables));
            }
            if (parsed.GetValue(markdown) is { } file)
                File.WriteAllText(Path.GetFullPath(file), DefinitionSchema.Markdown(variables));
        });
        return command;
    }
}
