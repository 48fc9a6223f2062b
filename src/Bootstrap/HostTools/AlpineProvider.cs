using System.IO.Compression;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;
using Bootstrap.Sources.Http;

namespace Bootstrap.HostTools;

/// <summary>Makes the host tools of Alpine's mini root file system and packages, installed by the apk within it.</summary>
internal sealed class AlpineProvider(HostToolsRelease release, HostToolsProviders with) : IHostToolsProvider
{
    private static readonly HostToolsOption RepositoryOption = new(
        "--apk-repository", "URL", "A repository of Alpine packages to use instead of Alpine's own; may be given more than once", IsRepeatable: true);

    private static readonly HostToolsOption KeyOption = new(
        "--apk-key", "FILE",
        "A further public key that may sign Alpine indexes and packages; the file name must be the key name in the signatures, e.g. NAME@HOST-0123abcd.rsa.pub",
        IsFile: true);

    /// <summary>The name of a repository's index, in the directory of a machine.</summary>
    public const string Index = "APKINDEX.tar.gz";

    // Goes up when the same packages are made into another tree.
    private const int TreeVersion = 1;

    // Where a root has it, and where one with a merged /usr would.
    private static readonly string[] ApkPlaces = ["sbin/apk", "usr/sbin/apk", "usr/bin/apk"];

    private readonly AlpineRoot _root = new(release, with);

    public static HostToolsKind Registered { get; } = new("alpine", "alpine[:RELEASE]")
    {
        OfRelease = (with, release) => new AlpineProvider(release, with),
        Options = [AlpineRoot.FileOption, AlpineRoot.Sha256Option, RepositoryOption, KeyOption],
        AutoOrder = 1,
        FileName = package => $"{package.Name}-{package.Version}.{(package.Name == AlpineRoot.PackageName ? "tar.gz" : "apk")}",
        PackageUrlType = "apk/alpine",
    };

    public HostToolsKind Kind => Registered;
    public string Release => _root.Version;
    public HostToolsRelease Source => release;
    public bool NeedsNetwork => true;

    public Digest Definition { get; } = Digest.Of(string.Join('\n',
    [
        $"tree {TreeVersion}",
        $"root {AlpineRoot.DigestOf(release, with)}",
        .. release.Packages.Order(StringComparer.Ordinal).Select(package => $"package {package}"),
    ]));

    public ImmutableArray<string> Repositories { get; } = with.Values(RepositoryOption).IsEmpty
        ? [.. release.Repositories.Select(url => url.AbsoluteUri.TrimEnd('/'))]
        : [.. with.Values(RepositoryOption).Select(CheckUrl)];

    private string Shown => NetworkEnvironment.WithoutLogins(Repositories[0]);

