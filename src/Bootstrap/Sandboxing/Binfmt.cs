namespace Bootstrap.Sandboxing;

/// <summary>How the kernel is told to run a foreign machine's programs: by a handler of the sandbox, or one that root has registered on this host.</summary>
internal static class Binfmt
{
    private const string Directory = "/proc/sys/fs/binfmt_misc";

    // O: a program that may be run but not read works too. P: argv[0] stays. F: the interpreter is opened now, outside the sandbox.
    private const string Flags = "OPF";

    /// <summary>Makes sure that the host itself runs a machine's programs, also where their emulator is out of sight.</summary>
    public static void RequireHostsOwn(Emulation emulation)
    {
        var entries = System.IO.Directory.Exists(Directory) ? System.IO.Directory.GetFiles(Directory) : [];
        var handlers = entries.Where(path => Path.GetFileName(path) is not ("register" or "status")).Select(File.ReadAllText);
        if (!handlers.Any(text => Handles(text, emulation.Elf)))
        {
            throw new HostException(
                "This kernel has no private binfmt_misc, and the host has no enabled handler with flag F "
                + $"for programs of '{Path.GetFileName(emulation.Program)}'.",
                SetupFailure.BinfmtHint);
        }
    }

    /// <summary>Whether a handler, in the words of its file, is enabled, has flag F and takes the executables of a machine.</summary>
    public static bool Handles(string entry, ElfIdentity elf)
    {
        var lines = entry.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var values = lines.Select(line => line.Split(' ', 2)).ToLookup(words => words[0], words => words[^1], StringComparer.Ordinal);
        var opened = values["flags:"].FirstOrDefault()?.Contains('F', StringComparison.Ordinal) ?? false;
        var atStart = values["offset"].FirstOrDefault() == "0";
        if (!lines.Contains("enabled") || !opened || !atStart || values["magic"].FirstOrDefault() is not { } hexadecimal)
            return false;
        var magic = Convert.FromHexString(hexadecimal);
        var mask = Convert.FromHexString(values["mask"].FirstOrDefault() ?? new string('f', hexadecimal.Length));
        var header = elf.Magic;
        return magic.Length <= header.Length && magic.Select((wanted, index) => (header[index] & mask[index]) == wanted).All(same => same);
    }

    /// <summary>The line that makes the kernel run a foreign machine's programs (Documentation/admin-guide/binfmt-misc.rst).</summary>
    public static string Registration(Emulation emulation)
    {
        if (emulation.Program.Contains(':', StringComparison.Ordinal))
        {
            throw new HostException(
                $"The path '{emulation.Program}' holds a colon, which binfmt_misc can't take.", "Install the program elsewhere.");
        }
        return $":bootstrap:M::{Escape(emulation.Elf.Magic)}:{Escape(emulation.Elf.Mask)}:{emulation.Program}:{Flags}";
    }

    private static string Escape(ImmutableArray<byte> bytes) => string.Concat(bytes.Select(b => $@"\x{b:x2}"));
}
