using Bootstrap.Platform;

namespace Bootstrap.Sources.Debian;

/// <summary>The keys that Debian's archive is signed with, as the package debian-archive-keyring installs them.</summary>
internal static class DebianKeyring
{
    private const string Base = "/usr/share/keyrings/debian-archive-keyring";

    /// <exception cref="HostException">The package is not installed.</exception>
    public static string Find() =>
        new[] { Base + ".gpg", Base + ".pgp" }.FirstOrDefault(File.Exists)
            ?? throw new HostException(
                $"The keys of Debian's archive are missing: there is no {Base}.gpg.",
                "Install the package debian-archive-keyring.");
}
