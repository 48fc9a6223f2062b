using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>Names the .apk files that apk left in a directory: package, version, digest.</summary>
internal static partial class ApkFiles
{
    public static ImmutableArray<PackageFile> Of(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*.apk").Select(Read).OrderBy(file => file.Package.Name, StringComparer.Ordinal)];

    /// <summary>The package and version that a file's name says; in apk's cache the beginning of a digest follows.</summary>
    public static (string Name, string Version)? Parse(string fileName) => Pattern().Match(fileName) is { Success: true } match
        ? (match.Groups["name"].Value, match.Groups["version"].Value)
        : null;

    private static PackageFile Read(string path)
    {
        var (name, version) = Parse(Path.GetFileName(path))
            ?? throw new HostException($"apk downloaded '{Path.GetFileName(path)}', which is not named as packages are.");
        return new PackageFile(new Package(name, version, Digest.OfFile(path)), path);
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9][A-Za-z0-9._+-]*)-(?<version>[0-9][^-/]*-r[0-9]+)(\.[0-9a-f]{8})?\.apk$")]
    private static partial Regex Pattern();
}
