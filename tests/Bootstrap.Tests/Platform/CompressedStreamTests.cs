using System.Security.Cryptography;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

/// <summary>What is read was compressed by the programs that everybody else uses.</summary>
public sealed class CompressedStreamTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly byte[] _content = [.. RandomNumberGenerator.GetBytes(200_000), .. new byte[300_000]];

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string> Compressions { get; } =
        ["cat", "gzip -1", "bzip2 -1", "xz -0", "xz -0 --block-size=64KiB", "xz --x86 --lzma2=preset=0", "zstd -q -1", "zstd -q --long=27 -1"];

    [Theory]
    [MemberData(nameof(Compressions))]
    public void A_file_is_read_as_it_was_before_it_was_compressed(string program) =>
        Assert.Equal(_content, Read(Compress($"{program} <plain >compressed")));

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Files_one_behind_the_other_are_read_to_the_end(string program) =>
        Assert.Equal([.. _content, .. _content], Read(Compress($"{program} <plain >compressed; {program} <plain >>compressed")));

    [Fact]
    public void Zeros_between_and_behind_xz_files_mean_nothing() => Assert.Equal(
        [.. _content, .. _content], Read(Compress("xz -0 <plain >one; head -c 8 /dev/zero >zeros; cat one zeros one zeros >compressed")));

    [Theory]
    [InlineData("bzip2 -1")]
    [InlineData("xz -0")]
    [InlineData("zstd -q -1")]
    public void What_is_damaged_or_cut_short_is_refused(string program)
    {
        Assert.Throws<InvalidDataException>(() => Read(Compress($"{program} <plain >whole; head -c 100000 whole >compressed")));
        Assert.Throws<InvalidDataException>(() => Read(Compress($"{program} <plain >whole; head -c 12 whole >compressed")));
        Assert.Throws<InvalidDataException>(() => Read(Compress(
            $"{program} <plain >compressed; printf 'damage damage damage' | dd of=compressed bs=1 seek=5000 conv=notrunc 2>dd")));
    }

    [Fact]
    public void An_empty_file_is_empty() => Assert.Empty(Read(Compress("true >compressed")));

    private string Compress(string script)
    {
        File.WriteAllBytes(_directory["plain"], _content);
        _directory.Shell(script);
        return _directory["compressed"];
    }

    private static byte[] Read(string path)
    {
        using var stream = CompressedStream.Open(path);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
