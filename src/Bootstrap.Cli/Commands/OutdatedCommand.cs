using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.Sources;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap sources outdated</c>: lists newer releases of the sources that can be seen from here.</summary>
internal static class OutdatedCommand
{
    public static Command Create(GlobalOptions options)
    {
        var command = new Command("outdated", """
            List for each source the newest release that can be seen beside its tarball, and in Debian's suite. A place that can't be reached is said to be so.

            Example:
              bootstrap sources outdated
            """);
        command.SetAction(async (parsed, cancel) =>
        {
            using var workspace = new Workspace(options, parsed);
            using var releases = workspace.NewerReleases();
            var sources = workspace.Definitions.Sources.Values.ToList();
            var upstream = await Task.WhenAll(sources.Select(source => releases.UpstreamAsync(source, cancel)));
            var debian = await Task.WhenAll(sources.Select(source => releases.DebianAsync(source, cancel)));
            var seen = upstream.Zip(debian).SelectMany(pair => new[] { pair.First, pair.Second }).OfType<SeenRelease>();
            Columns.Print([["SOURCE", "PINNED", "NEWEST", "", "WHERE"], .. seen.Select(Row)]);
        });
        return command;
    }

    private static string[] Row(SeenRelease seen) =>
    [
        seen.Source,
        seen.Pinned,
        seen.Newest ?? "-",
        seen.IsNewer ? "newer" : "",
        seen.Newest is null ? $"{seen.Where}: {seen.Problem}" : seen.Where,
    ];
}
