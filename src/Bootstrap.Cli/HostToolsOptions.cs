using System.CommandLine;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Cli;

/// <summary>The options that say where host tools come from, and what they were set to.</summary>
internal sealed class HostToolsOptions
{
    private readonly Option<string> _choice = new("--host-tools")
    {
        Description = "Where the host tools come from: alpine or debian, or another release of them such as alpine:3.23 or debian:forky; "
            + "auto for the first of these whose mirror can be reached; path:FILE for a directory or tarball of your own, or ostree:REPO#REF for a branch or commit of an OSTree repository; "
            + "what auto decided stays until 'host-tools --update'",
        Recursive = true,
        HelpName = "auto|NAME[:RELEASE]|path:FILE|ostree:REPO#REF",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string?> _alpineRoot = new("--alpine-root")
    {
        Description = "A file that is Alpine's mini root file system, instead of fetching it",
        Recursive = true,
        HelpName = "FILE",
    };

    private readonly Option<string?> _alpineRootSha256 = new("--alpine-root-sha256")
    {
        Description = "The SHA-256 of the file given by --alpine-root, where it is none of the releases that are known",
        Recursive = true,
        HelpName = "SHA256",
    };

    private readonly Option<string[]> _apkRepositories = new("--apk-repository")
    {
        Description = "A repository of Alpine packages to use instead of Alpine's own; may be given more than once",
        Recursive = true,
        HelpName = "URL",
    };

    private readonly Option<string?> _apkKey = new("--apk-key")
    {
        Description = "A further public key that may sign Alpine indexes and packages; the file is called as signatures call it",
        Recursive = true,
        HelpName = "FILE",
    };

    private readonly Option<string?> _ostreeKey = new("--ostree-key")
    {
        Description = "The GPG public key that has to have signed the OSTree commit; without it no signature is checked",
        Recursive = true,
        HelpName = "FILE",
    };

    public HostToolsOptions() => _choice.CompletionSources.Add("auto", "alpine", "debian", "path:", "ostree:");

    public void AddTo(Command root)
    {
        root.Options.Add(_choice);
        root.Options.Add(_alpineRoot);
        root.Options.Add(_alpineRootSha256);
        root.Options.Add(_apkRepositories);
        root.Options.Add(_apkKey);
        root.Options.Add(_ostreeKey);
    }

    public HostToolsChoice Choice(ParseResult parsed) => HostToolsChoice.Parse(parsed.GetValue(_choice)!);

    public HostToolsSettings Settings(ParseResult parsed, DefinitionSet definitions) => new()
    {
        Definitions = definitions.HostTools,
        AlpineRootSha256 = RootSha256(parsed),
        AlpineRoot = FullPath(parsed, _alpineRoot),
        ApkRepositories = [.. parsed.GetValue(_apkRepositories) ?? []],
        ApkKey = FullPath(parsed, _apkKey),
        OstreeKey = FullPath(parsed, _ostreeKey),
    };

    private Digest? RootSha256(ParseResult parsed)
    {
        if (parsed.GetValue(_alpineRootSha256) is not { } text)
            return null;

        if (parsed.GetValue(_alpineRoot) is null)
            throw new DefinitionException("--alpine-root-sha256 is the checksum of a file that is not named.", "Name it: --alpine-root FILE.");

        return Digest.TryParse(text, out var digest)
            ? digest
            : throw new DefinitionException($"--alpine-root-sha256 '{text}' is no SHA-256; expected 64 lower-case hexadecimal digits, as sha256sum prints them.");
    }

    private static string? FullPath(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } path ? GlobalOptions.FullPath(option.Name, path) : null;
}
