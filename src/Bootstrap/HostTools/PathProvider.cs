using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>Takes the host tools from a directory or tarball of the user's: a whole root file system with a compiler and a shell.</summary>
public sealed class PathProvider(string path, string storeRoot, ProcessRunner processes) : IHostToolsProvider
{
    private static readonly string[] LeftOut = ["dev", "proc", "sys", "run", "tmp", "var"];

    private readonly string _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    public string Name => "path";

    public string? Release => null;

    public string Title => $"path:{_path}";

    public bool NeedsNetwork => false;

    public Digest Definition => Digest.Of("path\n" + _path);

    public Task<Ingredients> ResolveAsync(string workDirectory, string? revision, IProgress<Advance> progress, CancellationToken cancel) =>
        Task.FromResult(new Ingredients([]));

    public Task<ImmutableArray<PackageFile>> FetchAsync(
        string workDirectory, ImmutableArray<Package> packages, IProgress<Advance> progress, CancellationToken cancel) =>
        throw new InvalidOperationException("Host tools of a path have no packages.");

    public async Task<string> MakeAsync(
        string workDirectory, Ingredients ingredients, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        var tree = Directory.CreateDirectory(Path.Combine(workDirectory, "tree")).FullName;
        progress.Report(new Advance($"host tools {Title}", "copying", 0, null));
        await UnpackAsync(workDirectory, tree, cancel);
        await new TreeTidier(processes).TidyAsync(tree, cancel);
        RootCheck.RequireShell(tree, _path);
        return tree;
    }

    // Confined so, nothing but the work directory can be written to, whatever the names and links in the archive say. Device nodes
    // can't be made there, and what lies in the directories of a running system is of no use.
    private async Task UnpackAsync(string workDirectory, string tree, CancellationToken cancel)
    {
        HostProgram.Tar.Find();
        var leaveOut = LeftOut.SelectMany(name => new[] { $"--exclude=./{name}/*", $"--exclude={name}/*" });
        var command = new ConfinedCommand(HostProgram.Shell, ["-euc", Script(), "unpack", _path, tree, .. leaveOut])
        {
            Writable = [workDirectory],
            Readable = [_path],
        };
        var result = await command.RunAsync(processes, cancel);
        if (result.ExitCode != 0 || result.Error.Contains("Removing leading", StringComparison.Ordinal))
        {
            throw new HostException(
                $"The host tools could not be unpacked from '{_path}':\n  {result.Error.Trim().ReplaceLineEndings("\n  ")}",
                "Expected a directory that can be read, or a whole tar archive (plain, gzip, bzip2, xz or zstd) of relative names.");
        }
    }

    private string Script()
    {
        const string prepare = "from=$1 to=$2; shift 2\n";
        const string options = "--anchored --no-same-owner --warning=no-unknown-keyword --warning=no-timestamp";
        if (File.Exists(_path))
            return $"""{prepare}tar -C "$to" {options} "$@" -xpf "$from" """;
        if (!Directory.Exists(_path))
            throw new HostException($"There is no '{_path}' to take the host tools from.", "Name a directory or a tarball: path:PATH.");
        CheckDirectory();
        return $$"""
            {{prepare}}
            { tar -C "$from" --anchored "$@" -cf - . || touch failed; } | tar -C "$to" {{options}} -xpf -
            test ! -e failed
            """;
    }

    private void CheckDirectory()
    {
        if (_path == "/" || (storeRoot + "/").StartsWith(_path + "/", StringComparison.Ordinal))
        {
            throw new HostException(
                $"The host tools can't be taken from '{_path}', which holds the store ({storeRoot}).",
                "Name a directory with a root file system of its own.");
        }
    }
}
