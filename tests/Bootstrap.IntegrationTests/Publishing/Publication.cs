using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Store;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>A small tree with all that a toolchain may hold, and a directory to publish it into.</summary>
internal sealed class Publication : IDisposable
{
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
        System.IO.Directory.CreateDirectory(InTree("tmp"), (UnixFileMode)0b1_111_111_111);
        File.SetUnixFileMode(InTree("tmp"), (UnixFileMode)0b1_111_111_111);
    }

    public ProcessRunner Processes { get; } = new();

    public string Root { get; } = System.IO.Directory.CreateTempSubdirectory("publishing-").FullName;

    public string Tree => Path.Combine(Root, "tree");

    public string Directory => Path.Combine(Root, "published");

    public string InTree(string path) => Path.Combine(Tree, path);

    public string InPublished(string name) => Path.Combine(Directory, name);

    public void Write(string path, string text, int mode)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(InTree(path))!);
        File.WriteAllText(InTree(path), text);
        File.SetUnixFileMode(InTree(path), (UnixFileMode)mode);
    }

    /// <summary>The tree as it is now, and what is said of it.</summary>
    public PublishedTree Published(string target = "m68k", string version = "1", Manifest? manifest = null)
    {
        manifest ??= Manifest.Of(Tree);
        ImmutableArray<NamedFile> patches = [new("0000-fix.patch", Digest.Of("patch"))];
        var facts = new ToolchainManifest(
            Target: target,
            Triplet: $"{target}-linux-gnu",
            Kind: ToolchainKind.Native,
            Version: version,
            Content: manifest.Content,
            Bytes: manifest.Bytes,
            Files: manifest.Files,
            Sources:
            [
                new PublishedSource("gmp", "6.3.0+dfsg", Digest.Of("gmp"), "https://example.org/gmp-6.3.0.tar.xz", null, "LGPL-3.0-or-later OR GPL-2.0-or-later", patches),
                new PublishedSource("make", "4.4", Digest.Of("make"), "https://example.org/make-4.4.tar.gz", "make-dfsg", "GPL-3.0-or-later", []),
            ],
            HostTools: new PublishedHostTools("debian", Digest.Of("host tools"), [new Package("g++", "4:14.2.0-1", Digest.Of("g++"))]),
            Variables: ImmutableSortedDictionary<string, string>.Empty.Add("libdir", "lib"),
            Steps: ImmutableSortedDictionary<string, Digest>.Empty.Add("native-sysroot", Digest.Of("key")));
        return new PublishedTree(Tree, manifest, facts, new ContainerPlatform(target == "aarch64_be" ? "arm64be" : target, null));
    }

    public Task<ImmutableArray<PublishedItem>> PublishAsync(
        string target = "m68k", string version = "1", string? directory = null, Manifest? manifest = null, CancellationToken cancel = default) =>
        PublishAsAsync("tar", directory, null, cancel, Published(target, version, manifest));

    public Task<ImmutableArray<PublishedItem>> PublishAsAsync(string form, params string[] targets) =>
        PublishAsAsync(form, null, null, CancellationToken.None, [.. targets.Select(target => Published(target))]);

    public Task<ImmutableArray<PublishedItem>> PublishAsAsync(
        string form, string? place, string? repository, CancellationToken cancel, params PublishedTree[] trees) =>
        PublishAsAsync(form, place, repository, null, cancel, trees);

    public Task<ImmutableArray<PublishedItem>> PublishAsAsync(
        string form, string? place, string? repository, Signer? signer, CancellationToken cancel, params PublishedTree[] trees)
    {
        var hostTools = new PublishedSysroot("debian-host-tools-trixie-x86_64", Tree, Manifest.Of(Tree));
        var request = new PublicationRequest(Processes, [.. trees], hostTools, place ?? Directory) { Repository = repository, Signer = signer };
        return PublicationForms.Of(form).WriteAsync(request, cancel);
    }

    public async Task<ProcessResult> RunAsync(string program, params string[] arguments) =>
        await Processes.RunAsync(TestCommand.Of(program, arguments) with { WorkingDirectory = Directory }, CancellationToken.None);

    public void Dispose()
    {
        Processes.Dispose();
        TreeRemover.Remove(Root);
    }
}
