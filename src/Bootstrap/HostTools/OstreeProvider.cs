using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>Takes the host tools from a commit of an OSTree repository that holds a whole root file system, such as one of Freedesktop SDK.</summary>
internal sealed class OstreeProvider(string repository, string reference, string? key, HostToolsProviders with) : IHostToolsProvider
{
    private static readonly HostToolsOption KeyOption = new(
        "--ostree-key", "FILE", "The GPG public key that has to have signed the OSTree commit; without it no signature is checked", IsFile: true);

    private const string Remote = "origin";

    private static readonly FailureTable Failures = new("ostree", _ => true,
    [
        Cause.DiskFull,
        new(
            "the commit is not signed by the key that was given",
            "See that --ostree-key names the public key of whoever publishes the repository.",
            ["public key not found", "none are in trusted keyring", "no signatures", "not signed", "BAD signature", "Bad signature", "signature"]),
        new(
            "the certificate of the repository, or of a proxy that looks into TLS, is not trusted here",
            "Name a file with the certificates of all trusted authorities, the proxy's among them: SSL_CERT_FILE=FILE.",
            ["certificate"]),
        new(
            "there is no repository",
            "Name the URL or the directory of a repository, which has a file 'config' at its top.",
            ["opening repo:", "/config"]),
        new(
            "the repository has no such branch or commit",
            "List its branches: `ostree remote refs`, or `ostree refs` where it is local.",
            ["No such branch", "No such metadata object", "Refspec", "not found in remote", "HTTP 404", "404", "No such file or directory"]),
        new(
            "the repository can't be reached",
            "Check the network, the proxy settings and the URL.",
            ["Could not resolve", "Couldn't resolve", "Couldn't connect", "Could not connect", "Connection refused", "timed out", "While fetching", "Couldn't open"]),
    ]);

    public static HostToolsKind Registered { get; } = new("ostree", "ostree:REPOSITORY#BRANCH-OR-COMMIT")
    {
        AtPlace = (with, place) => new OstreeProvider(place[..place.LastIndexOf('#')], place[(place.LastIndexOf('#') + 1)..], with.Value(KeyOption), with),
        ReadPlace = place => place.Split('#') is [{ Length: > 0 } repository, { Length: > 0 } reference] && !reference.StartsWith('-')
            ? $"{RepositoryUrl(repository)}#{reference}" : null,
        Options = [KeyOption],
    };

    public HostToolsKind Kind => Registered;
    public string Title => $"ostree:{repository}#{reference}";
    public bool NeedsNetwork => !repository.StartsWith('/') && !repository.StartsWith("file:", StringComparison.Ordinal);
    public Digest Definition => Digest.Of($"ostree\n{repository}\n{reference}\n{(key is null ? "unchecked" : Digest.OfFile(CheckedKey()).Hex)}");
    public ImmutableArray<HostProgram> Programs => [HostProgram.Ostree];

    public Task<HostCheck> CheckAsync(CancellationToken cancel) =>
        Task.FromResult(new HostCheck(HostToolsProviders.HostTools, $"to be taken from {repository}", null, null));

    public async Task<ResolvedInputs> ResolveAsync(string workDirectory, string? revision, IProgress<Advance> progress, CancellationToken cancel)
    {
        var pull = revision ?? reference;
        await RunAsync(workDirectory, ["init", "--mode=archive"], cancel);
        ImmutableArray<string> trust = key is null ? ["--no-gpg-verify"] : [$"--gpg-import={CheckedKey()}"];
        var network = NeedsNetwork ? NetworkEnvironment.Current : null;
        if (network is { NamesCertificates: true })
            trust = trust.Add($"--set=tls-ca-path={network.CertificatesIn(workDirectory)}");
        await RunAsync(workDirectory, ["remote", "add", .. trust, Remote, repository], cancel);
        await RunAsync(workDirectory, ["pull", Remote, pull], cancel)
            .ReportAsync(Path.Combine(workDirectory, "repo"), new Advance($"{with.Makes} {Title}", "pulling", 0, null), progress);
        var name = Digest.TryParse(pull, out _) ? pull : $"{Remote}:{pull}";
        return new ResolvedInputs([], (await RunAsync(workDirectory, ["rev-parse", name], cancel)).Trim());
    }

    public async Task<string> MakeAsync(
        string workDirectory, ResolvedInputs inputs, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        var tree = Path.Combine(workDirectory, "tree");
        progress.Report(new Advance($"{with.Makes} {Title}", "checking out", 0, null));
        await RunAsync(workDirectory, ["checkout", "--user-mode", inputs.Revision!, tree], cancel);
        await new TreeNormalizer(with.Processes).NormalizeAsync(tree, cancel);
        if (with.Makes == HostToolsProviders.HostTools)
            TreeNormalizer.RequireShell(tree, $"{repository}#{reference}");
        return tree;
    }

    private Task<string> RunAsync(string workDirectory, ImmutableArray<string> arguments, CancellationToken cancel)
    {
        var repo = Path.Combine(workDirectory, "repo");
        ImmutableArray<string> readable = [.. NeedsNetwork ? [] : (string[])[new Uri(repository).LocalPath], .. key is null ? [] : (string[])[CheckedKey()]];
        var command = new ConfinedCommand(HostProgram.Ostree, arguments.Add($"--repo={repo}"))
        {
            Writable = [workDirectory],
            Readable = readable,
            Network = NeedsNetwork,
            Asks = [repository],
        };
        var place = $"{reference} of {(NeedsNetwork ? NetworkEnvironment.Current.With(repository) : repository)}";
        return command.RequireAsync(
            with.Processes, result => Failures.Explain($"The {with.Makes} could not be taken from an OSTree repository", place, result), cancel);
    }

    // It becomes the name of the host tools: in the store, and in what is published.
    private static string RepositoryUrl(string repository) => !repository.Contains("://", StringComparison.Ordinal)
        ? new Uri(Path.GetFullPath(repository)).AbsoluteUri
        : NetworkEnvironment.WithoutLogins(repository) == repository ? repository : throw new DefinitionException(
            $"ostree:{repository}: a login in the URL would be written into the store and what is published.",
            "Pull it yourself into a local repository, and name its directory: ostree pull.");

    private string CheckedKey() => File.Exists(key)
        ? Path.GetFullPath(key)
        : throw new HostException($"There is no key '{key}'.", "Name a file with the public keys that may have signed the commit: --ostree-key FILE.");
}
