using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>Makes the host tools of Debian packages: apt downloads them, they are unpacked one over the other, and none of their scripts run.</summary>
internal sealed class DebianProvider(HostToolsRelease release, HostToolsProviders with) : IHostToolsProvider
{
    // Goes up when the same packages are made into another tree.
    private const int TreeVersion = 1;

    // As many packages as are unpacked between two reports of it.
    private const int AtOnce = 8;

    // A link that a package holds in place of a directory, as bin of base-files, is followed by those after it. Where only some files are
    // wanted, not every package has them.
    private const string Unpack =
        """
        into=$1; only=$2; shift 2
        for file in "$@"; do
            # tar may be done before all is written that follows the last file: whoever writes it has not failed.
            { dpkg-deb --fsys-tarfile "$file" || touch failed; } |
                { tar -C "$into" --keep-directory-symlink --no-same-owner -xf - $only || test -n "$only"; cat > /dev/null; }
            test ! -e failed
        done
        """;

    private const string ListPackages =
        """
        for file in *.deb; do
            dpkg-deb --show --showformat '${Package} ${Version} ' "$file"
            sha256sum "$file"
        done
        """;

    public static HostToolsKind Registered { get; } = new("debian", "debian[:SUITE]")
    {
        OfRelease = (with, release) => new DebianProvider(release, with),
        AutoOrder = 2,
        // apt writes the colon after an epoch as %3a.
        FileName = package => $"{package.Name}_{package.Version.Replace(":", "%3a", StringComparison.Ordinal)}.deb",
        PackageUrlType = "deb/debian",
    };

    public HostToolsKind Kind => Registered;
    public string Release => release.Name;
    public HostToolsRelease Source => release;
    public bool NeedsNetwork => true;

    public Digest Definition { get; } = Digest.Of(string.Join('\n',
    [
        $"tree {TreeVersion}",
        $"suite {release.Name}",
        // Not said of x86-64, whose pins are older than this line.
        .. with.Machine == BuildMachine.X64 ? Array.Empty<string>() : [$"architecture {with.Machine.DebianName}"],
        .. release.Packages.Order(StringComparer.Ordinal).Select(package => $"package {package}"),
        .. release.Only.Select(file => $"only {file}"),
        .. release.Links.OrderBy(link => link.Key, StringComparer.Ordinal).Select(link => $"link {link.Key} {link.Value}"),
    ]));

    public ImmutableArray<HostProgram> Programs => [HostProgram.AptGet, HostProgram.DpkgDeb, HostProgram.DebianKeys];

    public async Task<HostCheck> CheckAsync(CancellationToken cancel) => new(
        HostToolsProviders.HostTools, $"to be made of Debian's packages ({release}) from {await with.Archive.RequireAsync(release.Name, cancel)}{release.SeenLater}", null, null);

    public async Task<ResolvedInputs> ResolveAsync(string workDirectory, string? revision, IProgress<Advance> progress, CancellationToken cancel)
    {
        var failure = $"The {with.Makes} could not be made of Debian's {release.Name}";
        progress.Report(new Advance(What, "reading package lists", 0, null));
        await with.Archive.DownloadAsync(failure, release.Name, release.Packages, true, Downloads(workDirectory), What, progress, cancel);
        progress.Report(new Advance(What, "reading packages", 0, null));
        return new ResolvedInputs(await ReadAsync(workDirectory, cancel));
    }

    public async Task<ImmutableArray<PackageFile>> FetchAsync(
        string workDirectory, ImmutableArray<Package> packages, IProgress<Advance> progress, CancellationToken cancel)
    {
        var failure = $"The pinned {with.Makes} are gone from the store, and their packages could not be fetched again";
        var names = packages.Select(package => $"{package.Name}={package.Version}");
        await with.Archive.DownloadAsync(failure, release.Name, [.. names], false, Downloads(workDirectory), What, progress, cancel);
        return await ReadAsync(workDirectory, cancel);
    }

    public async Task<string> MakeAsync(
        string workDirectory, ResolvedInputs inputs, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        HostProgram.DpkgDeb.Find();
        var tree = Directory.CreateDirectory(Path.Combine(workDirectory, "tree")).FullName;
        foreach (var (index, files) in inputs.Files.Chunk(AtOnce).Index())
        {
            progress.Report(new Advance(What, "unpacking", index * AtOnce, inputs.Files.Length, "packages"));
            ImmutableArray<string> packages = [.. files.Select(file => file.Path)];
            var only = string.Join(' ', release.Only.Select(file => "./" + file));
            var command = new ConfinedCommand(HostProgram.Shell, ["-euc", Unpack, "unpack", tree, only, .. packages])
            {
                Writable = [workDirectory],
                Readable = packages,
            };
            await command.RequireAsync(with.Processes, result => new HostException(
                $"Debian's packages could not be unpacked:{Beginning(result.Error)}",
                "See whether the disk is full; if it is not, a package is damaged: 'bootstrap host-tools --update' fetches all of them anew."), cancel);
        }
        progress.Report(new Advance(What, "making it reproducible", 0, null));
        await new TreeNormalizer(with.Processes).NormalizePackagesAsync(tree, cancel);
        SysrootLinks.Make(tree, release);
        return tree;
    }

    /// <summary>Reads lines of <c>NAME VERSION SHA256 FILE</c>, in the order of the names.</summary>
    public static ImmutableArray<PackageFile> ParsePackages(string directory, string output) =>
    [
        .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => new PackageFile(new Package(words[0], words[1], Digest.Parse(words[2])), Path.Combine(directory, words[3])))
            .OrderBy(file => file.Package.Name, StringComparer.Ordinal),
    ];

    // tar says a line of each file that the disk has no room for.
    internal static string Beginning(string said)
    {
        const int Told = 10;
        var lines = said.Trim().Split('\n');
        return string.Concat(lines.Take(Told).Concat(lines.Length > Told ? [$"and {lines.Length - Told} lines more"] : Array.Empty<string>()).Select(line => $"\n  {line}"));
    }

    private string What => $"{with.Makes} {release}";

    private static string Downloads(string workDirectory) => Directory.CreateDirectory(Path.Combine(workDirectory, "packages")).FullName;

    private async Task<ImmutableArray<PackageFile>> ReadAsync(string workDirectory, CancellationToken cancel)
    {
        HostProgram.DpkgDeb.Find();
        var directory = Downloads(workDirectory);
        var command = new ConfinedCommand(HostProgram.Shell, "-euc", ListPackages) { Writable = [directory] };
        return ParsePackages(directory, await command.RequireAsync(
            with.Processes, result => new HostException($"The packages of the {with.Makes} can't be listed: {result.Error.Trim()}", "Run the command again."), cancel));
    }
}
