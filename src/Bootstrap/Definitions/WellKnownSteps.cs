namespace Bootstrap.Definitions;

/// <summary>The recipes that commands and publications ask for by name; all others are data only.</summary>
public static class WellKnownSteps
{
    /// <summary>Unpacks and patches a source; it stands in a plan once for each.</summary>
    public const string UnpackSource = "unpack-source";

    /// <summary>Tries the host tools out.</summary>
    public const string HostToolsCheck = "host-tools-check";

    public const string CrossToolchain = "cross-toolchain";

    public const string NativeSysroot = "native-sysroot";

    public const string Kernel = "kernel";

    /// <summary>Makes the disk image.</summary>
    public const string Image = "image";

    /// <summary>Boots the image and runs the native toolchain in it.</summary>
    public const string ImageCheck = "image-check";

    /// <summary>Proves the toolchain; leaves <c>verify.txt</c> and <c>verify.json</c>.</summary>
    public const string Verify = "verify";

    /// <summary>The same for a target that boots, with what was seen in the booted machine.</summary>
    public const string Report = "report";

    /// <summary>The source whose version a publication has by default.</summary>
    public const string CompilerSource = "gcc";
}
