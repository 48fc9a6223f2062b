namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>Where the mini root file systems of Alpine Linux are.</summary>
internal static class SharedAlpine
{
    public const string Foreign = "s390x";
    public const string Host = "x86_64";

    /// <summary>The file that <c>BOOTSTRAP_TEST_ALPINE_ROOT</c> names, such as one with another apk, or else what lies in shared/alpine.</summary>
    public static string? Find(string machine) =>
        machine == Host && Environment.GetEnvironmentVariable("BOOTSTRAP_TEST_ALPINE_ROOT") is { Length: > 0 } named ? named : Shared(machine);

    /// <summary>What lies in shared/alpine beside the checkout, or null.</summary>
    public static string? Shared(string machine) => Ancestors(new DirectoryInfo(AppContext.BaseDirectory))
        .Select(directory => Path.Combine(directory.FullName, "shared", "alpine"))
        .Where(Directory.Exists)
        .SelectMany(directory => Directory.GetFiles(directory, $"alpine-minirootfs-*-{machine}.tar.gz"))
        .FirstOrDefault();

    /// <summary>Skips the test where there is none for this machine.</summary>
    public static void Require(string machine) => Assert.SkipUnless(
        Find(machine) is not null, $"There is no shared/alpine with a mini root file system for {machine} beside the checkout.");

    /// <summary>The script <c>make-root OUT DEBIAN-TREE</c>, which makes a tree of Alpine's layout, shell, C library and tools, with Debian's compiler.</summary>
    public static string? FindMakeRoot() => Ancestors(new DirectoryInfo(AppContext.BaseDirectory))
        .Select(directory => Path.Combine(directory.FullName, "shared", "alpine", "like", "make-root"))
        .FirstOrDefault(File.Exists);

    /// <summary>Skips the test where the tree can't be made that is to a build step what Alpine's is.</summary>
    public static void RequireLike()
    {
        Assert.SkipUnless(FindMakeRoot() is not null, "There is no shared/alpine/like beside the checkout.");
        Require(Host);
    }

    private static IEnumerable<DirectoryInfo> Ancestors(DirectoryInfo? directory)
    {
        for (; directory is not null; directory = directory.Parent)
            yield return directory;
    }
}
