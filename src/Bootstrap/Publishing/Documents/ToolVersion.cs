using System.Reflection;

namespace Bootstrap.Publishing.Documents;

/// <summary>What this program calls itself in what it writes.</summary>
internal static class ToolVersion
{
    public const string Name = "bootstrap";

    public static string Value { get; } = typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version;
}
