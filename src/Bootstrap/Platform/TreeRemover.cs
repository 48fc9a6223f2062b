using System.Runtime.InteropServices;
using System.Text;

namespace Bootstrap.Platform;

/// <summary>Removes whole trees, whatever their modes, names, size and depth; links are removed, never followed.</summary>
/// <remarks>
/// It works on raw names, with one open directory at a time: a tree may hold names that are no UTF-8, and be deeper than a stack, the number of
/// open files or the kernel's longest path (PATH_MAX) allow.
/// </remarks>
public sealed unsafe class TreeRemover : IDisposable
{
    private const int Attempts = 50;
    private const int LongestPathShown = 300;
    private static readonly int OpenFlags = Native.OpenDirectory | Native.OpenNoFollow | Native.OpenCloseOnExec;
    private const uint OwnerOnly = 0b111_000_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly byte[] Above = [.. "..\0"u8];

    private readonly byte[] _root;
    private readonly Stack<Level> _levels = [];
    private int _directory = Native.CurrentDirectory;
    private nint _stream;
    private readonly bool _measures;
    private int _attempt;
    private long _bytes;

    private TreeRemover(string root, bool measures)
    {
        _root = Encoding.UTF8.GetBytes(root + '\0');
        _measures = measures;
    }

    /// <summary>Removes a file, a link or a tree; it is no error if there is none.</summary>
    /// <exception cref="StoreException">Something can't be removed, which the message names.</exception>
    public static void Remove(string path)
    {
        using var remover = new TreeRemover(path, measures: false);
        while (!remover.TryUnlink(remover._root) && !remover.TryRemoveRoot())
        {
        }
    }

    /// <summary>Does what removes something; where that can't be, says why, and whose it is where that is somebody else.</summary>
    public static string? WhyNot(string path, Action<string> remove)
    {
        try
        {
            remove(path);
            return null;
        }
        catch (StoreException failure)
        {
            return Path.Exists(path) && FileSystem.AccessOf(path).Owner is var owner && owner != FileSystem.User
                ? $"'{path}' belongs to user {owner}: that user (by 'gc', once nothing of his runs) or root can remove it."
                : failure.Message;
        }
    }

    /// <summary>How many bytes the files hold that <see cref="Remove"/> would remove, as far as they can be looked at.</summary>
    public static long SizeOf(string path)
    {
        using var remover = new TreeRemover(path, measures: true);
        try
        {
            _ = remover.TryUnlink(remover._root) || remover.TryRemoveRoot();
        }
        catch (StoreException)
        {
            // Somebody else moves things about; the size is for people.
        }
        return remover._bytes;
    }

    public void Dispose() => Close();

    private bool TryRemoveRoot()
    {
        if (Open(_root))
            Enter(_root);
        while (_levels.TryPeek(out var level))
        {
            if (level.Directories.TryPop(out var child))
            {
                if (Open(child))
                    Enter(child);
                continue;
            }
            _levels.Pop();
            if (!_levels.TryPeek(out var above))
                break;
            if (!Open(Above) || Identity() != above.Identity)
                throw new StoreException($"Removing '{Shown(level.Name)}' failed: the directory it is in was moved meanwhile.", "Run the command again.");
            if (!TryRemoveDirectory(level.Name))
                above.Directories.Push(level.Name);
        }
        Close();
        return TryRemoveDirectory(_root);
    }

    // Removes what is in the open directory and is none itself.
    private void Enter(byte[] name)
    {
        var level = new Level(name, Identity(), []);
        _levels.Push(level);
        while (Native.ReadDirectory(_stream) is var entry && entry != null)
        {
            var found = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry->Name);
            byte[] child = [.. found, 0];
            if (!found.SequenceEqual("."u8) && !found.SequenceEqual(".."u8) && !TryUnlink(child))
                level.Directories.Push(child);
        }
    }

    /// <summary>Goes on to a directory that is named from the open one; false if it is gone.</summary>
    private bool Open(byte[] name)
    {
        fixed (byte* raw = name)
        {
            var directory = Native.OpenAt(_directory, raw, OpenFlags);
            if (directory < 0 && !_measures && Marshal.GetLastPInvokeError() == Native.AccessDenied && Native.ChmodAt(_directory, raw, OwnerOnly, 0) == 0)
                directory = Native.OpenAt(_directory, raw, OpenFlags);
            if (directory < 0)
                return _measures || Marshal.GetLastPInvokeError() == Native.NoEntry ? false : throw Failure(name);
            Close();
            (_directory, _stream) = (directory, Native.OpenDirectoryStream(directory));
            return _measures || Native.Chmod(directory, OwnerOnly) == 0 ? true : throw Failure(name);
        }
    }

    private void Close()
    {
        if (_stream != 0)
            _ = Native.CloseDirectory(_stream);
        (_directory, _stream) = (Native.CurrentDirectory, 0);
    }

    /// <summary>False if it is a directory.</summary>
    private bool TryUnlink(byte[] name) => Unlink(name, 0) switch
    {
        0 or Native.NoEntry => true,
        Native.IsDirectory => false,
        _ => throw Failure(name),
    };

    /// <summary>False if there is something in it again: a process of a killed build may live a moment longer than its parent, and write.</summary>
    private bool TryRemoveDirectory(byte[] name)
    {
        var error = Unlink(name, Native.RemoveDirectoryFlag);
        if (error is 0 or Native.NoEntry)
            return true;
        if (error != Native.NotEmpty || ++_attempt == Attempts)
            throw Failure(name);
        Thread.Sleep(Pause);
        return false;
    }

    private int Unlink(byte[] name, int flags)
    {
        fixed (byte* raw = name)
        {
            if (!_measures)
                return Native.UnlinkAt(_directory, raw, flags) == 0 ? 0 : Marshal.GetLastPInvokeError();
            if (Native.Statx(_directory, raw, Native.SymlinkNoFollow, Statx.TypeModeOwnerSizeAndTimes, out var status) != 0)
                return Native.NoEntry;
            if (status.IsDirectory)
                return flags == 0 ? Native.IsDirectory : 0;
            _bytes += (long)status.Size;
            return 0;
        }
    }

    private (ulong, uint, uint) Identity() => Native.Statx(_directory, "", Native.EmptyPath, Statx.Inode, out var status) == 0
        ? (status.Number, status.DeviceMajor, status.DeviceMinor)
        : throw Failure(Above);

    private StoreException Failure(byte[] name) => Native.Failure("Removing", Shown(name));

    private string Shown(byte[] name)
    {
        var names = _levels.Reverse().Select(level => level.Name).Append(name).Select(each => Encoding.UTF8.GetString(each).TrimEnd('\0'));
        var path = string.Join('/', names);
        return path.Length <= LongestPathShown ? path : $"{path[..(LongestPathShown / 2)]} … {path[^(LongestPathShown / 2)..]}";
    }

    /// <summary>A directory on the way down, and the directories in it that are still there.</summary>
    private sealed record Level(byte[] Name, (ulong, uint, uint) Identity, Stack<byte[]> Directories);
}
