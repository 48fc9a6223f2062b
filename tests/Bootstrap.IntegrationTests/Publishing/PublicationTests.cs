using System.Security.Cryptography;
using System.Text.Json;
using Bootstrap.Platform;
using Bootstrap.Publishing;

namespace Bootstrap.IntegrationTests.Publishing;

public sealed class PublicationTests : IDisposable
{
    private readonly Publication _publication = new();

    [Fact]
    public async Task The_checksums_cover_every_published_file()
    {
        await _publication.PublishAsync();

        var result = await _publication.RunAsync("sha256sum", "--check", "--strict", "SHA256SUMS");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            "m68k-toolchain-1.json: OK\nm68k-toolchain-1.provenance.json: OK\nm68k-toolchain-1.spdx.json: OK\nm68k-toolchain-1.tar.gz: OK\nm68k-toolchain-1.tar.zst: OK\n",
            result.Output);
    }

    [Fact]
    public async Task Checksums_of_other_targets_and_versions_are_kept()
    {
        await _publication.PublishAsync("sh4");
        await _publication.PublishAsync(version: "1");
        _publication.Write("usr/bin/gcc", "a newer compiler", 0b111_101_101);
        await _publication.PublishAsync(version: "2");

        var result = await _publication.RunAsync("sha256sum", "--check", "--strict", "SHA256SUMS");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(15, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Targets_published_at_the_same_time_into_one_directory_are_all_there()
    {
        await Task.WhenAll(_publication.PublishAsync("m68k"), _publication.PublishAsync("sh4"), _publication.PublishAsync("or1k"));

        var result = await _publication.RunAsync("sha256sum", "--check", "--strict", "SHA256SUMS");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(15, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(16, Directory.GetFileSystemEntries(_publication.Directory).Length);
    }

    [Fact]
    public async Task A_changed_publication_of_one_version_replaces_the_former()
    {
        await _publication.PublishAsync();
        _publication.Write("usr/bin/gcc", "a newer compiler", 0b111_101_101);

        var files = await _publication.PublishAsync();

        var result = await _publication.RunAsync("sha256sum", "--check", "--strict", "SHA256SUMS");
        Assert.Equal(0, result.ExitCode);
        Assert.All(files, file => Assert.Equal(Digest.OfFile(file.Name), file.Digest));
    }

    [Fact]
    public async Task An_interrupted_publishing_leaves_the_former_publication_as_it_was()
    {
        await _publication.PublishAsync();
        var before = Snapshot();
        // Takes its compression some seconds.
        await File.WriteAllBytesAsync(_publication.InTree("usr/bin/gcc"), RandomNumberGenerator.GetBytes(1 << 24));
        using var interrupted = new CancellationTokenSource();
        var publishing = _publication.PublishAsync(cancel: interrupted.Token);
        while (!Directory.EnumerateFiles(_publication.Directory, "*.zst", SearchOption.AllDirectories).Skip(1).Any())
            await Task.Delay(10);

        await interrupted.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task A_publishing_that_ends_half_way_leaves_no_checksum_that_is_wrong()
    {
        await _publication.PublishAsync("sh4");
        await _publication.PublishAsync();
        var lastToBeReplaced = _publication.InPublished("m68k-toolchain-1.tar.zst");
        File.Delete(lastToBeReplaced);
        Directory.CreateDirectory(Path.Combine(lastToBeReplaced, "in the way"));
        _publication.Write("usr/bin/gcc", "a newer compiler", 0b111_101_101);

        await Assert.ThrowsAsync<StoreException>(() => _publication.PublishAsync());

        var result = await _publication.RunAsync("sha256sum", "--check", "--strict", "SHA256SUMS");
        Assert.Equal(5, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("sh4-", StringComparison.Ordinal)));
        Assert.DoesNotContain("m68k", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task What_a_killed_publishing_left_is_removed_by_the_next()
    {
        var abandoned = Directory.CreateDirectory(_publication.InPublished(".publishing-killed"));
        await File.WriteAllTextAsync(Path.Combine(abandoned.FullName, "m68k-toolchain-1.tar"), "half");

        await _publication.PublishAsync();

        Assert.False(Directory.Exists(abandoned.FullName));
    }

    [Fact]
    public async Task A_checksum_file_of_another_kind_is_not_replaced()
    {
        Directory.CreateDirectory(_publication.Directory);
        await File.WriteAllTextAsync(_publication.InPublished("SHA256SUMS"), "something of the user's\n");

        var failure = await Assert.ThrowsAsync<DefinitionException>(() => _publication.PublishAsync());

        Assert.Contains("something of the user's", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["SHA256SUMS"], Snapshot().Select(file => file.Name));
    }

    [Fact]
    public async Task A_machine_without_disks_has_no_image_of_one_to_publish()
    {
        var refused = await Assert.ThrowsAsync<DefinitionException>(() => _publication.PublishAsAsync("raw", "m68k"));

        Assert.Equal("The machine of 'm68k' has no disk, so there is no image of one.", refused.Message);
        Assert.StartsWith("Its kernel and its initramfs are in ", refused.Hint, StringComparison.Ordinal);
        Assert.Empty(Snapshot());
    }

    [Theory]
    [InlineData("oci", "bootstrap")]
    [InlineData("ostree", "bootstrap")]
    [InlineData("buildstream", "files")]
    public async Task What_would_not_be_verified_is_not_published_into_a_layout(string layout, string documents)
    {
        await _publication.PublishAsAsync(layout, "m68k");
        foreach (var place in new[] { _publication.Directory, _publication.Directory + "/", _publication.InPublished(documents) })
        {
            foreach (var form in PublicationForms.All.Select(form => form.Name).Where(name => name != layout))
                await RequireRefusedAsync(form, form == "oci-archive" ? Path.Combine(place, "image.tar") : place);
        }
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("oci-archive")]
    public async Task A_layout_is_not_published_beside_single_files(string form)
    {
        await _publication.PublishAsAsync(form, form == "tar" ? null : _publication.InPublished("image.tar"), null, CancellationToken.None, _publication.Published());
        foreach (var layout in (string[])["oci", "ostree", "buildstream"])
            await RequireRefusedAsync(layout, _publication.Directory);
    }

    private async Task RequireRefusedAsync(string form, string place)
    {
        var before = Names();
        var refusal = await Assert.ThrowsAsync<DefinitionException>(() => _publication.PublishAsAsync(form, place, null, CancellationToken.None, _publication.Published()));
        Assert.Contains("Publish into another directory", refusal.Hint, StringComparison.Ordinal);
        Assert.Equal(before, Names());
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(_publication.Directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_directory_that_is_a_symbolic_link_is_published_into()
    {
        Directory.CreateDirectory(_publication.Directory);
        var link = Path.Combine(_publication.Root, "link");
        Directory.CreateSymbolicLink(link, _publication.Directory);

        await _publication.PublishAsync(directory: link);

        Assert.Equal(6, Snapshot().Length);
    }

    [Fact]
    public async Task The_manifest_says_what_the_toolchain_was_made_from()
    {
        await _publication.PublishAsync();

        var text = await File.ReadAllTextAsync(_publication.InPublished("m68k-toolchain-1.json"));

        using var manifest = JsonDocument.Parse(text);
        var root = manifest.RootElement;
        Assert.Equal("native", root.GetProperty("kind").GetString());
        Assert.Equal("LGPL-3.0-or-later OR GPL-2.0-or-later", root.GetProperty("sources")[0].GetProperty("licence").GetString());
        Assert.Equal(Digest.Of("g++").Hex, root.GetProperty("host-tools").GetProperty("packages")[0].GetProperty("sha256").GetString());
        Assert.Equal(Digest.Of("key").Hex, root.GetProperty("steps").GetProperty("native-sysroot").GetString());
        Assert.Equal(8, root.GetProperty("files").GetInt32());
        Assert.Contains("\"6.3.0+dfsg\"", text, StringComparison.Ordinal);
    }

    public void Dispose() => _publication.Dispose();

    private (string Name, Digest Sha256)[] Snapshot() =>
        [.. Directory.GetFileSystemEntries(_publication.Directory).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), Digest.OfFile(path)))];
}
