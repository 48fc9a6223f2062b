using Bootstrap.Definitions;

namespace Bootstrap.Tests;

/// <summary>The files of the checkout that the tests were built from.</summary>
internal static class Checkout
{
    private static readonly EnumerationOptions Recursive = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>What its definitions say.</summary>
    public static DefinitionSet Definitions { get; } = DefinitionReader.Read([Root]);

    /// <summary>Paths, relative to the root, of the files below one of its directories that a commit would hold.</summary>
    public static IEnumerable<string> Files(string directory, string pattern = "*") =>
        Directory.EnumerateFiles(Path.Combine(Root, directory), pattern, Recursive)
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "Bootstrap.sln")) ? directory : FindRoot(Path.GetDirectoryName(directory)!);
}
