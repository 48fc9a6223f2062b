using System.Collections.Immutable;
using System.CommandLine;
using Bootstrap.HostTools;

namespace Bootstrap.Cli;

/// <summary>The options that say where host tools come from, as the registry of providers declares them, and what they were set to.</summary>
internal sealed class HostToolsOptions
{
    private readonly Option<string> _request = new("--host-tools")
    {
        Description = $"Where the host tools come from: {HostToolsRequest.Expected}; auto is the first of "
            + $"{string.Join(" and ", HostToolsProviders.OfAuto.Select(kind => kind.Name))} whose mirror can be reached, and stays until 'host-tools --update'",
        Recursive = true,
        HelpName = "auto|NAME[:RELEASE]|PROVIDER:PLACE",
        DefaultValueFactory = _ => HostToolsRequest.Auto.Name,
    };

    private readonly ImmutableArray<(HostToolsOption Declared, Option Option)> _options =
        [.. HostToolsProviders.All.SelectMany(kind => kind.Options).Select(declared => (declared, OptionOf(declared)))];

    public HostToolsOptions() => _request.CompletionSources.Add(
        [HostToolsRequest.Auto.Name, .. HostToolsProviders.All.Select(kind => kind.AtPlace is null ? kind.Name : kind.Name + ":")]);

    public void AddTo(Command root)
    {
        root.Options.Add(_request);
        foreach (var (_, option) in _options)
            root.Options.Add(option);
    }

    public HostToolsRequest Request(ParseResult parsed) => HostToolsRequest.Parse(parsed.GetValue(_request)!);

    /// <summary>The values of the options that were given, by the options' names.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Values(ParseResult parsed) => _options
        .Select(each => (each.Declared, Values: parsed.GetResult(each.Option)?.Tokens.Select(token => token.Value).ToArray() ?? []))
        .Where(each => each.Values.Length > 0)
        .ToImmutableDictionary(
            each => each.Declared.Name,
            each => each.Values.Select(value => each.Declared.IsFile ? GlobalOptions.FullPath(each.Declared.Name, value) : value).ToImmutableArray());

    private static Option OptionOf(HostToolsOption declared) => declared.IsRepeatable
        ? new Option<string[]>(declared.Name) { Description = declared.Description, Recursive = true, HelpName = declared.Value }
        : new Option<string?>(declared.Name) { Description = declared.Description, Recursive = true, HelpName = declared.Value };
}
