using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Bootstrap.Store;

/// <summary>Digests many files one after the other with one buffer.</summary>
internal sealed class FileHasher : IDisposable
{
    private const int BufferSize = 1 << 18;
    private const int OwnerRead = 0b100_000_000;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[BufferSize];

    public static FileHasher Create() => new();

    public Digest Hash(TreeEntry file)
    {
        using var handle = Open(file);
        long offset = 0;
        while (RandomAccess.Read(handle, _buffer, offset) is var count && count > 0)
        {
            _hash.AppendData(_buffer, 0, count);
            offset += count;
        }
        return Digest.Parse(Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    public void Dispose() => _hash.Dispose();

    private static SafeFileHandle Open(TreeEntry file)
    {
        try
        {
            return OpenAsItIs(file.FullPath);
        }
        catch (UnauthorizedAccessException) when ((file.Mode & OwnerRead) == 0)
        {
            File.SetUnixFileMode(file.FullPath, (UnixFileMode)(file.Mode | OwnerRead));
            try
            {
                return OpenAsItIs(file.FullPath);
            }
            finally
            {
                File.SetUnixFileMode(file.FullPath, (UnixFileMode)file.Mode);
            }
        }
    }

    private static SafeFileHandle OpenAsItIs(string path) => File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
}
