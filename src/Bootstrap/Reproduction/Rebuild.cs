using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Reproduction;

/// <summary>Builds a plan again in a store of its own that begins with the sources, host tools and emulators of the first, with everything varied that must not matter.</summary>
public sealed class Rebuild(ArtifactStore store, ProcessRunner processes, ImmutableArray<string> definitions, ImmutableArray<string> sources, string workDirectory)
{
    /// <summary>Runs this program with these arguments and the store in <paramref name="directory"/>; says what is varied and each line of the other build, whose exit code it returns.</summary>
    public async Task<int> RunAsync(
        Plan plan, IEnumerable<Digest> pinned, string directory, IEnumerable<string> arguments, string more, Action<string> say, CancellationToken cancel)
    {
        using (var scratch = ArtifactStore.Open(directory))
        {
            var blobs = plan.Steps.SelectMany(step => step.Files).Where(file => file.Path is null).Select(file => file.Digest).Distinct();
            scratch.Import(store, pinned, blobs);
        }

        var isRoot = Variations.IsRealRoot(await File.ReadAllTextAsync("/proc/self/status", cancel), await File.ReadAllTextAsync("/proc/self/uid_map", cancel));
        var asOtherUser = isRoot && await CanBeReadByOthersAsync(cancel);
        if (asOtherUser)
            await GiveAwayAsync(directory, cancel);
        // Whoever built this program may keep it to himself.
        var program = Path.Combine(workDirectory, "program");
        TreeCopy.MakePlain(AppContext.BaseDirectory, program);
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        var variations = new Variations(HostProgram.Bubblewrap.Find(), path, program, definitions, sources, directory, asOtherUser);
        say($"the second build: {variations.Summary}, {more}");
        return (await processes.RunAsync(variations.CommandFor(arguments), cancel, line => say($"| {line}"))).ExitCode;
    }

    /// <exception cref="DefinitionException">There is something in the directory.</exception>
    public static void RequireEmpty(string directory)
    {
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new DefinitionException(
                $"'{directory}' is not empty; expected a new directory: what is built for a comparison has to be built anew.", "Name another: --scratch DIR.");
        }
    }

    private async Task<bool> CanBeReadByOthersAsync(CancellationToken cancel)
    {
        string[] tests = ["-name", ".git", "-prune", "-o", "(", "-type", "f", "!", "-perm", "-o=r", "-o", "-type", "d", "!", "-perm", "-o=rx", ")", "-print", "-quit"];
        return await definitions.Concat(sources).ToAsyncEnumerable().AllAsync(
            async (directory, token) => await processes.RunAsync(new CommandSpec(HostProgram.FindFiles.Name, [directory, .. tests]), token) is { ExitCode: 0, Output: "" }, cancel);
    }

    // Files that the first store has too stay its owner's: whoever has them may read them, and no more.
    private async Task GiveAwayAsync(string directory, CancellationToken cancel)
    {
        var owner = $"{Variations.User}:{Variations.User}";
        var command = CommandSpec.Of(HostProgram.FindFiles.Name, directory, "(", "-type", "d", "-o", "-links", "1", ")", "-exec", "chown", "-h", owner, "{}", "+");
        var result = await processes.RunAsync(command, cancel);
        if (result.ExitCode != 0)
            throw new HostException($"The scratch store can't be given to user {Variations.User}: {result.Error.Trim()}");
    }
}
