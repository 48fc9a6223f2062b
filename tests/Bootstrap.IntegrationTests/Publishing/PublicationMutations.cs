using System.Text.Json.Nodes;
using Bootstrap.Platform;
using Bootstrap.Publishing.Verification;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>Random changes of a signed publication, one at a time, each taken back: every one has to be told, or to change nothing for whoever takes it.</summary>
internal sealed class PublicationMutations(string directory, string keyring, int seed, ProcessRunner processes) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly string _aside = Directory.CreateTempSubdirectory("bootstrap-mutations-").FullName;

#pragma warning disable CA5394 // The same numbers each time are what is wanted.
    private readonly Random _random = new(seed);
    private string? _view;

    public void Dispose() => TreeRemover.Remove(_aside);

    /// <summary>How many were told, and how many changed nothing; the others are returned in words.</summary>
    public async Task<(int Told, int Harmless, List<string> Missed)> RunAsync(int count)
    {
        var before = await StateAsync();
        Assert.DoesNotContain(before, line => line.StartsWith("FAILED", StringComparison.Ordinal));
        _view = IsRepository ? await ViewAsync() : null;
        var (told, harmless, missed) = (0, 0, new List<string>());
        for (var i = 0; i < count; i++)
        {
            var (path, what, undo) = Mutate();
            try
            {
                if (!(await StateAsync().WaitAsync(Patience)).SequenceEqual(before))
                    told++;
                else if (await IsHarmlessAsync(path))
                    harmless++;
                else
                    missed.Add($"{i}: {what}");
            }
            finally
            {
                undo();
            }
        }
        Assert.Equal(before, await StateAsync());
        return (told, harmless, missed);
    }

    private async Task<string[]> StateAsync()
    {
        try
        {
            var checks = await new PublicationVerifier(processes, keyring).CheckAsync(directory, CancellationToken.None);
            return [.. checks.Select(check => $"{(check.Trouble is null ? "ok" : "FAILED")} {check.What}: {check.Trouble ?? check.Detail}")];
        }
        catch (DefinitionException nothing)
        {
            return [nothing.Message];
        }
    }

    private (string Path, string What, Action Undo) Mutate()
    {
        var files = Directory.GetFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });
        // Most files of a repository are objects.
        var others = files.Where(file => !file.Contains("/objects/", StringComparison.Ordinal)).ToArray();
        var path = _random.Next(2) == 0 ? Pick(files) : Pick(others);
        var other = Pick(others);
        var (copy, copyOfOther) = (Path.Combine(_aside, "copy"), Path.Combine(_aside, "other"));
        File.Copy(path, copy, overwrite: true);
        File.Copy(other, copyOfOther, overwrite: true);
        var added = "";
        var kind = _random.Next(13);
        switch (kind)
        {
            case 0 or 1 or 2:
                using (var file = File.Open(path, FileMode.Open))
                {
                    file.Position = _random.NextInt64(Math.Max(1, file.Length));
                    var was = Math.Max(0, file.ReadByte());
                    file.Position = Math.Max(0, file.Position - 1);
                    file.WriteByte((byte)(was ^ (1 << _random.Next(8))));
                }
                break;
            case 3:
                using (var file = File.Open(path, FileMode.Open))
                    file.SetLength(_random.NextInt64(Math.Max(1, file.Length)));
                break;
            case 4:
                using (var file = File.Open(path, FileMode.Append))
                    file.Write(File.ReadAllBytes(_random.Next(2) == 0 ? copy : copyOfOther).Append((byte)_random.Next(256)).ToArray());
                break;
            case 5:
                File.Delete(path);
                break;
            case 6:
                File.Delete(path);
                File.CreateSymbolicLink(path, copy);
                break;
            case 7:
                File.Delete(path);
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case 8:
                File.Delete(path);
                FileSystem.MakePipe(path);
                break;
            case 9:
                File.Copy(copyOfOther, path, overwrite: true);
                File.Copy(copy, other, overwrite: true);
                break;
            case 10:
                using (var file = File.Open(path, FileMode.Open))
                    file.SetLength(10L << 30);
                break;
            case 11:
                added = Path.Combine(Path.GetDirectoryName(path)!, $"added-{_random.Next()}");
                File.Copy(copyOfOther, added);
                break;
            default:
                var lines = File.ReadAllLines(path).ToList();
                lines.Insert(_random.Next(lines.Count + 1), lines.Count == 0 ? "x" : lines[_random.Next(lines.Count)]);
                File.WriteAllLines(path, lines);
                break;
        }

        return (added.Length > 0 ? added : path, $"kind {kind} of {path}, {other}", () =>
        {
            foreach (var (place, was) in new[] { (path, copy), (other, copyOfOther) })
            {
                File.Delete(place);
                File.Copy(was, place);
            }
            File.Delete(added.Length > 0 ? added : Path.Combine(_aside, "none"));
        }
        );
    }

    private string Pick(string[] paths) => paths[_random.Next(paths.Length)];

    // What is left once every check has passed as before.
    private async Task<bool> IsHarmlessAsync(string path)
    {
        var name = Path.GetRelativePath(directory, path);
        var copy = Path.Combine(_aside, "copy");
        // The same bytes again, or a signature whose armour changed and which still holds.
        if (File.Exists(path) && new FileInfo(path).LinkTarget is null && Digest.OfFile(path) == Digest.OfFile(copy))
            return true;
        if (name.EndsWith(".asc", StringComparison.Ordinal))
            return true;
        if (name is "index.json" or "oci-layout")
            return JsonNode.DeepEquals(JsonNode.Parse(await File.ReadAllTextAsync(path)), JsonNode.Parse(await File.ReadAllTextAsync(copy)));
        if (name == "include/place.yml") // Its URL is among what was compared.
            return true;
        return IsRepository && await ViewAsync() == _view;
    }

    private bool IsRepository => File.Exists(Path.Combine(directory, "config"));

    // What comes to whoever checks branches out.
    private async Task<string> ViewAsync()
    {
        const string Script = """
            for branch in $(ostree --repo=. refs); do ostree --repo=. rev-parse "$branch"; ostree --repo=. export "$branch" | sha256sum; done
            ostree --repo=. summary --view
            """;
        var result = await processes.RunAsync(TestCommand.Of("sh", "-euc", Script) with { WorkingDirectory = directory }, CancellationToken.None);
        return $"{result.ExitCode} {result.Output}";
    }
}
