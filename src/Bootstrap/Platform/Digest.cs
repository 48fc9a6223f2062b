using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Bootstrap.Platform;

/// <summary>A SHA-256 digest, written as 64 lower-case hexadecimal digits.</summary>
public readonly record struct Digest
{
    private readonly string? _hex;

    private Digest(string hex) => _hex = hex;

    public string Hex => _hex ?? throw new InvalidOperationException("This digest was never set.");

    /// <summary>The first 12 digits, for people.</summary>
    public string Abbreviated => Hex[..12];

    /// <summary>The digest of a text's UTF-8 bytes.</summary>
    public static Digest Of(string text) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    /// <summary>The digest of what is left of a stream.</summary>
    public static Digest Of(Stream stream) => new(Convert.ToHexStringLower(SHA256.HashData(stream)));

    public static Digest OfFile(string path)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.SequentialScan);
        return OfFile(file);
    }

    // Buffers are lent: a tree has many thousand files.
    internal static Digest OfFile(SafeFileHandle file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 18);
        try
        {
            long offset = 0;
            while (RandomAccess.Read(file, buffer, offset) is var count && count > 0)
            {
                hash.AppendData(buffer, 0, count);
                offset += count;
            }
            return new Digest(Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads 64 lower-case hexadecimal digits; anything else is not a digest.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        var valid = text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
        digest = valid ? new Digest(text!) : default;
        return valid;
    }

    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a SHA-256 digest of 64 lower-case hexadecimal digits.");

    public override string ToString() => Hex;
}
