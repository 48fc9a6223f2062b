using System.Runtime.InteropServices;
using System.Text;

namespace Bootstrap.Platform;

/// <summary>Removes whole trees, whatever their modes, names and depth; links are removed, never followed.</summary>
public static unsafe class TreeRemover
{
    private const int Attempts = 50;
    private const int OpenFlags = Native.OpenDirectory | Native.OpenNoFollow | Native.OpenCloseOnExec;
    private const uint OwnerOnly = 0b111_000_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Removes a file, a link or a tree; it is no error if there is none.</summary>
    public static void Remove(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            Remove(Native.CurrentDirectory, name, path);
    }

    private static void Remove(int parent, byte* name, string root)
    {
        if (Native.UnlinkAt(parent, name, 0) == 0)
            return;
        switch (Marshal.GetLastPInvokeError())
        {
            case Native.NoEntry:
                return;
            case Native.IsDirectory:
                RemoveDirectory(parent, name, root);
                return;
            default:
                throw Failure(name, root);
        }
    }

    private static void RemoveDirectory(int parent, byte* name, string root)
    {
        for (var attempt = 1; ; attempt++)
        {
            Empty(parent, name, root);
            if (Native.UnlinkAt(parent, name, Native.RemoveDirectoryFlag) == 0)
                return;
            var error = Marshal.GetLastPInvokeError();
            if (error == Native.NoEntry)
                return;
            // A process of a killed build may live a moment longer than its parent, and write.
            if (error != Native.NotEmpty || attempt == Attempts)
                throw Failure(name, root);
            Thread.Sleep(Pause);
        }
    }

    private static void Empty(int parent, byte* name, string root)
    {
        var directory = Native.OpenAt(parent, name, OpenFlags);
        if (directory < 0 && Marshal.GetLastPInvokeError() == Native.AccessDenied && Native.ChmodAt(parent, name, OwnerOnly, 0) == 0)
            directory = Native.OpenAt(parent, name, OpenFlags);
        if (directory < 0 && Marshal.GetLastPInvokeError() == Native.NoEntry)
            return;
        if (directory < 0 || Native.Chmod(directory, OwnerOnly) != 0)
            throw Failure(name, root);
        var stream = Native.OpenDirectoryStream(directory);
        try
        {
            while (Native.ReadDirectory(stream) is var entry && entry != null)
            {
                if (!IsSelfOrParent(entry->Name))
                    Remove(directory, entry->Name, root);
            }
        }
        finally
        {
            _ = Native.CloseDirectory(stream);
        }
    }

    private static bool IsSelfOrParent(byte* name) => name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));

    private static StoreException Failure(byte* name, string root) =>
        Native.Failure($"Removing '{Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name))}' of", root);
}
