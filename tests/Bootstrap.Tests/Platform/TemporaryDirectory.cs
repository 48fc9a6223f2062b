using System.Diagnostics;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

/// <summary>A directory of one test, gone with it.</summary>
public sealed class TemporaryDirectory : IDisposable
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

    public void Dispose() => TreeRemover.Remove(Path);
}
