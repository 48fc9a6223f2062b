using Bootstrap.Platform;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Recipes;

public sealed class ComposeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Trees_are_laid_over_each_other_at_the_places_asked_for()
    {
        _directory.Shell("mkdir -p a/usr/bin b/usr/bin c; echo x > a/usr/bin/x; chmod 755 a/usr/bin/x; ln -s x b/usr/bin/y; echo h > c/h.h");
        var result = await ComposeAsync("a=a", "b=b", "c=c:/usr/include");

        Assert.True(result.ExitCode == 0, result.Error);
        _directory.Shell("test -x out/usr/bin/x; test \"$(cat out/usr/bin/y)\" = x; test -L out/usr/bin/y; test \"$(cat out/usr/include/h.h)\" = h");
    }

    [Fact]
    public async Task The_same_file_from_two_trees_is_no_conflict()
    {
        _directory.Shell("mkdir a b; echo x > a/x; echo x > b/x; ln -s x a/l; ln -s x b/l");
        Assert.Equal(0, (await ComposeAsync("a=a", "b=b")).ExitCode);
    }

    [Theory]
    [InlineData("echo x > a/x; echo y > b/x", "/x: different content, from a and from b")]
    [InlineData("echo x > a/x; echo x > b/x; chmod 755 b/x", "/x: different modes, from a and from b")]
    [InlineData("echo x > a/x; mkdir b/x", "/x: a file and a directory, from a and from b")]
    [InlineData("ln -s y a/x; ln -s z b/x", "/x: links to y and z, from a and from b")]
    [InlineData("ln -s . a/x; mkdir b/x", "/x: a link and a directory, from a and from b")]
    public async Task Two_different_things_at_one_path_are_refused_with_where_they_came_from(string make, string expected)
    {
        _directory.Shell($"mkdir a b; {make}");
        var result = await ComposeAsync("a=a", "b=b");

        Assert.Equal((1, expected), (result.ExitCode, result.Error.Trim()));
    }

    public void Dispose() => _directory.Dispose();

    private Task<ProcessResult> ComposeAsync(params string[] parts) => RecipeScript.RunAsync(_directory, "compose/compose.py", ["out", .. parts]);
}
