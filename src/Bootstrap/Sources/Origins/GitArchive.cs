using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.Sources.Origins;

/// <summary>Fetches one commit of a git repository and writes its tree as a tar archive: the files as they are committed, submodules left out.</summary>
internal sealed class GitArchive(CommitOrigin origin) : IArchiveMaker
{
    // Nothing of the user's or the system's configuration has a say in what is fetched, how, and what is in the archive.
    private static readonly string Configuration =
        $"""
        [protocol]
            allow = never
        {string.Concat(Protocols.Git.Select(protocol => $"[protocol \"{protocol}\"]\n    allow = always\n"))}
        [safe]
            directory = *
        [http]
            lowSpeedLimit = 1
            lowSpeedTime = 60
        [tar]
            umask = 0022

        """;

    // Some servers give out no commit by its name: then all that they have is fetched.
    private const string Script =
        """
        unset $(git rev-parse --local-env-vars)
        git init --quiet --bare repository
        cd repository
        mkdir -p info
        echo '* -text -ident -filter -working-tree-encoding -export-subst -export-ignore' > info/attributes
        git fetch --quiet --no-tags --depth=1 "$1" "$2" 2> ../refused ||
            git fetch --quiet --no-tags "$1" '+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*'
        if test "$(git rev-parse --verify --quiet "$2^{commit}")" != "$2"; then
            echo "it has no commit $2" >&2
            exit 1
        fi
        git archive --format=tar --prefix=source/ "$2" > ../archive.tar
        """;

    public string Pin => "commit " + origin.Commit;

    public bool NeedsNetwork => !origin.Repository.IsFile;

    public override string ToString() => $"Commit {origin.Commit} of {origin.Repository}";

    public string Content() => origin.Commit;

    public async Task<string> MakeAsync(ProcessRunner processes, string directory, CancellationToken cancel)
    {
        HostProgram.Git.Find();
        var configuration = Path.Combine(directory, "gitconfig");
        await File.WriteAllTextAsync(configuration, Configuration, cancel);
        ImmutableArray<string> arguments = ["-euc", Script, "fetch", origin.Repository.AbsoluteUri, origin.Commit];
        var command = new ConfinedCommand(HostProgram.Shell, arguments)
        {
            Writable = [directory],
            Readable = NeedsNetwork ? [] : [origin.Repository.LocalPath],
            Network = NeedsNetwork,
            Variables = ImmutableSortedDictionary<string, string>.Empty
                .Add("GIT_CONFIG_GLOBAL", configuration).Add("GIT_CONFIG_NOSYSTEM", "1").Add("GIT_TERMINAL_PROMPT", "0").Add("GIT_ASKPASS", "true"),
        };
        var result = await command.RunAsync(processes, cancel);
        return result.ExitCode == 0 ? Path.Combine(directory, "archive.tar") : throw new BuildException(
            $"{this} could not be fetched:\n  {result.Error.Trim().ReplaceLineEndings("\n  ")}",
            "Check the network, and that the repository has the commit; a mirror may have it: --mirror DIR.");
    }
}
