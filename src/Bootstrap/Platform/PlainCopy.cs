namespace Bootstrap.Platform;

/// <summary>A copy of a small tree that tells nothing of where it came from: modes are what git keeps of them, times are all the same.</summary>
public static class PlainCopy
{
    private const int OwnerExecute = 0b001_000_000;
    private const UnixFileMode ToRun = (UnixFileMode)0b111_101_101;
    private const UnixFileMode ToRead = (UnixFileMode)0b110_100_100;

    public static void Make(string tree, string copy)
    {
        using var walk = TreeWalk.Of(tree);
        MakeDirectory(copy);
        foreach (var entry in walk.Entries)
        {
            var place = Path.Combine(copy, entry.Path);
            switch (entry.Type)
            {
                case EntryType.Directory:
                    MakeDirectory(place);
                    break;
                case EntryType.Link:
                    File.CreateSymbolicLink(place, entry.LinkTarget!);
                    break;
                default:
                    File.Copy(entry.FullPath, place);
                    File.SetUnixFileMode(place, (entry.Mode & OwnerExecute) != 0 ? ToRun : ToRead);
                    break;
            }
        }

        foreach (var path in walk.Entries.Reverse().Select(entry => Path.Combine(copy, entry.Path)).Append(copy))
            FileSystem.SetReproducibleTime(path);
    }

    private static void MakeDirectory(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, ToRun);
    }
}
