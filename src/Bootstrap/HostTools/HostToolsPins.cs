using System.Text.Json;
using System.Text.Json.Serialization;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>The lock files of host tools: what was made, by the providers' titles, and the provider that <c>auto</c> stands for.</summary>
internal static class HostToolsPins
{
    public static LockFile<ImmutableSortedDictionary<string, HostToolsPin>> Made { get; } = LockFile.OfEntries(
        "host-tools", HostToolsJson.Default.ImmutableSortedDictionaryStringHostToolsPin, "the host tools are then made anew", CheckWords);

    // A line of its own, unlike the others: as it always was.
    public static LockFile<AutoDecision?> Auto { get; } = new(
        "host-tools-auto",
        new HostToolsJson(new JsonSerializerOptions(HostToolsJson.Default.Options) { WriteIndented = false }).AutoDecision!,
        null,
        "the provider is then chosen anew",
        decided => HostToolsProviders.OfAuto.Any(kind => kind.Name == decided!.Provider)
            ? decided : throw new FormatException($"'{decided!.Provider}' is no provider"));

    // They become operands of apt and apk, and parts of file names.
    private static void CheckWords(HostToolsPin pin)
    {
        foreach (var package in pin.Packages)
        {
            if (!IsWord(package?.Name ?? ""))
                throw new FormatException($"'{package?.Name}' is no package's name");
            if (!IsWord(package!.Version))
                throw new FormatException($"'{package.Version}' is no package's version");
        }
    }

    private static bool IsWord(string text) => text.Length > 0 && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || "._+:~-".Contains(c, StringComparison.Ordinal));
}

/// <summary>The host tools that one provider made for one definition.</summary>
internal sealed record HostToolsPin(
    Digest Definition, Digest Key, Digest Content, [property: JsonPropertyOrder(1)] ImmutableArray<Package> Packages, string? Revision = null);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false,
    Converters = [typeof(DigestConverter)])]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, HostToolsPin>))]
[JsonSerializable(typeof(AutoDecision))]
internal sealed partial class HostToolsJson : JsonSerializerContext;
