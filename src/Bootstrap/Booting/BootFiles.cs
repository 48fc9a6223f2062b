namespace Bootstrap.Booting;

/// <summary>What a machine boots from: a disk image, and the kernel beside it for machines into which qemu itself loads one.</summary>
public sealed record BootFiles(string Disk, string Kernel)
{
    /// <summary>Those of an artifact of the step <c>image</c>.</summary>
    public static BootFiles In(string tree) => new(Path.Combine(tree, "disk.img"), Path.Combine(tree, "kernel"));
}
