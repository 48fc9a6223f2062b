using Bootstrap.Definitions;
using Bootstrap.Exporting;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Tests.Platform;
using Bootstrap.Tests.Store;

namespace Bootstrap.Tests.Exporting;

public sealed class BuildStreamExporterTests : IDisposable
{
    private readonly StoreFixture _fixture = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly Step _source;

    public BuildStreamExporterTests() => _source = ExportSamples.Unpack(SourceVariant.Debian) with
    {
        Files = [new StepFile("/in/archive", Digest.Of("Debian's zlib"), null), new StepFile("/in/patches/0000-mend.patch", Digest.Of("mend"), _directory.Write("mend.patch", "mend"))],
    };

    public void Dispose()
    {
        _directory.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Archives_and_patches_become_files_of_the_project()
    {
        _fixture.Store.Blobs.Add(_directory.Write("archive", "Debian's zlib"), Digest.Of("Debian's zlib"));
        var exported = await ExportAsync();
        Assert.Equal((_directory["out"], 4), (exported.Directory, exported.Elements));
        Assert.Equal("Debian's zlib", File.ReadAllText(_directory["out/files/archives/zlib/zlib_1.0.orig.tar.xz"]));
        Assert.Equal("mend", File.ReadAllText(_directory["out/files/patches/zlib/0000-mend.patch"]));
    }

    [Fact]
    public async Task An_archive_that_the_store_lacks_is_named_with_how_to_get_it_and_nothing_is_left()
    {
        var failure = await Assert.ThrowsAsync<StoreException>(ExportAsync);
        Assert.Contains("lacks the archive zlib_1.0.orig.tar.xz", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'bootstrap sources fetch'", failure.Hint, StringComparison.Ordinal);
        Assert.Equal(["mend.patch"], Directory.GetFileSystemEntries(_directory.Path).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public async Task A_patch_that_changed_since_it_was_planned_with_is_refused()
    {
        _fixture.Store.Blobs.Add(_directory.Write("archive", "Debian's zlib"), Digest.Of("Debian's zlib"));
        _directory.Write("mend.patch", "changed");
        Assert.Contains("is not what it was", (await Assert.ThrowsAsync<StoreException>(ExportAsync)).Message, StringComparison.Ordinal);
    }

    private Task<ExportedProject> ExportAsync()
    {
        var tools = _fixture.Commit("host tools", "mkdir -p usr/bin; echo sh >usr/bin/sh");
        return new BuildStreamExporter(_fixture.Store).ExportAsync(
            new Plan([_source]), new PublishedSysroot("host-tools", tools.Tree, _fixture.Store.Steps.ReadManifest(tools.Content)), _directory["out"], CancellationToken.None);
    }
}
