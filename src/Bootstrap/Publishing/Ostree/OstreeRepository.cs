using Bootstrap.Sandboxing;

namespace Bootstrap.Publishing.Ostree;

/// <summary>An OSTree repository, by the ostree program.</summary>
internal sealed class OstreeRepository(ProcessRunner processes, string directory, Signer? signer)
{
    /// <summary>The key of a commit's metadata that has the digest of the tree's manifest.</summary>
    public const string ContentKey = "bootstrap.content";

    /// <summary>The end of the file of a commit in <c>state/</c> while not all of its objects are there.</summary>
    public const string Partial = ".commitpartial";

    public ProcessRunner Processes => processes;

    private ImmutableArray<string> Signature => signer is null ? [] : [$"--gpg-sign={signer.Key}"];

    /// <summary>Makes it, in the form that is served as plain files, where there is none yet.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        HostProgram.Ostree.Find();
        if (signer is null && File.Exists(Path.Combine(directory, "summary.sig")))
        {
            throw new DefinitionException(
                $"What is published in '{directory}' is signed, and this would not be.", "Name a key with --sign KEY, or publish into another repository.");
        }

        if (Directory.Exists(Path.Combine(directory, "objects")) && File.Exists(Path.Combine(directory, "config")))
            return;
        if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).All(IsLeftOfFirst))
            throw new DefinitionException($"'{directory}' is neither empty nor an OSTree repository.", "Publish into another directory.");
        Directory.CreateDirectory(directory);
        await AskAsync("init", ["--mode=archive"], cancel);
    }

    // What 'ostree init' makes before the objects, the last of all, if it was killed meanwhile: it can be done again.
    private static bool IsLeftOfFirst(string path) =>
        Path.GetFileName(path) is "config" or "extensions" or "refs" or "state" or "tmp" or ".lock" or PublicationDirectory.Beside
        || Path.GetFileName(path).StartsWith("tmp.", StringComparison.Ordinal);

    /// <summary>The commit that a branch has, or null.</summary>
    public async Task<Digest?> FindAsync(string branch, CancellationToken cancel)
    {
        var result = await RunAsync("rev-parse", [branch], cancel);
        return result.ExitCode == 0 && Digest.TryParse(result.Output.Trim(), out var commit) ? commit : null;
    }

    /// <summary>The digest of the manifest of a commit's tree, if it was published here, or null.</summary>
    public async Task<Digest?> ContentAsync(Digest commit, CancellationToken cancel)
    {
        var result = await RunAsync("show", [$"--print-metadata-key={ContentKey}", commit.Hex], cancel);
        return Digest.TryParse(result.Output.Trim().Trim('\''), out var content) ? content : null;
    }

    /// <summary>Commits a tar archive on top of what the branch has here, in a repository beside it that <see cref="TakeAsync"/> takes the commit from.</summary>
    /// <returns>That repository.</returns>
    public async Task<string> CommitAsideAsync(
        string branch, string tar, string subject, ImmutableSortedDictionary<string, string> metadata, CancellationToken cancel)
    {
        var scratch = Path.GetDirectoryName(tar)!;
        var made = Path.Combine(scratch, "repository");
        var aside = new OstreeRepository(processes, made, signer);
        var parent = await FindAsync(branch, cancel);
        await aside.PrepareAsync(cancel);
        await aside.AskAsync(
            "commit",
            [
                $"--branch={branch}", $"--tree=tar={tar}", $"--parent={parent?.Hex ?? "none"}", "--owner-uid=0", "--owner-gid=0", "--no-xattrs",
                $"--timestamp=@{ReproducibleTime.Seconds}", $"--subject={subject}", .. Signature,
                .. metadata.Select(entry => $"--add-metadata-string={entry.Key}={entry.Value}"),
            ],
            cancel,
            signs: signer is not null,
            beside: scratch);
        return made;
    }

    /// <summary>Takes what another repository has on a branch: <c>ostree pull-local</c> marks the commit as partial until all of it is there.</summary>
    public async Task<Digest> TakeAsync(string branch, string made, CancellationToken cancel)
    {
        await AskAsync("pull-local", [InUrl(made), branch], cancel, beside: made);
        return await FindAsync(branch, cancel) ?? throw new HostException($"ostree made no commit on '{branch}' in '{directory}'.");
    }

    /// <summary>A path as <c>ostree pull-local</c> takes it, which puts it behind <c>file://</c> as it stands, and reads that as a URL.</summary>
    public static string InUrl(string path) =>
        path.Replace("%", "%25", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal).Replace("?", "%3F", StringComparison.Ordinal);

    /// <summary>Whether a commit is marked as one of which not all is there.</summary>
    public bool IsPartial(Digest commit) => Path.Exists(Path.Combine(directory, "state", commit.Hex + Partial));

    /// <summary>Signs a commit that was there unsigned, or signed by others.</summary>
    public async Task SignAsync(Digest commit, CancellationToken cancel)
    {
        if (signer is null)
            return;
        var result = await RunAsync("gpg-sign", [commit.Hex, signer.Key], cancel, signs: true);
        if (result.ExitCode != 0 && !result.Error.Contains("already signed", StringComparison.Ordinal))
            throw Failure("gpg-sign", result);
    }

    /// <summary>Makes what a client that has the parent of a commit needs of it a single download, where both are there and no such delta is.</summary>
    public async Task EnsureDeltaAsync(Digest commit, CancellationToken cancel)
    {
        if (await FindAsync($"{commit}^", cancel) is not { } parent || !File.Exists(Path.Combine(directory, "objects", parent.Hex[..2], $"{parent.Hex[2..]}.commit")))
            return;
        var deltas = await RunAsync("static-delta", ["list"], cancel);
        if (!deltas.Output.Split('\n').Contains($"{parent}-{commit}"))
            await AskAsync("static-delta", ["generate", $"--from={parent}", $"--to={commit}"], cancel);
    }

    /// <summary>Lists all branches, for clients.</summary>
    public Task SummariseAsync(CancellationToken cancel) => AskAsync("summary", ["--update", .. Signature], cancel, signs: signer is not null);

    public string Documents => Path.Combine(directory, PublicationDirectory.Beside);

    /// <summary>Runs a command that may write to a scratch directory only: ostree fsck marks a commit as partial where an object is damaged.</summary>
    public Task<ProcessResult> ReadAsync(string verb, ImmutableArray<string> arguments, string scratch, CancellationToken cancel, string? from = null) =>
        (Confined(verb, arguments) with { Writable = [scratch], Readable = [directory, from ?? directory] }).RunAsync(processes, cancel);

    private async Task AskAsync(string verb, ImmutableArray<string> arguments, CancellationToken cancel, bool signs = false, string? beside = null)
    {
        var result = await RunAsync(verb, arguments, cancel, signs, beside);
        if (result.ExitCode != 0)
            throw Failure(verb, result);
    }

    private Task<ProcessResult> RunAsync(
        string verb, ImmutableArray<string> arguments, CancellationToken cancel, bool signs = false, string? beside = null)
    {
        var command = Confined(verb, arguments) with { Writable = beside is null ? [directory] : [directory, beside] };
        // What signs talks to the agent of gpg, by a socket among the user's files, and it to his terminal or desktop.
        return signs ? processes.RunAsync(new CommandSpec(HostProgram.Ostree.Name, command.Arguments) { Environment = Signer.Environment }, cancel)
            : command.RunAsync(processes, cancel);
    }

    private ConfinedCommand Confined(string verb, ImmutableArray<string> arguments)
    {
        var repo = $"--repo={Path.GetFullPath(directory)}";
        ImmutableArray<string> words = verb is "static-delta" or "remote" ? [verb, arguments[0], repo, .. arguments[1..]] : [verb, repo, .. arguments];
        // Names in archives may be any text.
        return new ConfinedCommand(HostProgram.Ostree, words) { Variables = ImmutableSortedDictionary<string, string>.Empty.Add("LC_ALL", "C.UTF-8") };
    }

    private BootstrapException Failure(string verb, ProcessResult result)
    {
        var what = $"'ostree {verb}' on '{directory}' ended with exit code {result.ExitCode}: {result.Error.Trim()}";
        // It keeps some of the disk free for others.
        return result.Error.Contains("No space left", StringComparison.Ordinal) || result.Error.Contains("min-free-space", StringComparison.Ordinal)
            ? new StoreException(what, DiskFailure.FullHint)
            : new HostException(what);
    }
}
