using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Sandboxing;

/// <summary>The line that makes the kernel run a foreign machine's programs (Documentation/admin-guide/binfmt-misc.rst).</summary>
internal static class BinfmtHandler
{
    // O: a program that may be run but not read works too. P: argv[0] stays. F: the interpreter is opened now, outside the sandbox.
    private const string Flags = "OPF";

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
