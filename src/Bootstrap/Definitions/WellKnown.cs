namespace Bootstrap.Definitions;

/// <summary>Where a step finds and leaves things: in its sandbox, or in the machine that is booted for it.</summary>
public static class SandboxPaths
{
    public const string Build = "/build";
    public const string Out = "/out";
    public const string Files = "/files";

    /// <summary>The files beside a target that a step's variables name; they lie among those of the recipe.</summary>
    public const string TargetFiles = Files + "/of-target";

    public const string Sources = "/src";
    public const string Cross = "/cross";
    public const string Script = "/step.sh";

    /// <summary>The archive and the patches of a source that is unpacked.</summary>
    public const string Input = "/in";

    public const string Archive = Input + "/archive";
    public const string Patches = Input + "/patches";

    /// <summary>What the proof of the accelerator left, in a step that is accelerated.</summary>
    public const string Proof = Input + "/proof";

    /// <summary>The fifo with the tokens that all makes of a run share.</summary>
    public const string Jobserver = "/jobserver";

    /// <summary>What the sandbox mounts itself, over whatever a need brings.</summary>
    public static ImmutableArray<string> Reserved { get; } = ["/proc", "/dev", "/tmp", Sources, Files, Build, Out, Jobserver, Script];
}

/// <summary>The recipes that commands and publications ask for by name; all others are data only.</summary>
public static class WellKnownSteps
{
    /// <summary>Unpacks and patches a source; it stands in a plan once for each.</summary>
    public const string UnpackSource = "unpack-source";

    public const string HostToolsCheck = "host-tools-check";

    /// <summary>
    /// Reads what the sources know of a triplet; leaves directories of definitions, numbered as they are to be tried, and <c>program</c>, which boots
    /// its machines, or <c>unsupported</c>.
    /// </summary>
    public const string Describe = "describe";

    /// <summary>Measures what the cross compiler takes for the ABI; leaves <c>abi-facts</c>, a line each.</summary>
    public const string Abi = "abi";

    public const string CrossToolchain = "cross-toolchain";
    public const string NativeSysroot = "native-sysroot";
    public const string Kernel = "kernel";
    public const string Image = "image";
    public const string ImageCheck = "image-check";

    /// <summary>Programs of the build machine at the places of the native compilers, assembler and linker.</summary>
    public const string Accelerator = "accelerator";

    /// <summary>Compares what the accelerator emits with what the native compilers do; leaves <c>verify/prove.tsv</c>.</summary>
    public const string Prove = "prove";

    /// <summary>Proves the toolchain; leaves <c>verify.txt</c> and <c>verify.json</c>.</summary>
    public const string Verify = "verify";

    /// <summary>The same for a target that boots, with what was seen in the booted machine.</summary>
    public const string Report = "report";

    /// <summary>Compares binutils and GCC, as the native toolchain built them, with those of the native sysroot; leaves <c>rebuild.txt</c>.</summary>
    public const string VerifyRebuild = "verify-rebuild";

    /// <summary>The source whose version a publication has by default.</summary>
    public const string CompilerSource = "gcc";
}
