using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Bootstrap.Platform;

/// <summary>What a crash-safe store asks of a file system: atomic renames and writing through to the disk.</summary>
public static unsafe class FileSystem
{
    private const int NoDevice = 6; // ENXIO: open(2) on a socket.
    // Labels of security modules and integrity measurement (linux/xattr.h), and what NFS, SMB, btrfs and Lustre show of their own.
    private static readonly string[] OfHosts =
        ["security.selinux", "security.SMACK64", "security.apparmor", "security.ima", "security.evm", "system.nfs4", "system.cifs_", "system.smb3_", "btrfs.", "lustre."];

    /// <summary>rename(2): atomic, replaces a file or an empty directory, never copies.</summary>
    /// <exception cref="StoreException">Among others when the two places are on different file systems.</exception>
    public static void Rename(string from, string to)
    {
        if (Native.Rename(from, to) != 0)
            throw Native.Failure($"Moving to '{to}' from", from);
    }

    /// <summary>Renames a directory unless there is something at the new place already.</summary>
    public static bool TryRenameDirectory(string from, string to)
    {
        if (Native.Rename(from, to) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is Native.NotEmpty or Native.Exists ? false : throw Native.Failure($"Moving to '{to}' from", from);
    }

    /// <summary>Puts each of two files or directories in the place of the other, so that at no moment there is neither.</summary>
    public static void Exchange(string one, string other)
    {
        if (Native.RenameAt2(Native.CurrentDirectory, one, Native.CurrentDirectory, other, Native.RenameExchange) != 0)
            throw Native.Failure($"Exchanging '{other}' with", one);
    }

    /// <summary>Writes a file's content, or a directory's list of names, through to the disk.</summary>
    public static void Sync(string path)
    {
        using var handle = Open(path);
        if (Native.Fsync(handle) != 0)
            throw Native.Failure("Writing to the disk", path);
    }

    /// <summary>
    /// Writes everything through to the disk that the path's file system still holds in memory. For a tree of 90,000 files this is
    /// ten times as fast as an fsync of each.
    /// </summary>
    public static void SyncAll(string path)
    {
        using var handle = Open(path);
        if (Native.Syncfs(handle) != 0)
            throw Native.Failure("Writing to the disk the file system of", path);
    }

    /// <summary>Sets access and modification time of a file, directory or symbolic link itself to <see cref="ReproducibleTime"/>.</summary>
    public static void SetReproducibleTime(string path) => SetTime(path, new TimeSpec { Seconds = ReproducibleTime.Seconds });

    /// <summary>Makes another name of a file or symbolic link or, where that can't be, a copy with its mode and time.</summary>
    public static void LinkOrCopy(string from, string to)
    {
        // Another mount or file system, too many links to one file, another's file where links to such are forbidden: all alike.
        if (Native.Link(from, to) == 0)
            return;
        if (new FileInfo(from).LinkTarget is { } target)
        {
            File.CreateSymbolicLink(to, target);
            return;
        }
        File.Copy(from, to);
        CopyModeAndTime(from, to);
    }

    /// <summary>Gives a file or directory the permission bits and, to the nanosecond, the time of another.</summary>
    internal static void CopyModeAndTime(string from, string to)
    {
        var status = Look(from);
        File.SetUnixFileMode(to, (UnixFileMode)status.Permissions);
        SetTime(to, new TimeSpec { Seconds = status.ModifiedSeconds, Nanoseconds = status.ModifiedNanoseconds });
    }

    private static void SetTime(string path, TimeSpec time)
    {
        var times = stackalloc TimeSpec[] { time, time };
        if (Native.Utimensat(Native.CurrentDirectory, path, times, Native.SymlinkNoFollow) != 0)
            throw Native.Failure("Setting the time of", path);
    }

    /// <summary>The path without links, '.' and '..', as the kernel follows it; what does not exist of it stays as it is.</summary>
    public static string RealPath(string path)
    {
        var real = Native.RealPath(path, null);
        if (real is not null)
        {
            var text = Marshal.PtrToStringUTF8((nint)real)!;
            NativeMemory.Free(real);
            return text;
        }
        if (Marshal.GetLastPInvokeError() == Native.TooManyLinks)
            throw new IOException($"Too many symbolic links in '{path}'.");
        var plain = Path.TrimEndingDirectorySeparator(path);
        if (Path.GetDirectoryName(plain) is not { Length: > 0 } parent)
            return Path.GetFullPath(plain);
        var missing = Path.Combine(RealPath(parent), new FileInfo(plain).LinkTarget ?? Path.GetFileName(plain));
        return new FileInfo(plain).LinkTarget is null ? Path.GetFullPath(missing) : RealPath(missing);
    }

    /// <summary>Whether there is a regular file, links followed: to read a named pipe or a device may never end.</summary>
    public static bool IsFile(string path) =>
        Native.Statx(Native.CurrentDirectory, path, 0, Statx.TypeModeOwnerSizeAndTimes, out var status) == 0 && status.IsFile;

    /// <summary>
    /// Opens a regular file below a directory that others may have written: no link below it is followed, and no pipe or device is waited for.
    /// Null where there is nothing of that name.
    /// </summary>
    /// <exception cref="InvalidDataException">There is something else.</exception>
    internal static FileStream? OpenBelow(string directory, string path)
    {
        const int Closed = Native.OpenCloseOnExec;
        Statx status = default;
        var names = path.Split('/');
        if (names.Any(name => name is "" or "." or "..") || path.Contains('\0', StringComparison.Ordinal))
            throw new InvalidDataException($"'{path}' is no path below the directory");
        var file = Native.Open(directory, Native.OpenDirectory | Closed, 0);
        for (var index = 0; index < names.Length && !file.IsInvalid; index++)
        {
            using var parent = file;
            var kind = index < names.Length - 1 ? Native.OpenDirectory : Native.OpenNonBlocking;
            file = Native.OpenAt(parent, names[index], kind | Native.OpenNoFollow | Closed);
        }
        if (file.IsInvalid && Marshal.GetLastPInvokeError() == Native.NoEntry)
            return null;
        if (file.IsInvalid && Marshal.GetLastPInvokeError() is not (Native.NoDirectory or Native.TooManyLinks or NoDevice))
            throw new IOException($"'{path}' can't be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        var isOpen = !file.IsInvalid && Native.Statx((int)file.DangerousGetHandle(), "", Native.EmptyPath, Statx.TypeModeOwnerSizeAndTimes, out status) == 0;
        if (isOpen && status.IsFile)
            return new FileStream(file, FileAccess.Read);
        file.Dispose();
        throw new InvalidDataException($"'{path}' is no regular file, or reached through a link");
    }

    /// <summary>The status of a path itself, no link followed.</summary>
    internal static Statx Look(string path) =>
        Native.Statx(Native.CurrentDirectory, path, Native.SymlinkNoFollow, Statx.TypeModeOwnerSizeAndTimes, out var status) == 0
            ? status
            : throw Native.Failure("Looking at", path);

    /// <summary>The extended attributes of a path itself (xattr(7)), without those that a host puts on every file.</summary>
    internal static IEnumerable<string> ForeignAttributes(string path)
    {
        const int Usual = 1 << 8;
        const int Most = 1 << 16; // XATTR_LIST_MAX
        for (var size = Usual; ; size = Most)
        {
            var names = new byte[size];
            nint length;
            fixed (byte* buffer = names)
                length = Native.ListAttributes(path, buffer, (nuint)size);
            if (length >= 0)
            {
                return Encoding.UTF8.GetString(names, 0, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries)
                    .Where(name => !OfHosts.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
            }
            if (Marshal.GetLastPInvokeError() == Native.NotSupported)
                return [];
            if (Marshal.GetLastPInvokeError() != Native.TooLong || size == Most)
                throw Native.Failure("Listing the extended attributes of", path);
        }
    }

    /// <summary>Takes away the access control list that files in a directory would inherit, where there is one.</summary>
    public static void RemoveInheritedAccess(string directory)
    {
        foreach (var name in (string[])["system.posix_acl_default", "system.posix_acl_access"])
            _ = Native.RemoveAttribute(directory, name);
    }

    /// <summary>The user that this process is to the file system.</summary>
    public static uint User { get; } = Native.EffectiveUser();

    /// <summary>The permissions and the owner of a path itself.</summary>
    public static (UnixFileMode Mode, uint Owner) AccessOf(string path) => Look(path) is var status ? ((UnixFileMode)status.Permissions, status.Owner) : default;

    /// <summary>When a path itself, its name or its mode was changed last (ctime).</summary>
    public static DateTimeOffset ChangeOf(string path) => Look(path) is var status
        ? DateTimeOffset.FromUnixTimeSeconds(status.ChangedSeconds).AddTicks(status.ChangedNanoseconds / TimeSpan.NanosecondsPerTick) : default;

    /// <summary>Whose a path is, or what this user can see of the way to it, in words.</summary>
    public static string Whose(string path)
    {
        while (!Path.Exists(path) && Path.GetDirectoryName(path) is { Length: > 0 } parent)
            path = parent;
        var status = Look(path);
        return $"'{path}' belongs to user {Named(status.Owner, "/etc/passwd")} and group {Named(status.Group, "/etc/group")}, "
            + $"has the mode {Convert.ToString(status.Permissions, 8)}, and this is user {Named(User, "/etc/passwd")}";

        static string Named(uint number, string table) => (File.Exists(table) ? File.ReadLines(table) : []).Select(line => line.Split(':'))
            .FirstOrDefault(words => words.Length > 2 && words[2] == $"{number}") is [var name, ..] ? $"{name} ({number})" : $"{number}";
    }

    /// <summary>Whose a file is that this process makes in a directory: a server may take one user for another (NFS's squashing).</summary>
    public static uint OwnerOfNew(string directory)
    {
        var path = Path.Combine(directory, $"owner.{Path.GetRandomFileName()}");
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        return Look(path).Owner;
    }

    /// <summary>From now on the group of what this process makes has the rights that its owner has.</summary>
    public static void LetGroupWrite() => _ = Native.SetUmask(Native.SetUmask(0) & ~0b111_000u);

    /// <summary>Makes a named pipe that only its owner may read and write.</summary>
    public static void MakePipe(string path)
    {
        if (Native.Mkfifo(path, 0b110_000_000) != 0)
            throw Native.Failure("Making the named pipe", path);
    }

    /// <summary>Opens a named pipe for both ways, so that opening does not wait for a peer and no reader ever sees the end of the file.</summary>
    public static FileStream OpenPipe(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Like <see cref="OpenPipe"/>, but reading and writing fail where they would wait.</summary>
    public static FileStream OpenPipeNonBlocking(string path) => new(Open(path, Native.OpenReadWrite | Native.OpenNonBlocking), FileAccess.ReadWrite, bufferSize: 0);

    /// <summary>How many bytes wait in a pipe.</summary>
    public static int BytesIn(FileStream pipe) =>
        Native.Ioctl(pipe.SafeFileHandle, Native.BytesToRead, out var count) == 0 ? count : throw Native.Failure("Looking into", pipe.Name);

    private static SafeFileHandle Open(string path, int flags = 0)
    {
        var handle = Native.Open(path, Native.OpenCloseOnExec | flags, 0);
        return handle.IsInvalid ? throw Native.Failure("Opening", path) : handle;
    }

    /// <summary>How many bytes a file system has, and how many of them are taken; none where it can't be looked at.</summary>
    public static unsafe (long Size, long Used) BytesOf(string path)
    {
        var status = stackalloc ulong[32]; // f_frsize, f_blocks and f_bfree are the second to fourth.
        return Native.StatVfs(path, status) == 0 ? ((long)(status[1] * status[2]), (long)(status[1] * (status[2] - status[3]))) : default;
    }

    /// <summary>What a file system has and allows, as statvfs(3) says: inodes (none where it has no fixed number), the longest name in bytes.</summary>
    public static unsafe (ulong Files, ulong FreeFiles, bool NoExec, ulong LongestName) RoomOf(string path)
    {
        const ulong NoExecution = 8; // ST_NOEXEC
        var status = stackalloc ulong[32];
        return Native.StatVfs(path, status) == 0 ? (status[5], status[7], (status[9] & NoExecution) != 0, status[10]) : throw Native.Failure("Looking at the file system of", path);
    }
}

/// <summary>The one time that artifacts and published archives bear.</summary>
public static class ReproducibleTime
{
    /// <summary>SOURCE_DATE_EPOCH: 2025-01-01 00:00:00 UTC, in seconds since 1970.</summary>
    public const long Seconds = 1_735_689_600;

    /// <summary>The same in the form of RFC 3339.</summary>
    public const string Text = "2025-01-01T00:00:00Z";
}
