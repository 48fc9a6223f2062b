using System.IO.Compression;
using SharpCompress.Common;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;
using SharpCompress.Compressors.ZStandard;

namespace Bootstrap.Platform;

/// <summary>Reads a file that was compressed by gzip, bzip2, xz or zstd, which its first bytes tell, or any other file as it is.</summary>
public sealed class CompressedStream : Stream
{
    private readonly Stream _file;
    private readonly Func<Stream, Stream> _decompress;
    private Stream? _inner;

    private CompressedStream(Stream file, Func<Stream, Stream> decompress)
    {
        _file = file;
        _decompress = decompress;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Opens the file; reading it throws an <see cref="InvalidDataException"/> where it is damaged or cut short.</summary>
    public static Stream Open(string path) => Open(File.OpenRead(path));

    /// <summary>The same of a file that is open, which is closed with what is returned.</summary>
    public static Stream Open(FileStream file)
    {
        Span<byte> first = stackalloc byte[6];
        ReadOnlySpan<byte> known = first[..file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        return known switch
        {
            [0x1f, 0x8b, ..] => new CompressedStream(file, stream => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true)),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => new CompressedStream(
                file, stream => BZip2Stream.Create(stream, SharpCompress.Compressors.CompressionMode.Decompress, true, true, false)),
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0] => new CompressedStream(file, stream => new XZStream(stream)),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => new CompressedStream(file, stream => new DecompressionStream(stream, 0, true, true)),
            _ => file,
        };
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        try
        {
            _inner ??= _decompress(_file);
            int count;
            // An xz file may be several, one behind the other, with zeros between them; all other readers go on by themselves.
            while ((count = _inner.Read(buffer)) == 0 && HasMore())
                _inner = _decompress(_file);
            return count;
        }
        catch (Exception failure) when (failure is SharpCompressException or EndOfStreamException or IndexOutOfRangeException or ArgumentException
            or OverflowException or InvalidOperationException or NotSupportedException)
        {
            throw new InvalidDataException($"the compressed data is damaged or cut short ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }

    private bool HasMore()
    {
        if (_inner is not XZStream)
            return false;
        int next;
        while ((next = _file.ReadByte()) == 0)
            continue;
        if (next < 0)
            return false;
        _file.Position--;
        return true;
    }
}
