namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>A test that needs the s390x mini root file system that development machines keep in shared/alpine beside the checkout.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedAlpineFactAttribute : FactAttribute
{
    public SharedAlpineFactAttribute()
    {
        if (Archive is null)
            Skip = "There is no shared/alpine with an s390x mini root file system beside the checkout.";
    }

    public static string? Archive { get; } = Ancestors(new DirectoryInfo(AppContext.BaseDirectory))
        .Select(directory => Path.Combine(directory.FullName, "shared", "alpine"))
        .Where(Directory.Exists)
        .SelectMany(directory => Directory.GetFiles(directory, "alpine-minirootfs-*-s390x.tar.gz"))
        .FirstOrDefault();

    private static IEnumerable<DirectoryInfo> Ancestors(DirectoryInfo? directory)
    {
        for (; directory is not null; directory = directory.Parent)
        {
            yield return directory;
        }
    }
}
