using System.Collections.Immutable;

namespace Bootstrap.Exporting;

/// <summary>Text that BuildStream hands on as it is, though it takes <c>%{name}</c> for one of its variables and has no quotes for it.</summary>
internal static class BstText
{
    /// <summary>A variable of the project that stands for one percent sign; what a variable becomes is not looked at again.</summary>
    public const string PercentVariable = "percent";

    public static string Of(string text) => text.Replace("%{", $"%{{{PercentVariable}}}{{", StringComparison.Ordinal);

    public static ImmutableSortedDictionary<string, string> Of(IEnumerable<KeyValuePair<string, string>> entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => Of(entry.Value), StringComparer.Ordinal);
}
