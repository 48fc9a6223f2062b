using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.IntegrationTests;

/// <summary>Facilities of the host's kernel that tests may need, by the names that <c>bootstrap doctor</c> knows them by.</summary>
internal static class HostFacility
{
    public const string UserNamespaces = "user namespaces";
    public const string Overlay = "overlay in a user namespace";
    public const string PrivateBinfmt = "private binfmt_misc";
}

/// <summary>The host that the tests run on: it is probed once a run, when a test first asks.</summary>
internal static class Host
{
    private static readonly Lazy<IReadOnlyList<HostCheck>> Checks = new(Probe);

    /// <summary>
    /// Skips the test where a facility is missing, with the kernel's reason; <c>tests/skip-reasons.txt</c> lists which reasons <c>./run-tests</c> lets pass.
    /// </summary>
    public static void Require(params string[] facilities)
    {
        foreach (var name in facilities)
        {
            var check = Checks.Value.FirstOrDefault(check => check.Name == name) ?? new HostCheck(name, null, "was not tried", null);
            Assert.SkipUnless(check is { Ok: true, Found: "works" }, $"{check.Name}: {check.Problem ?? check.Found}");
        }
    }

    private static IReadOnlyList<HostCheck> Probe()
    {
        var directory = Directory.CreateTempSubdirectory("host-facilities-").FullName;
        try
        {
            using var processes = new ProcessRunner();
            return SandboxHost.CheckAsync(processes, directory, CancellationToken.None).GetAwaiter().GetResult();
        }
        finally
        {
            TreeRemover.Remove(directory);
        }
    }
}
