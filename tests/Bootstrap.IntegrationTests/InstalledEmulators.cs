using System.Text.RegularExpressions;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests;

/// <summary>
/// A tree of emulators as a user would make one of what his machine has: the static program of qemu-user for m68k, qemu-system-m68k with its
/// libraries and data, and a shell. It is made once a run.
/// </summary>
internal static partial class InstalledEmulators
{
    private static readonly Lazy<string> Made = new(Make);

    /// <summary>Its root directory, which no test changes.</summary>
    public static string Tree => Made.Value;

    /// <summary>What <c>--emulators</c> calls it.</summary>
    public static string Request => $"path:{Tree}";

    /// <summary>The static program of qemu-user in it.</summary>
    public const string UserProgram = "usr/bin/qemu-m68k";

    /// <summary>Makes a directory with copies of the tree's programs, for a test to change.</summary>
    public static string Copy()
    {
        var copy = Directory.CreateTempSubdirectory("bootstrap-emulators-").FullName;
        Run("cp", "-a", Tree + "/.", copy);
        return copy;
    }

    private static string Make()
    {
        var tree = Directory.CreateTempSubdirectory("bootstrap-emulators-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => TreeRemover.Remove(tree);
        Copy(Installed("qemu-m68k-static"), Path.Combine(tree, UserProgram));
        Take(tree, "qemu-system-m68k", "sh");
        Directory.CreateDirectory(Path.Combine(tree, "usr/share"));
        Run("cp", "-RL", "/usr/share/qemu", Path.Combine(tree, "usr/share/qemu"));
        return tree;
    }

    /// <summary>Copies programs of this machine into a tree, and the libraries that they need.</summary>
    public static void Take(string tree, params string[] programs)
    {
        foreach (var program in programs)
        {
            var installed = Installed(program);
            Copy(installed, Path.Combine(tree, program == "sh" ? "bin" : "usr/bin", program));
            foreach (Match library in Library().Matches(Run("ldd", installed)))
                Copy(library.Value, tree + library.Value);
        }
    }

    private static string Installed(string program) =>
        ProcessRunner.Find(program) ?? throw new HostException($"The tests need {program}.", "Install what setup.sh lists as tested_programs.");

    private static void Copy(string file, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(file, to, overwrite: true);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var processes = new ProcessRunner();
        var result = processes.RunAsync(TestCommand.Of(program, arguments), CancellationToken.None).GetAwaiter().GetResult();
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    // As ldd prints them: NAME => /PATH (ADDRESS), and the loader alone.
    [GeneratedRegex(@"(?<=\s)/\S+(?= \(0x)")]
    private static partial Regex Library();
}
