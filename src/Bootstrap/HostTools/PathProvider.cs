using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>Takes the host tools from a directory or tarball of the user's: a whole root file system with a compiler and a shell.</summary>
internal sealed class PathProvider(string path, HostToolsProviders with) : IHostToolsProvider
{
    private const string Expected = "Expected a directory that can be read, or a whole tar archive (plain, gzip, bzip2, xz or zstd) of relative names.";

    // What lies in the directories of a running system is of no use, and may be unreadable.
    private const string Copy =
        """
        from=$1 to=$2
        { tar -C "$from" --anchored --exclude=./dev/* --exclude=./proc/* --exclude=./sys/* --exclude=./run/* --exclude=./tmp/* --exclude=./var/* -cf - . \
            || touch failed; } | tar -C "$to" --no-same-owner --warning=no-timestamp -xpf -
        test ! -e failed
        """;

    private readonly string _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    public static HostToolsKind Registered { get; } = new("path", "path:DIRECTORY-OR-TARBALL")
    {
        AtPlace = (with, place) => new PathProvider(place, with),
        ReadPlace = Path.GetFullPath,
    };

    public HostToolsKind Kind => Registered;
    public string Title => $"path:{_path}";
    public bool NeedsNetwork => false;
    public Digest Definition => Digest.Of("path\n" + _path);

    public Task<HostCheck> CheckAsync(CancellationToken cancel)
    {
        var problem = Directory.Exists(_path) || FileSystem.IsFile(_path) ? null
            : Path.Exists(_path) ? $"'{_path}' is neither a file nor a directory" : $"there is no file or directory '{_path}'";
        return Task.FromResult(HostCheck.Of(HostToolsProviders.HostTools, problem, "Name a directory or a tarball: path:FILE", $"to be taken from {_path}"));
    }

    // By ctime, which no program sets back; not of what is left out of the copy.
    public async Task<string?> ChangeAsync(DateTimeOffset read, CancellationToken cancel)
    {
        var (directory, start) = Directory.Exists(_path) ? (_path, ".") : (Path.GetDirectoryName(_path)!, "./" + Path.GetFileName(_path));
        var time = string.Create(CultureInfo.InvariantCulture, $"@{read.ToUnixTimeMilliseconds() / 1000m}");
        ImmutableArray<string> arguments = ["-H", start, "-regex", "./\\(dev\\|proc\\|sys\\|run\\|tmp\\|var\\)", "-prune", "-o", "-newerct", time, "-print", "-quit"];
        var newer = await new ConfinedCommand(HostProgram.FindFiles, arguments) { Readable = [_path], WorkingDirectory = directory }.RunAsync(with.Processes, cancel);
        var update = with.Makes == HostToolsProviders.Emulators ? "--update-emulators" : "--update";
        return newer.Output.Length == 0 && !Links().Any(link => FileSystem.ChangeOf(link) > read) ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{Title} was read on {read:yyyy-MM-dd HH:mm} UTC and has changed since: 'bootstrap host-tools {update} {HostToolsProviders.OptionOf(with.Makes)} {Title}' reads it anew");
    }

    // What leads there, and may lead elsewhere since.
    private IEnumerable<string> Links()
    {
        const int longestChain = 40; // Linux' MAXSYMLINKS
        for (var at = _path; at is not null; at = Path.GetDirectoryName(at))
        {
            var link = at;
            for (var length = 0; length < longestChain && new FileInfo(link).LinkTarget is { } target; length++)
            {
                yield return link;
                link = Path.GetFullPath(target, Path.GetDirectoryName(link)!);
            }
        }
    }

    public Task<ResolvedInputs> ResolveAsync(string workDirectory, string? revision, IProgress<Advance> progress, CancellationToken cancel) =>
        Task.FromResult(new ResolvedInputs([]));

    public async Task<string> MakeAsync(
        string workDirectory, ResolvedInputs inputs, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        var tree = Directory.CreateDirectory(Path.Combine(workDirectory, "tree")).FullName;
        if (FileSystem.IsFile(_path))
        {
            progress.Report(new Advance($"{with.Makes} {Title}", "unpacking", 0, null));
            await Task.Run(() => Unpack(tree, notice), cancel);
        }
        else
        {
            progress.Report(new Advance($"{with.Makes} {Title}", "copying", 0, null));
            await CopyAsync(workDirectory, tree, cancel);
        }
        await new TreeNormalizer(with.Processes).NormalizeAsync(tree, cancel);
        if (with.Makes == HostToolsProviders.HostTools)
            TreeNormalizer.RequireShell(tree, _path);
        return tree;
    }

    private void Unpack(string tree, Action<string> notice)
    {
        try
        {
            using var archive = CompressedStream.Open(_path);
            foreach (var name in TarUnpacker.Unpack(archive, tree).Where(name => !name.TrimStart('.', '/').StartsWith("dev/", StringComparison.Ordinal)))
                notice($"left out of the {with.Makes}, being no file, directory or link: {name}");
        }
        catch (InvalidDataException refused)
        {
            throw new HostException($"The {with.Makes} could not be unpacked from '{_path}': {refused.Message.TrimEnd('.')}.", Expected, refused);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw new HostException($"The {with.Makes} could not be unpacked from '{_path}': {failure.Message}", "See whether the disk is full.", failure);
        }
    }

    // Confined so, nothing but the work directory can be written to.
    private async Task CopyAsync(string workDirectory, string tree, CancellationToken cancel)
    {
        if (_path == "/" || (with.Store.Root + "/").StartsWith(_path + "/", StringComparison.Ordinal))
        {
            throw new HostException(
                $"The {with.Makes} can't be taken from '{_path}', which holds the store ({with.Store.Root}).",
                "Name a directory with a root file system of its own.");
        }
        var command = new ConfinedCommand(HostProgram.Shell, "-euc", Copy, "copy", _path, tree) { Writable = [workDirectory], Readable = [_path] };
        await command.RequireAsync(with.Processes, result => new HostException(
            $"The {with.Makes} could not be unpacked from '{_path}':{DebianProvider.Beginning(result.Error)}", DiskFailure.Of(tree)?.Hint ?? Expected), cancel);
    }
}
