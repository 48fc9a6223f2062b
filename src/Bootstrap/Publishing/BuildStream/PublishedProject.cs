using System.Text;
using System.Text.RegularExpressions;
using Bootstrap.Publishing.Verification;
using Bootstrap.Store;

namespace Bootstrap.Publishing.BuildStream;

/// <summary>A project that somebody hands on: the list of checksums speaks of all that BuildStream reads but for where things lie.</summary>
internal sealed partial class PublishedProject(PublishedDirectory files) : IPublishedLayout
{
    private static readonly (string Path, string Alias)[] Places =
        [(BuildStreamProject.Place, "toolchains"), (BuildStreamProject.RepositoryPlace, "repositories")];

    // BuildStream builds an open workspace in place of an element's sources, and may be told to take refs from elsewhere.
    private static readonly string[] Misleading = [".bst/workspaces.yml", "project.refs", "junction.refs"];

    private readonly PublishedFiles _tarballs = new(files, ProjectFormat.Files);

    public string Form => ProjectFormat.FileName;
    public string Documents => ProjectFormat.Files;

    public Task<ImmutableArray<PublicationCheck>> CheckAsync(Vouched vouched, CancellationToken cancel)
    {
        var checks = ImmutableArray.CreateBuilder<PublicationCheck>();
        if (vouched.IsSigned && !vouched.Files.Contains(ProjectFormat.FileName))
            checks.Add(PublicationCheck.Failed(ProjectFormat.FileName, $"{ChecksumFile.Name} does not speak of it: an earlier version wrote this; publish again"));
        foreach (var (path, alias) in Places.Where(place => Path.Exists(Path.Combine(files.Root, place.Path))))
        {
            // Anything else would be taken into project.conf: commands, plugins, options.
            checks.Add(Aliases().Match(Encoding.UTF8.GetString(files.Read(path))) is { Success: true } match && match.Groups["alias"].Value == alias
                ? PublicationCheck.Other(path, $"says that {alias} are at {match.Groups["url"].Value}: not signed; what comes from there is held to the elements' refs")
                : PublicationCheck.Failed(path, $"expected nothing but 'aliases:' with a URL for '{alias}'"));
        }

        checks.AddRange(Misleading.Where(path => Path.Exists(Path.Combine(files.Root, path)))
            .Select(path => PublicationCheck.Failed(path, "BuildStream would take sources from where it says, not from where the elements do")));
        var known = vouched.Files.Union(Places.Select(place => place.Path)).Union(Misleading);
        return Task.FromResult<ImmutableArray<PublicationCheck>>([.. checks, .. files.Others(known)]);
    }

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel) => _tarballs.DigestAsync(subject, cancel);

    public Task<Manifest?> ReadAsync(string subject, CancellationToken cancel) => _tarballs.ReadAsync(subject, cancel);

    [GeneratedRegex(
        @"\A(?:[ ]*(?:#[^\r\n]*)?\n)*aliases:(?:[ ]*\n[ ]+|[ ]*\{[ ]*)(?<alias>[a-z]+):[ ]+"
        + @"(?<quote>[""']?)(?<url>[A-Za-z][A-Za-z0-9+.-]*:[^\s""'{}#,\\]+)\k<quote>[ ]*\}?\s*\z")]
    private static partial Regex Aliases();
}
