using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Sources;

namespace Bootstrap.HostTools;

/// <summary>Takes the host tools from a commit of an OSTree repository that holds a whole root file system, such as one of Freedesktop SDK.</summary>
internal sealed class OstreeProvider(string repository, string reference, string? key, ProcessRunner processes) : IHostToolsProvider
{
    private const string Remote = "origin";

    public string Name => "ostree";

    public string Title => $"ostree:{repository}#{reference}";

    public string? Release => null;

    public bool NeedsNetwork => !repository.StartsWith('/') && !repository.StartsWith("file:", StringComparison.Ordinal);

    public Digest Definition => Digest.Of($"ostree\n{repository}\n{reference}\n{(key is null ? "unchecked" : Digest.OfFile(CheckedKey()).Hex)}");

    public async Task<Ingredients> ResolveAsync(string workDirectory, string? revision, CancellationToken cancel)
    {
        var pull = revision ?? reference;
        await RunAsync(workDirectory, ["init", "--mode=archive"], cancel);
        ImmutableArray<string> trust = key is null ? ["--no-gpg-verify"] : [$"--gpg-import={CheckedKey()}"];
        await RunAsync(workDirectory, ["remote", "add", .. trust, Remote, repository], cancel);
        await RunAsync(workDirectory, ["pull", Remote, pull], cancel);
        var name = Digest.TryParse(pull, out _) ? pull : $"{Remote}:{pull}";
        return new Ingredients([], (await RunAsync(workDirectory, ["rev-parse", name], cancel)).Trim());
    }

    public Task<ImmutableArray<PackageFile>> FetchAsync(
        string workDirectory, ImmutableArray<Package> packages, CancellationToken cancel) =>
        throw new InvalidOperationException("Host tools of an OSTree commit have no packages.");

    public async Task<string> MakeAsync(string workDirectory, Ingredients ingredients, Action<string> notice, CancellationToken cancel)
    {
        var tree = Path.Combine(workDirectory, "tree");
        await RunAsync(workDirectory, ["checkout", "--user-mode", ingredients.Revision!, tree], cancel);
        await new TreeTidier(new Fence(processes, workDirectory)).TidyAsync(tree, cancel);
        RootCheck.RequireShell(tree, $"{repository}#{reference}");
        return tree;
    }

    private async Task<string> RunAsync(string workDirectory, ImmutableArray<string> arguments, CancellationToken cancel)
    {
        var repo = Path.Combine(workDirectory, "repo");
        var fence = new Fence(processes, workDirectory);
        var result = await fence.RunAsync(HostProgram.Ostree, arguments.Add($"--repo={repo}"), workDirectory, [new("HOME", workDirectory)], cancel);
        return result.ExitCode == 0 ? result.Output : throw OstreeFailure.Explain(repository, reference, result);
    }

    private string CheckedKey() => File.Exists(key)
        ? Path.GetFullPath(key)
        : throw new HostException($"There is no key '{key}'.", "Name a file with the public keys that may have signed the commit: --ostree-key FILE.");
}
