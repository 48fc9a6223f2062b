using Bootstrap.Definitions;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Sources.Origins;

/// <summary>Makes an archive of one commit or directory, which it names for people as its text.</summary>
internal interface IArchiveMaker
{
    /// <summary>The name that the archive has in the lock file.</summary>
    string Pin { get; }

    bool NeedsNetwork { get; }

    /// <summary>What tells one content from another.</summary>
    string Content();

    /// <summary>The archive: a file in the directory.</summary>
    Task<string> MakeAsync(ProcessRunner processes, string directory, CancellationToken cancel);
}

/// <summary>Writes a directory as a tar archive that depends on nothing but names, contents, links and whether a file can be executed.</summary>
internal sealed class DirectoryArchive(DirectoryOrigin origin) : IArchiveMaker
{
    /// <summary>What is no part of a directory: git's own files.</summary>
    private const string LeftOut = ".git";

    public string Pin => "directory " + origin.Path;
    public bool NeedsNetwork => false;

    public override string ToString() => $"The directory '{origin.Path}'";

    public string Content()
    {
        try
        {
            return Manifest.OfForeign(origin.Path, LeftOut).Content.Hex;
        }
        catch (Exception failure) when (failure is BuildException || DiskFailure.Is(failure))
        {
            throw new BuildException($"{this} can't be a source: {failure.Message}", "Take it out of the directory, or name another one.", failure);
        }
    }

    public async Task<string> MakeAsync(ProcessRunner processes, string directory, CancellationToken cancel)
    {
        var archive = Path.Combine(directory, "archive.tar");
        ImmutableArray<string> arguments =
        [
            "-C", origin.Path, "--exclude=" + LeftOut, "--format=gnu", "--sort=name", "--hard-dereference", "--mtime=@0",
            "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX", "-cf", archive, ".",
        ];
        var command = new ConfinedCommand(HostProgram.Tar, arguments) { Writable = [directory], Readable = [origin.Path] };
        var result = await command.RunAsync(processes, cancel);
        return result.ExitCode == 0 ? archive : throw new BuildException(
            $"{this} can't be read as a source:\n  {result.Error.Trim().ReplaceLineEndings("\n  ")}", "Expected files that everybody may read.");
    }
}

/// <summary>Fetches one commit of a git repository and writes its files as they are committed, less submodules, as a tar archive.</summary>
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

    // The command line of every program is for all users of the machine to see, its environment is not.
    private const string Login =
        """
        [credential]
            helper = "!printf 'username=%s\\npassword=%s\\n' \"$LOGIN_USER\" \"$LOGIN_PASSWORD\"; :"

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
        var login = origin.Repository.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        // A user alone may be a token; to ssh it is a name that it needs.
        var isHidden = origin.Repository is { UserInfo.Length: > 0, Scheme: "http" or "https" };
        var url = isHidden ? new UriBuilder(origin.Repository) { UserName = "", Password = "" }.Uri.AbsoluteUri : origin.Repository.AbsoluteUri;
        await File.WriteAllTextAsync(configuration, Configuration + (isHidden ? Login : ""), cancel);
        ImmutableArray<string> arguments = ["-euc", Script, "fetch", url, origin.Commit];
        var command = new ConfinedCommand(HostProgram.Shell, arguments)
        {
            Writable = [directory],
            Readable = NeedsNetwork ? [] : [origin.Repository.LocalPath],
            Network = NeedsNetwork,
            Asks = [url],
            Variables = Certificates(directory)
                .Add("GIT_CONFIG_GLOBAL", configuration).Add("GIT_CONFIG_NOSYSTEM", "1").Add("GIT_TERMINAL_PROMPT", "0").Add("GIT_ASKPASS", "true")
                .Add("LOGIN_USER", login[0]).Add("LOGIN_PASSWORD", login.ElementAtOrDefault(1) ?? ""),
        };
        var result = await command.RunAsync(processes, cancel);
        return result.ExitCode == 0 ? Path.Combine(directory, "archive.tar") : throw new BuildException(
            $"Commit {origin.Commit} of {NetworkEnvironment.Current.With(origin.Repository.AbsoluteUri)} could not be fetched:\n  {result.Error.Trim().ReplaceLineEndings("\n  ")}",
            "Check the network, that the URL is the repository's own and no web page, and that it has the commit; a mirror may have it: --mirror DIR.");
    }

    // git knows these by a name of its own only.
    private ImmutableSortedDictionary<string, string> Certificates(string directory)
    {
        const string name = "GIT_SSL_CAINFO";
        var file = Environment.GetEnvironmentVariable(name) is { Length: > 0 } own ? own : NeedsNetwork ? NetworkEnvironment.Current.CertificatesIn(directory) : null;
        return file is null ? ImmutableSortedDictionary<string, string>.Empty : ImmutableSortedDictionary<string, string>.Empty.Add(name, file);
    }
}
