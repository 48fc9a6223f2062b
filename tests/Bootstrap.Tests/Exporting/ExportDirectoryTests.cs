using Bootstrap.Exporting;
using Bootstrap.Platform;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Exporting;

public sealed class ExportDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Place => _directory["out"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task An_earlier_export_is_replaced_as_a_whole_and_BuildStreams_own_files_stay()
    {
        await WriteAsync("old");
        _directory.Write("out/elements/gone.bst", "kind: stack\n");
        _directory.Write("out/.bst/workspaces.yml", "{}\n");
        await WriteAsync("new");
        Assert.Equal("new", File.ReadAllText(Path.Combine(Place, "README.md")));
        Assert.Equal([".bst", "README.md", "project.conf"], Names(Place));
        Assert.Equal(["out"], Names(_directory.Path));
    }

    [Fact]
    public async Task What_fails_leaves_the_earlier_export_as_it_was()
    {
        await WriteAsync("old");
        await Assert.ThrowsAsync<OperationCanceledException>(() => ExportDirectory.WriteAsync(Place, (aside, _) =>
        {
            File.WriteAllText(Path.Combine(aside, "project.conf"), "half");
            throw new OperationCanceledException();
        }, CancellationToken.None));
        Assert.Equal("old", File.ReadAllText(Path.Combine(Place, "README.md")));
        Assert.Equal(["out"], Names(_directory.Path));
    }

    [Fact]
    public async Task What_a_killed_export_left_beside_it_is_removed()
    {
        _directory.Write(".out.exporting-abcd/half", "half");
        await WriteAsync("new");
        Assert.Equal(["out"], Names(_directory.Path));
    }

    [Theory]
    [InlineData("out/notes", "'notes'")]
    [InlineData("out/project.conf", "'project.conf'")]
    [InlineData("out/.git/HEAD", "'.git'")]
    public async Task A_directory_that_holds_something_else_is_refused(string file, string named)
    {
        _directory.Write(file, "mine\n");
        var refused = await Assert.ThrowsAsync<DefinitionException>(() => WriteAsync("new"));
        Assert.Contains($"holds {named}, which is no part of an export", refused.Message, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText(_directory[file]));
    }

    [Fact]
    public async Task Something_else_beside_an_earlier_export_is_not_lost()
    {
        await WriteAsync("old");
        _directory.Write("out/notes", "mine\n");
        await Assert.ThrowsAsync<DefinitionException>(() => WriteAsync("new"));
        Assert.Equal("old", File.ReadAllText(Path.Combine(Place, "README.md")));
    }

    [Fact]
    public async Task A_file_is_refused_and_a_link_to_a_directory_is_followed()
    {
        _directory.Write("file", "");
        Assert.EndsWith("is a file.", (await Assert.ThrowsAsync<DefinitionException>(() => WriteAsync("new", "file"))).Message, StringComparison.Ordinal);
        _directory.Shell("mkdir -p real/out; ln -s real/out link");
        await WriteAsync("new", "link");
        Assert.Equal(["README.md", "project.conf"], Names(_directory["real/out"]));
    }

    private static string[] Names(string directory) => [.. Directory.GetFileSystemEntries(directory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private Task WriteAsync(string readme, string name = "out") => ExportDirectory.WriteAsync(_directory[name], async (aside, _) =>
    {
        await File.WriteAllTextAsync(Path.Combine(aside, "project.conf"), $"# {ProjectDocument.Mark}\n");
        await File.WriteAllTextAsync(Path.Combine(aside, "README.md"), readme);
    }, CancellationToken.None);
}
