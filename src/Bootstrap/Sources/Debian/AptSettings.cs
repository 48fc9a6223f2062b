using Bootstrap.Platform;

namespace Bootstrap.Sources.Debian;

/// <summary>
/// What the system's apt is told about reaching archives, and must hold for ours too: proxies, clocks, address families. Never whom to
/// trust.
/// </summary>
internal static class AptSettings
{
    private static readonly string[] CarriedNames =
    [
        "Acquire::Check-Valid-Until", "Acquire::Check-Date", "Acquire::Max-FutureTime", "Acquire::http", "Acquire::https", "Acquire::ftp",
        "Acquire::ForceIPv4", "Acquire::ForceIPv6", "Acquire::Retries",
    ];

    /// <summary>The lines of <c>apt-config dump Acquire</c> to carry over, in apt.conf(5) form.</summary>
    public static IEnumerable<string> Carried(string dump) => dump.Split('\n').Where(IsCarried);

    /// <summary>The configuration of a private apt whose files all lie under one directory.</summary>
    public static string Private(string directory, IEnumerable<string> acquire) =>
        $"""
        Dir::State "{directory}/state";
        Dir::State::status "{directory}/state/status";
        Dir::Cache "{directory}/cache";
        Dir::Log "{directory}/state";
        Dir::Etc::SourceList "{directory}/sources.list";
        Dir::Etc::SourceParts "{directory}/empty";
        Dir::Etc::Main "{directory}/empty/none";
        Dir::Etc::Parts "{directory}/empty";
        Dir::Etc::Preferences "{directory}/empty/none";
        Dir::Etc::PreferencesParts "{directory}/empty";
        Dir::Etc::Trusted "{directory}/empty/none";
        Dir::Etc::TrustedParts "{directory}/empty";
        Acquire::Languages "none";
        APT::Update::Error-Mode "any";
        {Common(acquire)}
        """;

    private static string Common(IEnumerable<string> acquire) =>
        $"""
        {string.Join('\n', acquire.Prepend("Acquire::Retries \"2\";"))}
        APT::Install-Recommends "false";
        APT::Sandbox::User "";
        APT::Get::AllowUnauthenticated "false";
        Acquire::AllowInsecureRepositories "false";

        """;

    private static bool IsCarried(string line)
    {
        var name = line.Split(' ', 2)[0];
        return !line.EndsWith(" \"\";", StringComparison.Ordinal)
            && CarriedNames.Any(carried => name == carried || name.StartsWith(carried + "::", StringComparison.OrdinalIgnoreCase));
    }
}
