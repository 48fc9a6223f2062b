namespace Bootstrap.Platform;

/// <summary>A named pipe.</summary>
public static class Fifo
{
    /// <summary>Makes a named pipe that only its owner may read and write.</summary>
    public static void Create(string path)
    {
        if (Native.Mkfifo(path, 0b110_000_000) != 0)
            throw Native.Failure("Making the named pipe", path);
    }

    /// <summary>Opens one for both ways, so that opening does not wait for a peer and no reader ever sees the end of the file.</summary>
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
}
