using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.IntegrationTests;

/// <summary>
/// A test that needs facilities of the host's kernel, by the names that <c>bootstrap doctor</c> knows them by. Where one is missing it is
/// skipped, with the kernel's reason; <c>tests/skip-reasons.txt</c> lists which reasons <c>./run-tests</c> lets pass.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HostFactAttribute : FactAttribute
{
    public HostFactAttribute(params string[] facilities) => Skip = HostFacility.WhyMissing(facilities);
}

/// <summary>Like <see cref="HostFactAttribute"/>, for a test with several sets of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HostTheoryAttribute : TheoryAttribute
{
    public HostTheoryAttribute(params string[] facilities) => Skip = HostFacility.WhyMissing(facilities);
}

/// <summary>The names of facilities that tests may need, and whether this host has them.</summary>
public static class HostFacility
{
    public const string UserNamespaces = "user namespaces";
    public const string Overlay = "overlay in a user namespace";
    public const string PrivateBinfmt = "private binfmt_misc";
    public const string OwnProc = "own /proc";

    private static readonly Lazy<IReadOnlyList<HostCheck>> Checks = new(Probe);

    /// <summary>The reason to skip, or null if all is there.</summary>
    internal static string? WhyMissing(IEnumerable<string> facilities) => facilities
        .Select(name => Checks.Value.FirstOrDefault(check => check.Name == name) ?? new HostCheck(name, null, "was not tried", null))
        .Where(check => !check.Ok)
        .Select(check => $"{check.Name}: {check.Problem}")
        .FirstOrDefault();

    private static IReadOnlyList<HostCheck> Probe()
    {
        var directory = Directory.CreateTempSubdirectory("host-facilities-").FullName;
        try
        {
            using var processes = new ProcessRunner();
            return new HostProbe(processes, directory).CheckAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        finally
        {
            TreeRemover.Remove(directory);
        }
    }
}
