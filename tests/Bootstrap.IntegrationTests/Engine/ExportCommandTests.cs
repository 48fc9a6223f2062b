using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>The plan of a small toolchain, written as a project of BuildStream by the program.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class ExportCommandTests : IDisposable
{
    private readonly SmallCheckout _checkout;
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-exported-").FullName;

    public ExportCommandTests(SmallWorld world)
    {
        _checkout = world.Checkout();
        SmallToolchain.WriteTo(_checkout);
    }

    private string Project => Path.Combine(_directory, "project");

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task A_plan_becomes_a_project_and_nothing_is_built()
    {
        var before = _checkout.Contents();
        await ExportAsync();
        string[] expected =
        [
            "README.md", "elements/host-tools.bst", "elements/recipe-files/compiler.bst", "elements/sandbox.bst",
            "elements/toy/all.bst", "elements/toy/compiler.bst", "elements/toy/first.bst", "elements/toy/groups/compiler.bst",
            "elements/toy/headers.bst", "elements/toy/second.bst", "elements/toy/tool.bst",
            "files/host-tools.tar.gz", "files/recipes/compiler/config", "files/recipes/compiler/run.sh",
            "files/sandbox/begin.sh", "files/sandbox/layers.sh", "project.conf",
        ];
        Assert.Equal(expected, Files());
        Assert.Contains(Digest.OfFile(Path.Combine(Project, "files/host-tools.tar.gz")).Hex, Read("elements/host-tools.bst"), StringComparison.Ordinal);
        Assert.Contains($"  files: file://{Project}/files/\n", Read("project.conf"), StringComparison.Ordinal);
        Assert.Equal(before, _checkout.Contents());
    }

    [Fact]
    public async Task The_same_plan_is_exported_in_the_same_bytes_in_place_of_the_earlier_export()
    {
        await ExportAsync();
        var before = Digests();
        await File.WriteAllTextAsync(Path.Combine(Project, "elements/old.bst"), "kind: stack\n");
        await ExportAsync();
        Assert.Equal(before, Digests());
    }

    [Fact]
    public async Task Up_to_a_step_only_what_it_needs_is_exported()
    {
        await ExportAsync("--to", "headers");
        Assert.Equal(["elements/host-tools.bst", "elements/sandbox.bst", "elements/toy/headers.bst"], Files().Where(file => file.EndsWith(".bst", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_directory_that_holds_something_else_is_left_alone()
    {
        var (exitCode, _, error) = await RunAsync(_checkout.Directory);
        Assert.Equal(2, exitCode);
        Assert.Contains("which is no part of an export, and would be lost.\n  Name a directory that is not there, is empty, or", error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_checkout.Directory, "targets/toy.yaml")));
    }

    [Fact]
    public async Task A_directory_that_replaces_a_source_is_a_file_of_the_project()
    {
        _checkout.Target("sources: {unused: {dir: ../mine}}");
        _checkout.Write("mine/hello", "hello");
        _checkout.Recipe("all", "cp /src/unused/hello /out/", "sources: [unused]");
        await ExportAsync();
        Assert.Contains("url: files:toy/archives/unused/", Read("elements/toy/archives/unused.bst"), StringComparison.Ordinal);
        var archive = Directory.GetFiles(Path.Combine(Project, "files/toy/archives/unused")).Single();
        Assert.Contains(Digest.OfFile(archive).Hex, Read("elements/toy/archives/unused.bst"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Laying)]
    [InlineData(GoingOn)]
    [InlineData(Failing)]
    public async Task What_is_mounted_elsewhere_is_laid_and_taken_away_by_the_scripts_of_the_project(string commands)
    {
        await ExportAsync("--to", "headers");
        using var processes = new ProcessRunner();
        var result = await processes.RunAsync(
            TestCommand.Of(
                "bwrap", "--unshare-user", "--uid", "0", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
                "--symlink", "usr/lib64", "/lib64", "--ro-bind", Path.Combine(Project, "files/sandbox/layers.sh"), "/bootstrap/layers.sh",
                "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "sh", "-euc", commands),
            CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    // Over a file, a directory and a link: another file, what is no directory, what is one; a mount within a mount; a name with blanks.
    private const string Laying = """
        list() { (cd / && find a d l in trees -exec stat -c '%N %f' {} + && find a d l in -type f -exec cat {} +) 2>&1 | sort; }
        export LC_ALL=C
        mkdir -p /d/deep /in/x /trees/one/d/deep /trees/one/l /trees/two/in; echo host >/a; echo host >/d/deep/f; ln -s d /l; echo old >/in/x/old
        echo one >/trees/one/a; echo one >/trees/one/d/deep/f; echo one >'/trees/one/d/two  words'; echo one >/trees/one/l/f
        echo two >/trees/two/d; echo two >/trees/two/a; ln -s /nowhere /trees/two/link
        list >/tmp/before
        (. /bootstrap/layers.sh; lay /trees/one; test "$(cat /a /d/deep/f '/d/two  words' /l/f | sort -u)" = one; test ! -L /l
          lay /trees/two; test "$(cat /a /d | sort -u)" = two; test -L /link
          hide /in/x; test -z "$(ls -A /in/x)"; lay /trees/one /in/x; lay /trees/two /in/x; test "$(cat /in/x/a /in/x/d | sort -u)" = two
          hide /in/x/l; test -z "$(ls -A /in/x/l)")
        (. /bootstrap/layers.sh; take_all_away)
        list | diff /tmp/before -
        test ! -L /link; test -z "$(ls -A /bootstrap/undo)"
        """;

    // Times to the nanosecond stay, of directories too; two names of one file don't.
    private const string GoingOn = """
        mkdir -p /tree/d; echo one >/tree/a; ln /tree/a "/tree/d/b  c"; echo x >/tree/x; touch -d @1.5 /tree/a; touch -d @2.25 /tree/d; touch -d @3.125 /tree
        list() { find $1 -printf '%P %T@ %m\n' | sort; }
        list /tree >/tmp/before
        (. /bootstrap/layers.sh; go_on /tree copy)
        list /build | diff /tmp/before -
        echo more >>/build/a; test "$(cat "/build/d/b  c")" = one; test "$(cat /tree/a)" = one; rm -r /build
        (. /bootstrap/layers.sh; go_on /tree)
        list /build | diff /tmp/before -
        echo more >>/build/a; test "$(cat "/build/d/b  c")" = one; test ! -e /tree
        mkdir -p /out/e; echo f >/out/e/f
        (. /bootstrap/layers.sh; keep /bootstrap/results/m68k/step)
        test /bootstrap/results/m68k/step/e/f -ot /build/a; test -z "$(ls -A /out)"
        """;

    // What can't be listed is not taken for an empty tree.
    private const string Failing = """
        mkdir -p /trees/one; echo one >/trees/one/a
        sh -ec '. /bootstrap/layers.sh; find() { return 1; }; lay /trees/one; echo laid >/reached' || failed=$?
        test "$failed" = 1; test ! -e /reached
        """;

    private async Task ExportAsync(params string[] options)
    {
        var (exitCode, output, error) = await RunAsync(Project, options);
        Assert.True(exitCode == 0, error);
        Assert.Contains($"{Project}  ", output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string directory, params string[] options) =>
        _checkout.RunAsync(["export", "buildstream", directory, "toy", .. options]);

    private string Read(string path) => File.ReadAllText(Path.Combine(Project, path));

    private string[] Files() => [.. Directory.GetFiles(Project, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Project, path)).Order(StringComparer.Ordinal)];

    private string[] Digests() => [.. Files().Select(file => $"{file} {Digest.OfFile(Path.Combine(Project, file))}")];
}
