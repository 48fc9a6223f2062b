using System.Runtime.InteropServices;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class DiskFailureTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<Exception, string?> Words() => new()
    {
        { new UnauthorizedAccessException("denied"), "It is another user's, or its mode forbids it" },
        { new FileNotFoundException("gone"), "Somebody removed it" },
        { new DirectoryNotFoundException("gone"), "Somebody removed it" },
        { new IOException("read-only", 30), "It is mounted read-only" },
        { new IOException("full", 28), "Make room" },
        { new IOException("broken", 5), "See that the disk is in order" },
        { new IOException("too many links", 40), null },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void Each_kind_of_failure_has_words_of_its_own_and_the_disk_is_blamed_for_its_own_errors_only(Exception failure, string? expected)
    {
        var hint = DiskFailure.Of(failure).Hint;
        if (expected is null)
            Assert.Null(hint);
        else
            Assert.StartsWith(expected, hint, StringComparison.Ordinal);
    }

    [Fact]
    public void That_nothing_can_be_written_into_a_directory_is_an_answer_and_no_exception()
    {
        Assert.Null(DiskFailure.Of(_directory.Path));
        Assert.NotNull(DiskFailure.Of("/proc/self/fdinfo"));
        Assert.NotNull(DiskFailure.Of(_directory["none"]));
    }
}
