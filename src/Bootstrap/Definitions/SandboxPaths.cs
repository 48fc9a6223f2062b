using System.Collections.Immutable;

namespace Bootstrap.Definitions;

/// <summary>Where a step finds and leaves things: in its sandbox, or in the machine that is booted for it.</summary>
public static class SandboxPaths
{
    /// <summary>The working directory.</summary>
    public const string Build = "/build";

    /// <summary>What the commands leave here is the artifact.</summary>
    public const string Out = "/out";

    /// <summary>The recipe's own files.</summary>
    public const string Files = "/files";

    /// <summary>The unpacked sources, a directory each.</summary>
    public const string Sources = "/src";

    /// <summary>The archive and the patches of a source that is unpacked.</summary>
    public const string Input = "/in";

    public const string Archive = Input + "/archive";

    public const string Patches = Input + "/patches";

    /// <summary>The cross toolchain, where a recipe needs it.</summary>
    public const string Cross = "/cross";

    /// <summary>The commands of the step.</summary>
    public const string Script = "/step.sh";

    /// <summary>The fifo with the tokens that all makes of a run share.</summary>
    public const string Jobserver = "/jobserver";

    /// <summary>What the sandbox mounts itself, over whatever a need brings.</summary>
    public static ImmutableArray<string> Reserved { get; } = ["/proc", "/dev", "/tmp", Sources, Files, Build, Out, Jobserver, Script];
}
