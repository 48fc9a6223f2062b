using System.Text.Json;
using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>Images that the real skopeo and umoci read.</summary>
public sealed class OciTests : IDisposable
{
    private readonly Publication _publication = new();

    public void Dispose() => _publication.Dispose();

    [Fact]
    public async Task An_unpacked_image_is_the_tree()
    {
        await PublishAsync("m68k");

        await AskAsync("umoci", "unpack", "--rootless", "--image", $"{_publication.Directory}:m68k-1", Path.Combine(_publication.Root, "bundle"));

        Assert.Equal(Manifest.Of(_publication.Tree).Content, Manifest.Of(Path.Combine(_publication.Root, "bundle/rootfs")).Content);
    }

    [Fact]
    public async Task Images_of_several_targets_are_told_apart_by_name_and_architecture()
    {
        await PublishAsync("m68k", "sh4");
        await PublishAsync("aarch64_be");

        foreach (var target in (string[])["m68k", "sh4", "aarch64_be"])
        {
            using var inspected = JsonDocument.Parse(await AskAsync("skopeo", "inspect", $"oci:{_publication.Directory}:{target}-1"));
            Assert.Equal(target == "aarch64_be" ? "arm64be" : target, inspected.RootElement.GetProperty("Architecture").GetString());
            Assert.Equal("linux", inspected.RootElement.GetProperty("Os").GetString());
            Assert.Equal($"{target}-toolchain-1", inspected.RootElement.GetProperty("Labels").GetProperty("org.opencontainers.image.title").GetString());
        }

        using var index = JsonDocument.Parse(File.ReadAllText(_publication.InPublished("index.json")));
        Assert.Equal(3, index.RootElement.GetProperty("manifests").GetArrayLength());
    }

    [Fact]
    public async Task A_layout_that_a_killed_first_publishing_left_is_gone_on_with_and_keeps_no_blob_that_no_image_needs()
    {
        await PublishAsync("m68k");
        foreach (var last in (string[])["index.json", "oci-layout", "bootstrap/SHA256SUMS"])
            File.Delete(_publication.InPublished(last));
        var blobs = Directory.GetFiles(_publication.InPublished("blobs/sha256"));
        await File.WriteAllLinesAsync(_publication.InPublished("blobs/.loose"), blobs.Select(blob => "sha256:" + Path.GetFileName(blob)));
        _publication.Write("usr/bin/gcc", "another compiler", 0b111_101_101);

        await PublishAsync("m68k");

        Assert.Empty(Directory.GetFiles(_publication.InPublished("blobs/sha256")).Intersect(blobs));
        Assert.Equal(["sha256"], Directory.GetFileSystemEntries(_publication.InPublished("blobs")).Select(Path.GetFileName));
        await AskAsync("skopeo", "inspect", $"oci:{_publication.Directory}:m68k-1");
    }

    [Fact]
    public async Task The_same_trees_give_the_same_layout_and_the_same_archive()
    {
        var elsewhere = Path.Combine(_publication.Root, "elsewhere");
        await PublishAsync("m68k", "sh4");
        await _publication.PublishAsAsync("oci", elsewhere, null, CancellationToken.None, _publication.Published(), _publication.Published("sh4"));
        Assert.Equal(Manifest.Of(_publication.Directory).Content, Manifest.Of(elsewhere).Content);

        var archives = new List<Digest>();
        foreach (var name in (string[])["one/image.tar", "two/image.tar"])
        {
            var file = Path.Combine(_publication.Root, name);
            await _publication.PublishAsAsync("oci-archive", file, null, CancellationToken.None, _publication.Published());
            archives.Add(Digest.OfFile(file));
        }

        Assert.Equal(archives[0], archives[1]);
        Assert.Contains("\"m68k\"", await AskAsync("skopeo", "inspect", $"oci-archive:{_publication.Root}/one/image.tar:m68k-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_image_of_one_name_replaces_the_former_and_leaves_no_blob_of_it()
    {
        await PublishAsync("m68k", "sh4");
        _publication.Write("usr/bin/gcc", "a newer compiler", 0b111_101_101);

        await PublishAsync("m68k");

        // Two layers, two configurations, two manifests: the former layer is still sh4's.
        Assert.Equal(6, Directory.GetFiles(_publication.InPublished("blobs/sha256")).Length);
        await AskAsync("skopeo", "inspect", $"oci:{_publication.Directory}:sh4-1");
        await PublishAsync("sh4");
        Assert.Equal(5, Directory.GetFiles(_publication.InPublished("blobs/sha256")).Length);
    }

    [Fact]
    public async Task A_directory_with_something_else_in_it_is_left_alone()
    {
        Directory.CreateDirectory(_publication.Directory);
        await File.WriteAllTextAsync(_publication.InPublished("notes"), "the user's");

        var failure = await Assert.ThrowsAsync<DefinitionException>(() => PublishAsync("m68k"));

        Assert.Contains("neither empty nor an OCI layout", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["notes"], Directory.GetFileSystemEntries(_publication.Directory).Select(Path.GetFileName));
    }

    private async Task PublishAsync(params string[] targets) => await _publication.PublishAsAsync("oci", targets);

    private async Task<string> AskAsync(string program, params string[] arguments)
    {
        var result = await _publication.Processes.RunAsync(TestCommand.Of(program, arguments), CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
