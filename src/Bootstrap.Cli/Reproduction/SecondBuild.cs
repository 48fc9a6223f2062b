using System.CommandLine;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Cli.Reproduction;

/// <summary>Builds a plan again in a store of its own that begins with the sources and host tools of the first, in other surroundings.</summary>
internal sealed class SecondBuild(Workspace workspace, GlobalOptions options, ParseResult parsed, string workDirectory)
{
    /// <exception cref="BuildException">It failed.</exception>
    public async Task RunAsync(
        PlannedTargets planned, string directory, IEnumerable<string> arguments, string more, CancellationToken cancel)
    {
        RequireEmpty(directory);
        using (var scratch = ArtifactStore.Open(directory))
        {
            var blobs = planned.Plan.Steps.SelectMany(step => step.Files).Where(file => file.Path is null).Select(file => file.Digest).Distinct();
            scratch.Import(workspace.Store, [planned.HostTools.Key], blobs);
        }

        var definitions = options.Definitions(parsed);
        var asOtherUser = RealRoot.IsHere() && await CanBeReadByOthersAsync(definitions, cancel);
        if (asOtherUser)
            await GiveAwayAsync(directory, cancel);

        // Whoever built this program may keep it to himself.
        var program = Path.Combine(workDirectory, "program");
        PlainCopy.Make(AppContext.BaseDirectory, program);
        var bubblewrap = HostProgram.Bubblewrap.Find();
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        var surroundings = new OtherSurroundings(bubblewrap, path, program, [.. definitions], directory, asOtherUser);
        Console.WriteLine($"the second build: {surroundings.Summary}, {more}");
        var command = surroundings.CommandFor([.. arguments, .. options.Repeated(parsed)]);
        var result = await workspace.Processes.RunAsync(command, line => Console.WriteLine($"| {line}"), cancel);
        if (result.ExitCode != 0)
        {
            throw new BuildException(
                $"The second build failed with exit code {result.ExitCode}; the lines above are its own.",
                "With --scratch DIR its store is kept, with the logs in it.");
        }
    }

    private static void RequireEmpty(string directory)
    {
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new DefinitionException(
                $"'{directory}' is not empty; expected a new directory: what is built for a comparison has to be built anew.", "Name another: --scratch DIR.");
        }
    }

    private async Task<bool> CanBeReadByOthersAsync(IEnumerable<string> directories, CancellationToken cancel)
    {
        string[] tests = ["-name", ".git", "-prune", "-o", "(", "-type", "f", "!", "-perm", "-o=r", "-o", "-type", "d", "!", "-perm", "-o=rx", ")", "-print", "-quit"];
        foreach (var directory in directories)
        {
            var result = await workspace.Processes.RunAsync(
                new Platform.Command("find", [directory, .. tests]), cancel);
            if (result.ExitCode != 0 || result.Output.Length > 0)
                return false;
        }

        return true;
    }

    // Files that the first store has too stay its owner's: whoever has them may read them, and no more.
    private async Task GiveAwayAsync(string directory, CancellationToken cancel)
    {
        var owner = $"{OtherSurroundings.User}:{OtherSurroundings.User}";
        var command = Platform.Command.Of("find", directory, "(", "-type", "d", "-o", "-links", "1", ")", "-exec", "chown", "-h", owner, "{}", "+");
        var result = await workspace.Processes.RunAsync(command, cancel);
        if (result.ExitCode != 0)
            throw new HostException($"The scratch store can't be given to user {OtherSurroundings.User}: {result.Error.Trim()}");
    }
}
