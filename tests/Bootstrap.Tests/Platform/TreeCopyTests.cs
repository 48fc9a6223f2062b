using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class TreeCopyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Directories_are_merged_and_of_anything_else_at_the_same_path_the_first_tree_s_is_taken()
    {
        _directory.Shell("""
            mkdir -p a/d a/over b/d b/file c/over c/d
            echo a > a/d/same; echo a > a/file; echo a > a/over/a; echo b > b/d/same; echo b > b/d/b; echo b > b/over; echo c > c/over/c; echo c > c/d/c
            """);

        TreeCopy.Merge([_directory["a"], _directory["b"], _directory["c"]], _directory["merged"]);

        _directory.Shell("""test "$(cd merged; find . -type f | sort | tr '\n' ' ')" = './d/b ./d/c ./d/same ./file ./over/a '""");
        _directory.Shell("test $(cat merged/d/same merged/file | tr -d '\\n') = aa");
    }

    [Fact]
    public void Merged_files_are_the_trees_own_and_directories_have_the_modes_and_times_of_the_first_tree()
    {
        _directory.Shell("mkdir -p a/d b/d; echo a > a/d/f; ln -s f b/d/l; chmod 2511 a/d; touch -d @1000000000.123456789 a/d a");

        TreeCopy.Merge([_directory["a"], _directory["b"]], _directory["merged"]);

        _directory.Shell("test merged/d/f -ef a/d/f; test $(readlink merged/d/l) = f; test $(stat -c %a merged/d) = 2511");
        _directory.Shell("test \"$(stat -c %.9Y merged merged/d | sort -u)\" = 1000000000.123456789");
    }

    [Fact]
    public void What_can_not_be_merged_is_named()
    {
        _directory.MakeDirectory("a");
        _directory.Write("file", "");

        var failure = Assert.Throws<StoreException>(() => TreeCopy.Merge([_directory["a"]], _directory["file/merged"]));

        Assert.Contains(_directory["file/merged"], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_copy_tells_nothing_of_its_origins_umask_and_time()
    {
        _directory.Shell("umask 077; mkdir -p from/d; touch from/d/read from/run; chmod 0700 from/run; ln -s nowhere from/l");

        TreeCopy.MakePlain(_directory["from"], _directory["copy"]);

        _directory.Shell($"test \"$(cd copy; find . -printf '%p %m %Ts;' | tr ';' '\\n' | sort | tr '\\n' ';')\" = "
            + string.Concat("'", string.Concat(((string[])[". 755", "./d 755", "./d/read 644", "./l 777", "./run 755"]).Select(line => $"{line} {ReproducibleTime.Seconds};")), ";'")
                .Replace(";;'", ";'", StringComparison.Ordinal));
    }
}
