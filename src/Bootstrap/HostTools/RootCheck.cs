using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>Tells a root file system from anything else that a user may have named.</summary>
internal static class RootCheck
{
    /// <exception cref="HostException">There is no shell where scripts look for it.</exception>
    public static void RequireShell(string tree, string origin)
    {
        // A link may lead anywhere within the tree, as in a busybox system.
        if (new FileInfo(Path.Combine(tree, "bin/sh")) is { Exists: false, LinkTarget: null })
        {
            throw new HostException(
                $"'{origin}' has no bin/sh; expected a root file system, with bin and usr at its top.",
                "Name what holds the whole root.");
        }
    }
}