    public async Task<(bool Usable, string Why)> TryAsync(CancellationToken cancel)
    {
        using var downloader = new Downloader(with.Fetching);
        var reached = await downloader.FirstReachableAsync([new Uri($"{Repositories[0]}/{with.Machine.Name}/{Index}")], cancel) is not null;
        return (reached, $"Alpine's mirror {(reached ? "answers" : "can't be reached")} ({Shown})");
    }

    public async Task<HostCheck> CheckAsync(CancellationToken cancel) => await TryAsync(cancel) switch
    {
        (Usable: false, var why) => new HostCheck(
            HostToolsProviders.HostTools, null, why, $"Name another mirror (--apk-repository URL), or take {HostToolsProviders.OthersThanAlpine(with.Makes)}"),
        _ => new HostCheck(HostToolsProviders.HostTools, $"to be made of Alpine's packages ({release}) from {Shown}{release.SeenLater}", null, null),
    };

    public async Task<ResolvedInputs> ResolveAsync(string workDirectory, string? revision, IProgress<Advance> progress, CancellationToken cancel)
    {
        var root = await _root.GetAsync(workDirectory, progress, cancel);
        var files = await DownloadAsync(workDirectory, root, release.Packages, Failure.OfInstallation, progress, cancel);
        return new ResolvedInputs([.. files.Add(root).OrderBy(file => file.Package.Name, StringComparer.Ordinal)]);
    }

    public async Task<ImmutableArray<PackageFile>> FetchAsync(
        string workDirectory, ImmutableArray<Package> packages, IProgress<Advance> progress, CancellationToken cancel)
    {
        var root = await _root.GetAsync(workDirectory, progress, cancel);
        ImmutableArray<string> others = [.. packages.Where(package => package.Name != AlpineRoot.PackageName).Select(package => $"{package.Name}={package.Version}")];
        var files = others.IsEmpty ? [] : await DownloadAsync(workDirectory, root, others, Failure.OfPinned, progress, cancel);
        return [.. files.Add(root).Where(file => packages.Any(package => package.Name == file.Package.Name))];
    }

    public async Task<string> MakeAsync(
        string workDirectory, ResolvedInputs inputs, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        var root = inputs.Files.FirstOrDefault(file => file.Package.Name == AlpineRoot.PackageName)
            ?? throw new HostException($"The pinned {with.Makes} have no mini root file system.", "Make them anew: 'bootstrap host-tools --update'.");
        // Its keys vouch for the packages, and a pin may come from a mirror.
        if (root.Package.Sha256 != AlpineRoot.DigestOf(release, with))
        {
            throw new HostException(
                $"The pinned mini root file system has SHA-256 {root.Package.Sha256}, and {release} is made of {AlpineRoot.DigestOf(release, with)}.",
                "See who wrote the mirror or pins/host-tools.json in the store; 'bootstrap host-tools --update' pins anew.");
        }
        var tree = Path.Combine(workDirectory, "tree");
        foreach (var name in Unpack(root.Path, tree))
            notice($"left out of the {with.Makes}, being no file, directory or link: {name}");
        progress.Report(new Advance(What, $"installing {inputs.Files.Length} packages", 0, null));
        var apk = await OpenAsync(workDirectory, tree, [], cancel);
        var result = await apk.InstallAsync(inputs.Files.Remove(root), cancel);
        if (result.ExitCode != 0)
            throw Failure.OfInstallation(result);
        await new TreeNormalizer(with.Processes).NormalizePackagesAsync(tree, cancel);
        TreeNormalizer.RequireShell(tree, root.Path);
        return tree;
    }

    private ApkFailure Failure => new(with.Makes, Repositories);

    private string What => $"{with.Makes} {release}";

    private async Task<ImmutableArray<PackageFile>> DownloadAsync(
        string workDirectory, PackageFile root, ImmutableArray<string> packages, Func<ProcessResult, HostException> explain, IProgress<Advance> progress, CancellationToken cancel)
    {
        var downloads = Directory.CreateDirectory(Path.Combine(workDirectory, "packages")).FullName;
        var tree = Path.Combine(workDirectory, "scratch");
        Unpack(root.Path, tree);
        var apk = await OpenAsync(workDirectory, tree, Repositories, cancel);
        var update = await apk.UpdateAsync(downloads, cancel);
        if (update.ExitCode != 0)
            throw await PageAsync(cancel) ?? Failure.OfUpdate(update);
        var result = await apk.DownloadAsync(downloads, packages, cancel).ReportAsync(downloads, new Advance(What, "fetching packages", 0, null), progress);
        if (result.ExitCode != 0)
            throw explain(result);
        TreeRemover.Remove(tree);
        return Apk.FilesOf(downloads);
    }

    // To apk a page is an index that is damaged.
    private async Task<HostException?> PageAsync(CancellationToken cancel)
    {
        using var downloader = new Downloader(with.Fetching);
        foreach (var repository in Repositories)
        {
            try
            {
                await downloader.ReadBytesAsync(new Uri($"{repository}/{with.Machine.Name}/{Index}"), cancel);
            }
            catch (DownloadException failure) when (failure.IsPage)
            {
                return new HostException(
                    $"Alpine's package indexes could not be fetched: {failure.Message}.",
                    $"Use another mirror: --apk-repository URL, or take {HostToolsProviders.OthersThanAlpine(with.Makes)}.");
            }
            catch (DownloadException)
            {
                // apk's own words say why.
            }
        }
        return null;
    }

    private async Task<Apk> OpenAsync(string workDirectory, string tree, ImmutableArray<string> repositories, CancellationToken cancel)
    {
        var host = await SandboxHost.FindAsync(with.Processes, workDirectory, cancel);
        var list = Path.Combine(workDirectory, repositories.IsEmpty ? "no-repositories" : "repositories");
        await File.WriteAllLinesAsync(list, repositories, cancel);
        var key = with.Value(KeyOption);
        if (key is not null && !File.Exists(key))
            throw new HostException($"There is no key '{key}'.", "Name the file of a public key, which must have the key's name in the signatures: --apk-key NAME@HOST-0123abcd.rsa.pub.");
        return new Apk(with, host, tree, list, key);
    }

    private ImmutableArray<string> Unpack(string root, string tree)
    {
        var shown = with.Value(AlpineRoot.FileOption) ?? release.Root!.Of(with.Machine)?.Urls[0].ToString();
        var hint = $"Name a file such as alpine-minirootfs-3.22.6-{with.Machine.Name}.tar.gz: --alpine-root FILE.";
        Directory.CreateDirectory(tree);
        try
        {
            using var archive = new GZipStream(File.OpenRead(root), CompressionMode.Decompress);
            var leftOut = TarUnpacker.Unpack(archive, tree);
            return ApkPlaces.Any(place => File.Exists(Path.Combine(tree, place))) ? leftOut : throw new HostException(
                $"'{shown}' is no mini root file system of Alpine: it has no {ApkPlaces[0]}.", hint);
        }
        catch (InvalidDataException refused)
        {
            throw new HostException($"The mini root file system '{shown}' was refused: {refused.Message.TrimEnd('.')}.", hint, refused);
        }
        catch (IOException failure)
        {
            throw new HostException($"The mini root file system could not be unpacked: {failure.Message}", "See whether the disk is full.", failure);
        }
    }

    private static string CheckUrl(string url) =>
        Protocols.Parse(url, Protocols.Download) is not null && !url.Any(char.IsWhiteSpace)
            ? url.TrimEnd('/')
            : throw new DefinitionException($"--apk-repository '{url}' is not a URL; expected http or https, such as https://HOST/alpine/v3.20/main, without a query or fragment.");
}
