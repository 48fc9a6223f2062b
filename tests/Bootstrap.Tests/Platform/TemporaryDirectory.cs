using System.Diagnostics;
using System.Runtime.InteropServices;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

/// <summary>A directory of one test, gone with it.</summary>
public sealed partial class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("bootstrap test, a:b ").FullName;

    /// <summary>A path below it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Runs shell commands in the directory, for what .NET can't make.</summary>
    public void Shell(string commands)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-euc", commands]) { WorkingDirectory = Path })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    public string MakeDirectory(string name) => Directory.CreateDirectory(this[name]).FullName;

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Sets an extended attribute (setxattr(2)).</summary>
    public static void SetAttribute(string path, string attribute, params ReadOnlySpan<byte> value)
    {
        if (SetAttribute(path, attribute, value, (nuint)value.Length, 0) != 0)
            throw new IOException($"'{attribute}' of '{path}': {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Makes a directory with as many directories in each other, whatever the length of the path.</summary>
    public void MakeDeep(string name, int levels)
    {
        const int currentDirectory = -100;
        var parent = currentDirectory;
        for (var level = 0; level <= levels; level++)
        {
            var path = level == 0 ? this[name] : "d";
            Assert.Equal(0, MakeDirectoryAt(parent, path, 0b111_111_111));
            var directory = OpenAt(parent, path, 0);
            Assert.InRange(directory, 0, int.MaxValue);
            _ = Close(parent);
            parent = directory;
        }
        _ = Close(parent);
    }

    public void Dispose() => TreeRemover.Remove(Path);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetAttribute(string path, string name, ReadOnlySpan<byte> value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectoryAt(int directory, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
