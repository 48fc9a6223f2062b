using Bootstrap.Platform;

namespace Bootstrap.Tests.Definitions;

public sealed class FileReferenceTests : IDisposable
{
    private const string Target = "targets/m68k.yaml";
    private const string Compiler = "src/recipes/compiler.yaml";

    private readonly DefinitionTree _tree = new();

    [Theory]
    [InlineData(Target, "patches/a.patch", "patches/c.patch", "8:17: a patch is 'patches/c.patch', expected a patch file that is not empty at 'targets/patches/c.patch', where there is nothing")]
    [InlineData(Target, "patches/a.patch", "patches", "8:17: a patch is 'patches', expected a patch file that is not empty at 'targets/patches'")]
    [InlineData(Target, "patches/a.patch", "patches/none.patch", "8:17: a patch is 'patches/none.patch', expected a patch file that is not empty at 'targets/patches/none.patch'")]
    [InlineData(Target, "patches/a.patch", "../../../../../../../etc/passwd", "8:17: a patch is '../../../../../../../etc/passwd', expected a patch file that is not empty within '(root)': copy it there")]
    [InlineData(Target, "patches/a.patch", "/etc/passwd", "8:17: a patch is '/etc/passwd', expected a path relative to this file")]
    [InlineData(Target, "patches/a.patch", "\"\"", "8:17: a patch is empty, expected a path relative to this file")]
    [InlineData(Target, "patches/a.patch", "link.patch", "8:17: a patch is 'link.patch', expected a patch file that is not empty within '(root)': copy it there")]
    [InlineData(Target, "patches/a.patch", "up/etc/passwd", "8:17: a patch is 'up/etc/passwd', expected a patch file that is not empty within '(root)': copy it there")]
    [InlineData(Compiler, "files: checks", "files: check", "13:8: 'files' is 'check', expected a directory at 'src/recipes/check', where there is nothing")]
    [InlineData(Compiler, "files: checks", "files: compiler.yaml", "13:8: 'files' is 'compiler.yaml', expected a directory at 'src/recipes/compiler.yaml'")]
    [InlineData(Compiler, "files: checks", "files: ../..", "13:8: 'files' is '../..', expected a directory within '(root)': copy it there")]
    [InlineData(Compiler, "files: checks", "files: link", "13:8: 'files' is 'link', expected a directory within '(root)': copy it there")]
    public void What_is_missing_or_outside_of_the_definition_directory_is_refused(string file, string piece, string replacement, string expected)
    {
        _tree.Write("targets/patches/none.patch", "");
        File.CreateSymbolicLink(_tree.PathOf("targets/link.patch"), "/etc/passwd");
        Directory.CreateSymbolicLink(_tree.PathOf("targets/up"), "/");
        Directory.CreateSymbolicLink(_tree.PathOf("src/recipes/link"), "/etc");
        _tree.Edit(file, piece, replacement);

        Assert.Equal($"{file}:{expected}", _tree.Problems());
    }

    [Fact]
    public void A_link_that_stays_in_the_definition_directory_is_followed()
    {
        File.CreateSymbolicLink(_tree.PathOf("targets/patches/link.patch"), "../../src/patches/b.patch");
        _tree.Edit(Target, "a.patch", "link.patch");

        var patch = Assert.Single(_tree.Read().Targets["m68k"].Patches["gcc"]);

        Assert.Equal(_tree.PathOf("src/patches/b.patch"), patch.Path);
        Assert.Equal(Digest.Of("patch b"), patch.Digest);
    }

    [Fact]
    public void Links_in_a_circle_are_a_problem_like_any_other()
    {
        File.CreateSymbolicLink(_tree.PathOf("targets/one"), "two");
        File.CreateSymbolicLink(_tree.PathOf("targets/two"), "one");
        _tree.Edit(Target, "patches/a.patch", "one");

        Assert.Equal(
            $"{Target}:8:17: a patch 'one' can't be read (Too many symbolic links in 'targets/one'.), expected a patch file that is not empty",
            _tree.Problems());
    }

    [Fact]
    public void A_definition_directory_may_itself_be_a_link()
    {
        using var linked = new DefinitionTree();
        var link = _tree.PathOf("link");
        Directory.CreateSymbolicLink(link, linked.Root);

        var target = _tree.Read(link).Targets["m68k"];

        Assert.Equal(linked.PathOf("targets/patches/a.patch"), Assert.Single(target.Patches["gcc"]).Path);
    }

    public void Dispose() => _tree.Dispose();
}
