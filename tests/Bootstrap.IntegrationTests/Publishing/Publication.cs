using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>A small tree with all that a toolchain may hold, and a directory to publish it into.</summary>
internal sealed class Publication : IDisposable
{
    private readonly ProcessRunner _processes = new();

    public Publication()
    {
        Write("usr/bin/gcc", "a compiler", 0b111_101_101);
        Write("usr/bin/su", "set-user-id", 0b100_111_101_101);
        Write("usr/lib-x/data", "sorts before what is in lib", 0b110_100_100);
        Write("usr/lib/libc.so", "read-only", 0b100_100_100);
        Write($"usr/{new string('d', 90)}/{new string('f', 90)}", "a long name", 0b110_100_100);
        Write("usr/share/größe", "", 0b110_100_100);
        File.CreateSymbolicLink(InTree("lib"), "usr/lib");
        File.CreateSymbolicLink(InTree("usr/bin/cc"), new string('x', 120));
        Directory.CreateDirectory(InTree("tmp"), (UnixFileMode)0b1_111_111_111);
        File.SetUnixFileMode(InTree("tmp"), (UnixFileMode)0b1_111_111_111);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("publishing-").FullName;

    public string Tree => Path.Combine(Root, "tree");

    public string Published => Path.Combine(Root, "published");

    public string InTree(string path) => Path.Combine(Tree, path);

    public string InPublished(string name) => Path.Combine(Published, name);

    public void Write(string path, string text, int mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(InTree(path))!);
        File.WriteAllText(InTree(path), text);
        File.SetUnixFileMode(InTree(path), (UnixFileMode)mode);
    }

    public Task<ImmutableArray<PublishedFile>> PublishAsync(
        string target = "m68k", string version = "1", string? directory = null, Manifest? manifest = null, CancellationToken cancellationToken = default)
    {
        manifest ??= Manifest.Of(Tree);
        var facts = new ToolchainManifest
        {
            Target = target,
            Triplet = $"{target}-linux-gnu",
            Kind = ToolchainKind.Native,
            Version = version,
            Content = manifest.Content,
            Bytes = manifest.Bytes,
            Files = manifest.Files,
            Sources = [new PublishedSource("gmp", "6.3.0+dfsg", Digest.Of("gmp"), "https://ftp.gnu.org/gnu/gmp/gmp-6.3.0.tar.xz", "LGPL-3.0-or-later")],
            HostTools = new PublishedHostTools("debian", Digest.Of("host tools"), Digest.Of("packages")),
            Steps = ImmutableSortedDictionary<string, Digest>.Empty.Add("native-sysroot", Digest.Of("key")),
        };
        return new TarPublisher(_processes).PublishAsync(Tree, manifest, facts, directory ?? Published, cancellationToken);
    }

    public async Task<ProcessResult> RunAsync(string program, params string[] arguments) =>
        await _processes.RunAsync(Command.Of(program, arguments) with { WorkingDirectory = Published }, CancellationToken.None);

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(Root);
    }
}
