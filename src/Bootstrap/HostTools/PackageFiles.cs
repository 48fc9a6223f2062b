using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>Names the .deb files of a directory: package, version, digest.</summary>
internal static class PackageFiles
{
    private const string Script =
        """
        for file in *.deb; do
            dpkg-deb --show --showformat '${Package} ${Version} ' "$file"
            sha256sum "$file"
        done
        """;

    public static async Task<ImmutableArray<PackageFile>> ReadAsync(ProcessRunner processes, string directory, CancellationToken cancel)
    {
        var command = new ConfinedCommand(HostProgram.Shell, "-euc", Script) { Writable = [directory] };
        var result = await command.RunAsync(processes, cancel);
        return result.ExitCode == 0
            ? Parse(directory, result.Output)
            : throw new HostException($"The packages of the host tools can't be listed: {result.Error.Trim()}", "Run the command again.");
    }

    /// <summary>Reads lines of <c>NAME VERSION SHA256 FILE</c>, in the order of the names.</summary>
    public static ImmutableArray<PackageFile> Parse(string directory, string output) =>
    [
        .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => new PackageFile(new Package(words[0], words[1], Digest.Parse(words[2])), Path.Combine(directory, words[3])))
            .OrderBy(file => file.Package.Name, StringComparer.Ordinal),
    ];
}
