namespace Bootstrap.Definitions;

/// <summary>Where a definition stands: a file, and a line and column counted from 1.</summary>
public sealed record Location(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
