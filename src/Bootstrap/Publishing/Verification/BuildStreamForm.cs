using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Bootstrap.Platform;
using Bootstrap.Publishing.BuildStream;

namespace Bootstrap.Publishing.Verification;

/// <summary>A BuildStream project with its tarballs.</summary>
internal sealed partial class BuildStreamForm(ProcessRunner processes, string directory) : IPublishedForm
{
    private readonly FilesForm _files = new(processes, Path.Combine(directory, BuildStreamProject.Files));

    public string Documents => _files.Documents;

    public async Task<ImmutableArray<PublicationCheck>> CheckAsync(CancellationToken cancel)
    {
        var checks = ImmutableArray.CreateBuilder<PublicationCheck>();
        foreach (var element in Directory.GetFiles(Path.Combine(directory, "elements"), "*.bst", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (ImportedTarball().Match(await File.ReadAllTextAsync(element, cancel)) is not { Success: true } import)
                continue;
            var (file, expected) = (import.Groups["file"].Value, import.Groups["ref"].Value);
            var what = Path.GetRelativePath(directory, element);
            checks.Add(await _files.DigestAsync(file, cancel) is { } found && found.Hex == expected
                ? PublicationCheck.Passed(what, $"imports {file}")
                : PublicationCheck.Failed(what, $"{file} is not there, or not what the element's ref says"));
        }

        return checks.ToImmutable();
    }

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel) => _files.DigestAsync(subject, cancel);

    public Task<Stream?> OpenTreeAsync(string subject, string scratch, CancellationToken cancel) => _files.OpenTreeAsync(subject, scratch, cancel);

    [GeneratedRegex(@"^  url: toolchains:(?<file>\S+)$.*^  ref: (?<ref>\S+)$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ImportedTarball();
}
