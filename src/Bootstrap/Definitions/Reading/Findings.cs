namespace Bootstrap.Definitions.Reading;

/// <summary>What reading the files has brought up besides the definitions: problems, and names yet to be looked up.</summary>
internal sealed class Findings
{
    public Problems Problems { get; } = new();

    /// <summary>Every place where a definition names another.</summary>
    public List<Reference> References { get; } = [];

    /// <summary>Every place where a target sets a variable.</summary>
    public List<Located<string>> TargetVariables { get; } = [];
}

/// <summary>A place where a definition names one of some kind.</summary>
internal sealed record Reference(DefinitionKind Kind, string Name, Location Location);
