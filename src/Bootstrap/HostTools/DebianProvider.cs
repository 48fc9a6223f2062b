using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;

namespace Bootstrap.HostTools;

/// <summary>Makes the host tools of Debian packages: mmdebstrap downloads and unpacks them, and runs none of their scripts.</summary>
public sealed class DebianProvider(DebianHostTools definition, DebianArchive archive, ProcessRunner processes) : IHostToolsProvider
{
    // Goes up when the same packages are made into another tree.
    private const int TreeVersion = 1;

    /// <inheritdoc/>
    public string Name => "debian";

    /// <inheritdoc/>
    public Digest Definition { get; } = Digest.Of(string.Join('\n',
    [
        $"tree {TreeVersion}",
        $"suite {definition.Suite}",
        .. definition.Packages.Order(StringComparer.Ordinal).Select(package => $"package {package}"),
        .. definition.Links.OrderBy(link => link.Key, StringComparer.Ordinal).Select(link => $"link {link.Key} {link.Value}"),
    ]));

    /// <inheritdoc/>
    public async Task<ProvidedTree> MakeAsync(string workDirectory, CancellationToken cancel)
    {
        var fence = new Fence(processes, workDirectory);
        var tree = Directory.CreateDirectory(Path.Combine(workDirectory, "tree")).FullName;
        await InstallAsync(fence, workDirectory, tree, cancel);
        var packages = await PackageFiles.ReadAsync(fence, Path.Combine(tree, "var/cache/apt/archives"), cancel);
        await new TreeTidier(fence).TidyDebianAsync(tree, cancel);
        SysrootLinks.Make(tree, definition);
        var ingredients = string.Concat(packages.Select(package => $"\n{package.Name} {package.Version} {package.Sha256}"));
        return new ProvidedTree(tree, packages, Digest.Of(Definition + ingredients));
    }

    private async Task InstallAsync(Fence fence, string workDirectory, string tree, CancellationToken cancel)
    {
        Tool.AptGet.Find();
        Tool.DpkgDeb.Find();
        var keyring = DebianKeyring.Find();
        var mirror = await archive.MirrorAsync(cancel);
        var settings = Path.Combine(workDirectory, "apt.conf");
        await File.WriteAllTextAsync(settings, await archive.SettingsAsync(cancel), cancel);
        ImmutableArray<string> arguments =
        [
            "--variant=extract",
            "--mode=chrootless",
            "--format=directory",
            "--skip=cleanup",
            $"--include={string.Join(',', definition.Packages)}",
            $"--aptopt={settings}",
            definition.Suite,
            tree,
            $"deb [signed-by={keyring}] {mirror} {definition.Suite} main",
        ];
        var result = await fence.RunAsync(Tool.Mmdebstrap, arguments, workDirectory, [], cancel);
        if (result.ExitCode != 0)
            throw AptFailure.Explain($"The host tools could not be made of Debian's {definition.Suite}", mirror, result);
    }
}
