namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>A test that needs a mini root file system of those that development machines keep in shared/alpine beside the checkout.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedAlpineFactAttribute : FactAttribute
{
    public SharedAlpineFactAttribute(string machine = SharedAlpine.Foreign) => Skip = SharedAlpine.WhyMissing(machine);
}

/// <summary>Like <see cref="SharedAlpineFactAttribute"/>, for a test with several sets of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedAlpineTheoryAttribute : TheoryAttribute
{
    public SharedAlpineTheoryAttribute(string machine) => Skip = SharedAlpine.WhyMissing(machine);
}

/// <summary>A test that needs the tree which is to a build step what Alpine's is, made of what shared/alpine/like has.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AlpineLikeFactAttribute : FactAttribute
{
    public AlpineLikeFactAttribute() => Skip = SharedAlpine.WhyNothingLikeIt();
}

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

    /// <summary>The reason to skip, or null if it is there.</summary>
    public static string? WhyMissing(string machine) => Find(machine) is null
        ? $"There is no shared/alpine with an {machine} mini root file system beside the checkout."
        : null;

    /// <summary>The script <c>make-root OUT DEBIAN-TREE</c>, which makes a tree of Alpine's layout, shell, C library and tools, with Debian's compiler.</summary>
    public static string? FindMakeRoot() => Ancestors(new DirectoryInfo(AppContext.BaseDirectory))
        .Select(directory => Path.Combine(directory.FullName, "shared", "alpine", "like", "make-root"))
        .FirstOrDefault(File.Exists);

    /// <summary>The reason to skip, or null if it can be made.</summary>
    public static string? WhyNothingLikeIt() => FindMakeRoot() is null ? "There is no shared/alpine/like beside the checkout." : WhyMissing(Host);

    private static IEnumerable<DirectoryInfo> Ancestors(DirectoryInfo? directory)
    {
        for (; directory is not null; directory = directory.Parent)
            yield return directory;
    }
}
