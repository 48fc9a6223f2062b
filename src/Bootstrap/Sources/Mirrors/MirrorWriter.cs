using Bootstrap.Store;

namespace Bootstrap.Sources.Mirrors;

/// <summary>
/// Writes a mirror into a directory, new or there already. Every file is written aside and renamed, the index last: an interrupted run
/// leaves no half file under a final name, and the next one goes on from there.
/// </summary>
public sealed class MirrorWriter : IDisposable
{
    private const UnixFileMode FileMode = (UnixFileMode)0b110_100_100;
    private readonly string _directory;
    private readonly string _aside;
    private readonly FileLock _held;
    private readonly Dictionary<Digest, string> _files = [];

    private MirrorWriter(string directory, FileLock held)
    {
        _directory = directory;
        _held = held;
        _aside = Path.Combine(directory, ".incoming");
        TreeRemover.Remove(_aside);
        Directory.CreateDirectory(_aside);
    }

    /// <summary>Makes the directory where there is none.</summary>
    /// <exception cref="StoreException">It can't be written to.</exception>
    /// <exception cref="HostException">Somebody else writes to it.</exception>
    /// <exception cref="DefinitionException">It is signed, and this would not be.</exception>
    public static MirrorWriter Open(string directory, bool isSigned = false) => Writing(directory, () =>
    {
        var path = Directory.CreateDirectory(directory).FullName;
        if (!isSigned && File.Exists(Path.Combine(path, MirrorIndex.SignatureName)))
            throw new DefinitionException($"The mirror in '{path}' is signed, and this would not be.", $"Name a key with --sign KEY, or remove {MirrorIndex.SignatureName}.");
        var held = FileLock.TryExclusiveDirectory(path)
            ?? throw new HostException($"Another process writes to '{path}'.", "Wait until it has ended.");
        return new MirrorWriter(path, held);
    });

    /// <summary>Copies a file into the mirror; false if it was there.</summary>
    public bool Add(string file, Digest sha256, string name)
    {
        _files[sha256] = MirrorIndex.PathOf(sha256, name);
        var path = Path.Combine(_directory, _files[sha256]);
        return Writing(path, () => (!File.Exists(path) || Digest.OfFile(path) != sha256) && Move(path, aside => File.Copy(file, aside)));
    }

    /// <summary>Adds the entries of a pin to those that the mirror has; ours take the place of older ones.</summary>
    public void AddPins(string name, string json)
    {
        var path = Path.Combine(_directory, MirrorIndex.PinPath(name));
        try
        {
            var text = LockFile.Merge(json, File.Exists(path) ? File.ReadAllText(path) : null);
            Write(path, text);
            _files[Digest.Of(text)] = MirrorIndex.PinPath(name);
        }
        catch (FormatException failure)
        {
            throw new DefinitionException($"'{path}' can't be read: {failure.Message}.", "Remove it: its pins are then written anew.", failure);
        }
    }

    /// <summary>Writes the index: of what was added, and of what the mirror had before.</summary>
    /// <param name="signAsync">Signs a file, and names the file with the signature.</param>
    public async Task FinishAsync(Func<string, Task<string>>? signAsync = null)
    {
        var path = Path.Combine(_directory, MirrorIndex.FileName);
        var before = File.Exists(path) ? MirrorIndex.Parse(File.ReadAllText(path)) : [];
        var kept = before.Where(file => !_files.ContainsKey(file.Key) && !_files.ContainsValue(file.Value) && File.Exists(Path.Combine(_directory, file.Value)));
        var index = MirrorIndex.Write(_files.Concat(kept));
        if (signAsync is null)
        {
            Write(path, index);
            return;
        }
        var aside = Path.Combine(_aside, MirrorIndex.FileName);
        await File.WriteAllTextAsync(aside, index);
        var signature = await signAsync(aside);
        Writing(path, () =>
        {
            // A signature never stands beside an index that it is not of.
            File.Delete(Path.Combine(_directory, MirrorIndex.SignatureName));
            AtomicFile.Place(aside, path);
            return Move(Path.Combine(_directory, MirrorIndex.SignatureName), copy => File.Copy(signature, copy));
        });
    }

    public void Dispose()
    {
        TreeRemover.Remove(_aside);
        _held.Dispose();
    }

    private void Write(string path, string text) => Writing(
        path, () => (File.Exists(path) && File.ReadAllText(path) == text) || Move(path, aside => File.WriteAllText(aside, text)));

    private bool Move(string path, Action<string> write)
    {
        var aside = Path.Combine(_aside, Path.GetRandomFileName());
        write(aside);
        File.SetUnixFileMode(aside, FileMode);
        AtomicFile.Place(aside, path);
        return true;
    }

    private static T Writing<T>(string path, Func<T> write) => DiskFailure.Naming($"'{path}' can't be written", write);
}
