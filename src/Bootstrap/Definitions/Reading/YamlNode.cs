using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>A value in a YAML file and where it begins.</summary>
internal abstract record YamlNode(Location Location)
{
    /// <summary>What it is, as it stands in a message.</summary>
    public abstract string Kind { get; }
}

/// <summary>A scalar; it is the text as written, for a version 2.10 is not the number 2.1 and a country NO is not false.</summary>
internal sealed record YamlText(string Text, bool IsPlain, Location Location) : YamlNode(Location)
{
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => IsNull ? "nothing" : "text";
}

internal sealed record YamlList(ImmutableArray<YamlNode> Items, Location Location) : YamlNode(Location)
{
    public override string Kind => "a list";
}

internal sealed record YamlMap(ImmutableArray<YamlEntry> Entries, Location Location) : YamlNode(Location)
{
    public override string Kind => "a mapping";
}

/// <summary>One key of a mapping and its value.</summary>
internal sealed record YamlEntry(YamlText Key, YamlNode Value);

/// <summary>Stands where something was refused that is already a problem of its own, so that nobody notes it a second time.</summary>
internal sealed record YamlRefused(Location Location) : YamlNode(Location)
{
    public override string Kind => "refused";
}
