namespace Bootstrap.Sandboxing;

/// <summary>Why an ordinary user can't make a namespace on this host, as far as the kernel's settings tell, and what to do.</summary>
internal static class NamespaceHint
{
    /// <summary>The hint for the host's settings.</summary>
    public static string For(Func<string, string?> readSetting)
    {
        if (readSetting("kernel/apparmor_restrict_unprivileged_userns") == "1")
        {
            return "AppArmor forbids user namespaces here: run 'sysctl kernel.apparmor_restrict_unprivileged_userns=0' as root, "
                + "or install an AppArmor profile that allows bwrap 'userns'.";
        }

        if (readSetting("kernel/unprivileged_userns_clone") == "0")
            return "The kernel keeps user namespaces to root: run 'sysctl kernel.unprivileged_userns_clone=1' as root.";
        if (readSetting("user/max_user_namespaces") is "0" or "1")
            return "No user namespaces are left: run 'sysctl user.max_user_namespaces=15000' as root.";
        return "Bootstrap needs unprivileged user namespaces; in a container they have to be allowed from outside "
            + "(its seccomp profile and the settings of its host).";
    }

    /// <summary>The value of a setting of the running kernel.</summary>
    public static string? ReadSetting(string name)
    {
        var path = Path.Combine("/proc/sys", name);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }
}
