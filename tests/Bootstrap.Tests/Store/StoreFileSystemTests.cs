using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Tests.Store;

public sealed class StoreFileSystemTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-file-system-").FullName;

    [Fact]
    public void A_file_system_of_any_linux_is_good_and_nothing_is_left_of_the_trial()
    {
        Assert.Null(StoreFileSystem.Problem(_directory));
        Assert.True(StoreFileSystem.HasLongNames(_directory));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public void One_on_which_the_other_case_of_a_name_is_there_too_is_named_with_what_would_be_lost()
    {
        File.WriteAllText(Path.Combine(_directory, "A:B"), "");
        Assert.Contains("differ in case only", StoreFileSystem.Problem(_directory), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_refuses_a_symbolic_link_is_named_with_the_reason()
    {
        File.CreateSymbolicLink(Path.Combine(_directory, "a:b.link"), "nowhere");
        Assert.Matches("refuses what a store needs .*a:b.link", StoreFileSystem.Problem(_directory));
    }

    public void Dispose() => TreeRemover.Remove(_directory);
}
