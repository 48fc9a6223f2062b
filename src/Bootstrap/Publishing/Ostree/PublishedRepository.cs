using System.Text;
using System.Text.RegularExpressions;
using Bootstrap.Publishing.Verification;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Ostree;

/// <summary>A repository that somebody hands on: the commit of each branch is signed in the list of checksums, all else has to lead clients to it.</summary>
internal sealed partial class PublishedRepository(OstreeRepository ostree, PublishedDirectory files) : IPublishedLayout
{
    private const string Summary = "summary";

    // What ostree takes for metadata at most (OSTREE_MAX_METADATA_SIZE), and what no file of a toolchain has.
    private const ulong LargestMetadata = 128 << 20;
    private const ulong LargestContent = 4UL << 30;

    private const string Remote = "published";

    private static readonly string[] PartsOfRepository =
        ["config", "objects", "refs", "deltas", "delta-indexes", "extensions", "state", "tmp", ".lock", Summary, "summary.sig"];

    public string Form => "repository";
    public string Documents => PublicationDirectory.Beside;

    public async Task<ImmutableArray<PublicationCheck>> CheckAsync(Vouched vouched, CancellationToken cancel)
    {
        RequirePlain();
        // To ostree whatever has that name is a mark, a directory too.
        if (vouched.Subjects.FirstOrDefault(subject => ostree.IsPartial(subject.Value)) is { Key: { } partial })
            throw new InvalidDataException($"it says of the commit of {partial} that not all of it is there, which ostree fsck then does not check");
        using var scratch = new StagedDirectory(Path.GetTempPath(), "bootstrap-verifying-");
        var fsck = await ostree.ReadAsync("fsck", ["--quiet"], scratch.Path, cancel);
        var checks = ImmutableArray.CreateBuilder<PublicationCheck>();
        checks.Add(fsck.ExitCode == 0
            ? PublicationCheck.Passed("objects", "ostree fsck finds each as its name says")
            : PublicationCheck.Failed("objects", fsck.Error.Trim()));
        checks.AddRange(await SummaryAsync(vouched, scratch.Path, cancel));
        foreach (var branch in vouched.Subjects.Keys)
            checks.Add(await SignatureAsync(branch, vouched.Keyring, scratch.Path, cancel));
        checks.AddRange(Directory.EnumerateFiles(Path.Combine(files.Root, "refs"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Path.Combine(files.Root, "refs"), file))
            .Where(name => !vouched.Subjects.Keys.Any(branch => name == "heads/" + branch))
            .Select(name => PublicationCheck.Other("refs/" + name, "a branch that is not of this publication, and not checked")));
        var state = Path.Combine(files.Root, "state");
        if (Directory.Exists(state))
        {
            checks.AddRange(Directory.EnumerateFileSystemEntries(state, "*" + OstreeRepository.Partial)
                .Select(file => PublicationCheck.Other("state/" + Path.GetFileName(file), "a commit of which not all is there: no branch of this publication has it")));
        }
        if (Directory.Exists(Path.Combine(files.Root, "deltas")))
            checks.Add(PublicationCheck.Other("deltas", "not checked: clients hold what comes of them to the checksums of the commits"));
        return [.. checks, .. files.Others(vouched.Files.Union(PartsOfRepository))];
    }

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel)
    {
        RequirePlain();
        return ostree.FindAsync(subject, cancel);
    }

    public async Task<Manifest?> ReadAsync(string subject, CancellationToken cancel)
    {
        if (await ostree.FindAsync(subject, cancel) is not { } commit)
            return null;
        using var scratch = new StagedDirectory(Path.GetTempPath(), "bootstrap-verifying-");
        var tar = Path.Combine(scratch.Path, "tree.tar");
        var result = await ostree.ReadAsync("export", ["--output=" + tar, commit.Hex], scratch.Path, cancel);
        return result.ExitCode == 0 ? ArchiveManifest.Of(File.OpenRead(tar)) : throw new InvalidDataException(result.Error.Trim());
    }

    // It is what clients find branches by.
    private async Task<ImmutableArray<PublicationCheck>> SummaryAsync(Vouched vouched, string scratch, CancellationToken cancel)
    {
        if (!files.Has(Summary) || files.Read(Summary).Length == 0)
            return [PublicationCheck.Failed(Summary, "it is not there, and clients find branches by it")];
        var view = await ostree.ReadAsync(Summary, ["--view"], scratch, cancel);
        var listed = Branch().Matches(view.Output).Select(match => (Name: match.Groups["name"].Value, Commit: match.Groups["commit"].Value)).ToList();
        var commits = listed.ToLookup(branch => branch.Name, branch => branch.Commit, StringComparer.Ordinal);
        var wrong = vouched.Subjects.FirstOrDefault(subject => !commits[subject.Key].SequenceEqual([subject.Value.Hex]));
        var others = listed.Where(branch => !vouched.Subjects.ContainsKey(branch.Name))
            .Select(branch => PublicationCheck.Other($"{Summary}: {branch.Name}", "a branch that is not of this publication"));
        return
        [
            view.ExitCode != 0 ? PublicationCheck.Failed(Summary, $"it can't be read: {view.Error.Trim()}")
                : wrong.Key is not null ? PublicationCheck.Failed(Summary, $"it does not say once that {wrong.Key} is {wrong.Value}")
                : PublicationCheck.Passed(Summary, $"names the commits of {vouched.Subjects.Count} branches"),
            .. others,
        ];
    }

    // By ostree itself, as a client does it.
    private async Task<PublicationCheck> SignatureAsync(string branch, string? keyring, string scratch, CancellationToken cancel)
    {
        var what = $"{branch}: signatures";
        if (keyring is null)
            return PublicationCheck.Other(what, "those of summary and commit are checked with --keyring only");
        var client = new OstreeRepository(ostree.Processes, Directory.CreateDirectory(Path.Combine(scratch, "client")).FullName, null);
        var key = Path.Combine(scratch, "client", "key");
        File.Copy(keyring, key, overwrite: true);
        (string Verb, ImmutableArray<string> Arguments)[] commands =
        [
            ("init", ["--mode=archive"]),
            ("remote", ["add", "--force", "--gpg-import=" + key, Remote, new Uri(files.Root).AbsoluteUri]),
            ("pull-local", ["--remote=" + Remote, "--gpg-verify", "--gpg-verify-summary", "--commit-metadata-only", OstreeRepository.InUrl(files.Root), branch]),
        ];
        foreach (var (verb, arguments) in commands)
        {
            if (await client.ReadAsync(verb, arguments, scratch, cancel, from: files.Root) is { ExitCode: not 0 } failed)
                return PublicationCheck.Failed(what, failed.Error.Trim());
        }
        return PublicationCheck.Passed(what, "of summary and commit, by a key of the keyring");
    }

    // Before a program is let loose on it that would follow a link, wait for a pipe, or look elsewhere.
    private void RequirePlain()
    {
        RequirePlain(files.Root);
        if (Encoding.UTF8.GetString(files.Read("config")).Split('\n').FirstOrDefault(line => !Setting().IsMatch(line)) is { } other)
            throw new InvalidDataException($"its config says '{other}', and what that does is not known here");
        if (Directory.Exists(Path.Combine(files.Root, "uncompressed-objects-cache")))
            throw new InvalidDataException("it has objects in uncompressed-objects-cache, which ostree checkout takes without checking them");
    }

    private static void RequirePlain(string directory)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(directory))
        {
            var status = FileSystem.Look(path);
            if (status.IsDirectory)
                RequirePlain(path);
            else if (!status.IsFile)
                throw new InvalidDataException($"'{path}' is no regular file");
            else if (status.Size > (path.EndsWith(".filez", StringComparison.Ordinal) ? LargestContent : LargestMetadata))
                throw new InvalidDataException($"'{path}' has {status.Size} bytes");
        }
    }

    // What ostree itself writes, and how much room and care it takes; a parent, where objects are looked for as well, is none of it.
    [GeneratedRegex(@"^(#.*|\[(core|archive)\]|repo_version=1|mode=archive(-z2)?|(indexed-deltas|tombstone-commits|fsync|zlib-level|min-free-space-\w+)=\w+)?$")]
    private static partial Regex Setting();

    [GeneratedRegex(@"^\* (?<name>.*)\n    Latest Commit \(.*\):\n      (?<commit>[0-9a-f]{64})$", RegexOptions.Multiline)]
    private static partial Regex Branch();
}
